"""What goes wrong beside the answers of a running service: one thing stops, and it is told."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from referrals.storage import database as storage
from service import database as preparing
from service.settings import Settings
from service.web import chores, health
from service.web.app import create_app
from tests.service.waiting import until


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an installation in which nobody did anything."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    preparing.prepare(Settings.load(data_dir=folder), demo=False)
    return folder


@pytest.fixture
def file(tmp_path: Path, empty: Path) -> Path:
    return shutil.copytree(empty, tmp_path / "data") / "henvis.db"


@contextmanager
def serving(file: Path) -> Iterator[TestClient]:
    """Serve with all the work beside, and mail."""
    settings = Settings.load(
        data_dir=file.parent, engine_url="http://127.0.0.1:9", smtp_host="127.0.0.1", smtp_port=9
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open the database from outside, as another program would."""
    connection = sqlite3.connect(file, timeout=20, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def post(connection: sqlite3.Connection, channel: str, kind: str, payload: str) -> int:
    """Write a row of the outbox as it is, whatever stands in it."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    row = connection.execute(
        "INSERT INTO outbox (channel, kind, recipient, payload, at_most_once, created_at, due_at,"
        " attempts) VALUES (?, ?, '1', ?, 0, ?, ?, 0)",
        (channel, kind, payload, now, now),
    )
    return row.lastrowid or 0


def buried(connection: sqlite3.Connection, row: int) -> str | None:
    """Give why a row of the outbox was given up; None if it was not."""
    found = connection.execute("SELECT dead_at, last_error FROM outbox WHERE id = ?", (row,))
    dead_at, why = found.fetchone()
    return str(why) if dead_at else None


def goes_on(connection: sqlite3.Connection) -> None:
    """Wait until the work of spreading notices has looked: what it does not know, it buries."""
    row = post(connection, "notices", "of-no-kind", "{}")
    assert until(lambda: buried(connection, row)) == "unknown_kind"


def test_a_broken_row_is_set_aside_and_the_rest_goes_on(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(file), opened(file) as connection:
        notice = post(connection, "notices", "digest", '{"name": "Zebulon')
        letter = post(connection, "email", "digest", '{"name": "Zebulon')
        assert until(lambda: buried(connection, letter)) == "unreadable"
        goes_on(connection)
    assert f"set_aside='spreading' row={notice} error=JSONDecodeError" in caplog.text
    assert f"letter={letter} buried why=unreadable" in caplog.text
    assert "Zebulon" not in caplog.text


def test_an_error_of_the_disk_in_one_piece_of_work_stops_neither_it_nor_another(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def full(*_: object) -> int:
        tried.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(chores, "tell_daily", full)
    with serving(file), opened(file) as connection:
        until(lambda: len(tried) >= 2)
        goes_on(connection)
    assert "work='daily notices' failed error=OSError" in caplog.text


def test_a_long_lock_by_another_program_is_told_and_over_when_it_is_over(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.05)
    with serving(file), opened(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        row = post(connection, "notices", "of-no-kind", "{}")
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        until(lambda: "failed error=OperationalError" in caplog.text)
        connection.execute("ROLLBACK")
        assert until(lambda: buried(connection, row)) == "unknown_kind"
        goes_on(connection)


def test_readiness_names_each_part_and_liveness_asks_nobody(file: Path) -> None:
    with serving(file) as client:
        told = client.get("/readyz").json()
        assert {"clock", "holds", "purged", "spreading notices", "sending email"} <= set(
            told["work"]
        )
        assert all(told["work"].values())
        assert (told["database"], told["writing"], told["migrations"]) == (True, True, True)
        assert (told["engine"], told["ready"], told["late"]) == (False, False, [])
        assert client.get("/healthz").json() == {"status": "alive"}


def test_a_piece_that_is_late_is_named_and_we_are_not_ready(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(file) as client:
        monkeypatch.setattr(client.app.state.engine, "is_ready", _yes)  # type: ignore[attr-defined]
        assert client.get("/readyz").status_code == 200
        record = _record(client, "clock")
        monkeypatch.setattr(type(record), "late_after_s", property(_never_for(record)))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["late"]) == (503, ["clock"])
        assert answer.json()["work"]["clock"] is False
        assert answer.json()["work"]["holds"] is True


def test_what_cannot_be_written_is_not_ready_though_it_can_be_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PROBE_S", 20)
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.05)
    with serving(file) as client, opened(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        told = client.get("/readyz").json()
        assert (told["database"], told["writing"]) == (True, False)
        connection.execute("ROLLBACK")
        assert client.get("/readyz").json()["writing"] is True


def test_a_clock_that_is_not_believed_is_told_and_leaves_us_ready(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    told = []
    for watched in (86_400, 0):
        with opened(file) as connection:
            value = f'{{"watched_s": {watched}, "straight_from_s": 0}}'
            row = ("clock", value, now)
            connection.execute("REPLACE INTO installation (name, value, at) VALUES (?, ?, ?)", row)
        with serving(file) as client:
            monkeypatch.setattr(client.app.state.engine, "is_ready", _yes)  # type: ignore[attr-defined]
            answer = client.get("/readyz").json()
        told.append((answer["clock_believed"], answer["ready"]))
    assert told == [(True, True), (False, True)]


async def _yes() -> bool:
    return True


def _record(client: TestClient, name: str) -> object:
    records = client.app.state.work.records  # type: ignore[attr-defined]
    return next(each for each in records if each.piece.name == name)


def _never_for(late: object) -> Callable[[object], float]:
    return lambda record: -1.0 if record is late else 1e9
