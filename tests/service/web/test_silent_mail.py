"""A mail server that takes the line and never says a word: nobody's page waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from referrals.notices.kinds import EMAIL
from referrals.outbox.letters import Outgoing, post
from referrals.outbox.tables import OutboxRow
from referrals.staff.tables import UserRow
from service.composition import open_store
from service.settings import Settings
from tests import apps
from tests.service.waiting import until

LETTERS = 40
LONGEST_S = 20
"""Far less than the minute that a letter has; a page needs a hundredth of it."""


class Silent:
    """Takes every line that is begun, and says nothing."""

    def __init__(self) -> None:
        self.lines: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.lines.append(self._server.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._server.close()
        for line in self.lines:
            line.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


def _write_letters(settings: Settings) -> None:
    with open_store(settings) as store, store.database.write() as session:
        now = store.around.now()
        session.execute(update(UserRow).values(email="nobody@example.org"))
        payload = {"reference": "H-7KF3-Q", "due": now.isoformat()}
        for _ in range(LETTERS):
            post(session, Outgoing(EMAIL, "new_referral", "1", payload), now)


def test_while_a_mail_server_says_nothing_everybody_else_is_answered(
    demo_data: Path, tmp_path: Path, silent: Silent
) -> None:
    options = {"smtp_host": "127.0.0.1", "smtp_port": silent.port, "smtp_tls": "none"}
    opened = apps.clients(demo_data, tmp_path / "data", beside=True, **options)
    client = next(opened)
    settings = Settings.load(data_dir=tmp_path / "data")
    _write_letters(settings)
    nurse = client("demo-nurse")
    try:
        until(lambda: silent.lines, seconds=60)
        began = time.monotonic()
        for path in ("/", "/konto"):
            assert nurse.get(path).status_code == 200
        assert nurse.post("/api/conversations").status_code == 201
        assert time.monotonic() - began < LONGEST_S
        with open_store(settings) as store, store.database.read() as session:
            sent = select(OutboxRow.id).where(OutboxRow.sent_at.is_not(None))
            assert session.scalars(sent.where(OutboxRow.channel == EMAIL)).all() == []
    finally:
        silent.close()
        next(opened, None)
