"""The audit log: whatever was done to it afterwards is found, and the database refuses to do it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referrals.audit import chain as audit
from referrals.audit.tables import AuditRow
from referrals.storage.database import Database
from tests.conftest import World
from tests.referrals.playing import Play

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def chain(database: Database) -> Database:
    """Give a log of five rows."""
    with database.write() as session:
        for number in range(1, 6):
            audit.append(session, AT, f"demo-{number}", "read_identity", f"referral:H-{number}")
    return database


def _tamper(database: Database, *statements: str) -> None:
    """Do what an intruder with the database's password does: without the triggers."""
    sqlite = [
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
    ]
    postgres = ["SET LOCAL session_replication_role = replica"]
    with database.write() as session:
        for statement in (*(sqlite if database.is_sqlite else postgres), *statements):
            session.execute(text(statement))


def _verify(database: Database) -> audit.Verdict:
    with database.read() as session:
        return audit.verify(session)


def test_an_untouched_log_is_whole(chain: Database) -> None:
    assert _verify(chain) == audit.Verdict(5, None)


def test_an_empty_log_is_whole(database: Database) -> None:
    assert _verify(database) == audit.Verdict(0, None)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody'",
        "action = 'nothing'",
        "record = 'referral:H-9'",
        "at = '2020-01-01 00:00:00.000000'",
        f"hash = '{'0' * 64}'",
        f"previous_hash = '{'0' * 64}'",
    ],
    ids=lambda change: change.split(" ")[0],
)
def test_a_changed_row_is_found(chain: Database, change: str) -> None:
    _tamper(chain, f"UPDATE audit SET {change} WHERE number = 3")
    assert _verify(chain).broken_at == 3


@pytest.mark.parametrize(("number", "found_at"), [(1, 2), (3, 4)], ids=["first", "middle"])
def test_a_removed_row_is_found(chain: Database, number: int, found_at: int) -> None:
    _tamper(chain, f"DELETE FROM audit WHERE number = {number}")
    assert _verify(chain).broken_at == found_at


def test_an_inserted_row_is_found(chain: Database) -> None:
    copy = "SELECT 6, at, actor, action, record, previous_hash, hash FROM audit WHERE number = 5"
    _tamper(chain, f"INSERT INTO audit {copy}")
    assert _verify(chain).broken_at == 6


def test_two_rows_that_changed_places_are_found(chain: Database) -> None:
    _tamper(
        chain,
        "UPDATE audit SET number = 99 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 99",
    )
    assert _verify(chain).broken_at == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "DELETE FROM referral_events"],
    ids=str,
)
def test_the_database_itself_refuses_to_change_what_was_written(
    world: World, statement: str
) -> None:
    Play(world).file()
    with pytest.raises(DBAPIError, match="append-only"), world.database.write() as session:
        session.execute(text(statement))


def test_an_anonymous_actor_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(ValueError, match="actor"):
        audit.append(session, AT, "", "read", "referral:H-1")


def test_the_hash_does_not_depend_on_the_offset_of_the_time(database: Database) -> None:
    danish = AT.astimezone(timezone(timedelta(hours=1)))
    with database.write() as session:
        audit.append(session, danish, "demo", "read", "referral:H-1")
    assert _verify(database).broken_at is None


def test_a_long_log_is_read_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_BATCH", 2)
    with database.write() as session:
        for _ in range(5):
            audit.append(session, AT, "demo", "read", "referral:H-1")
    assert _verify(database) == audit.Verdict(5, None)


def _together(count: int, job: Callable[[], None]) -> None:
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        job()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write() -> None:
        with database.write() as session:
            audit.append(session, AT, "demo", "read", "referral:H-1")

    _together(8, write)
    assert _verify(database) == audit.Verdict(8, None)


def test_a_change_that_is_rolled_back_leaves_no_row(database: Database) -> None:
    class Crash(Exception):
        pass

    def write(session: Session) -> None:
        audit.append(session, AT, "demo", "read", "referral:H-1")
        raise Crash

    with pytest.raises(Crash), database.write() as session:
        write(session)
    assert _verify(database).checked == 0


def test_the_log_holds_no_identity(world: World) -> None:
    play = Play(world)
    reference = play.file()
    world.queue().open(reference, world.clock())
    with world.database.read() as session:
        rows = [f"{r.actor} {r.action} {r.record}" for r in session.query(AuditRow)]
    assert not [row for row in rows if "Zebulon" in row or "20667788" in row]


def test_everything_that_happened_to_a_referral_is_in_the_log(world: World) -> None:
    play = Play(world)
    reference = play.file()
    world.queue().open(reference, world.clock())
    world.queue().move(reference, "receive", world.clock())
    play.undo()
    with world.database.read() as session:
        actions = [r.action for r in session.query(AuditRow).order_by(AuditRow.number)]
    assert actions == [
        "start_encounter",
        "consent_contact_yes",
        "consent_outcome_no",
        "file_referral",
        "read_identity",
        "move_receive",
        "undo_referral",
    ]
