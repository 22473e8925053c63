"""The example in docs/ does what it says, against a real server on a real socket."""

from __future__ import annotations

import runpy
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from referrals.programs import service_accounts, signing
from referrals.staff.roles import Scope
from service import database as preparing
from service.composition import Store, build_store
from service.settings import ROOT, Settings
from service.web.app import create_app
from tests.service.waiting import until

EXAMPLE = ROOT / "docs" / "example_client.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings = Settings.load(data_dir=tmp_path / "data", engine_url="http://127.0.0.1:9")
    preparing.prepare(settings, demo=True)
    opened = build_store(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def address(store: Store, tmp_path: Path) -> Iterator[str]:
    settings = Settings.load(data_dir=tmp_path / "data", engine_url="http://127.0.0.1:9")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_example_takes_a_referral_through_to_its_end(store: Store, address: str) -> None:
    now = datetime.now(UTC)
    with store.database.write() as session:
        token = service_accounts.make(session, "example", "0151", [*Scope], "demo-admin", now)
    ran = subprocess.run(
        [sys.executable, EXAMPLE, address, token], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    new, changed = ran.stdout.splitlines()
    reference = changed.split()[1]
    assert (new.split(",")[0], changed) == (f"new: {reference}", f"changed: {reference} closed")
    headers = {"Authorization": f"Bearer {token}"}
    history = httpx.get(f"{address}/api/referrals/{reference}", headers=headers).json()["history"]
    made = [each["event"] for each in history if each["actor"] == "service:example"]
    assert made[:3] == ["receive", "attempt_contact", "reach"]
    assert made.index("enrol") < made.index("start") < made.index("complete")


@pytest.mark.parametrize(
    ("late", "body", "good"),
    [(0, b"{}", True), (0, b"{ }", False), (-600, b"{}", False)],
    ids=["ours", "changed on the way", "old"],
)
def test_the_example_knows_what_is_from_henvis(late: int, body: bytes, good: bool) -> None:  # noqa: FBT001
    secret = signing.new_secret()
    sent = datetime.fromtimestamp(datetime.now(UTC).timestamp() + late, UTC)
    headers = signing.headers(secret, "msg_1", sent, b"{}")
    example = runpy.run_path(str(EXAMPLE))
    assert example["is_from_henvis"](secret, headers, body) is good
