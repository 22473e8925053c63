"""The audit log: whatever was done to it afterwards is found, and the database refuses to do it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referrals.audit import chain as audit
from referrals.audit.tables import AuditRow
from referrals.storage.database import Database
from tests.conftest import World
from tests.referrals.playing import Play
from tests.worlds import AUDIT_KEYS

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def _append(database: Database, *numbers: int) -> None:
    with database.write() as session:
        for number in numbers:
            audit.append(session, AT, f"demo-{number}", "read_identity", f"referral:H-{number}")


@contextmanager
def _under(database: Database, keys: audit.ChainKeys | None) -> Iterator[None]:
    """Work with other keys, or none, as a Henvis of before."""
    database.carry(audit.KEYS, keys and (lambda _session: keys))
    yield
    database.carry(audit.KEYS, lambda _session: AUDIT_KEYS)


@pytest.fixture
def keyless(database: Database) -> Database:
    """Give a log of five rows from before there were keys."""
    with _under(database, None):
        _append(database, 1, 2, 3, 4, 5)
    return database


@pytest.fixture
def keyed(database: Database) -> Database:
    """Give a log of five rows."""
    _append(database, 1, 2, 3, 4, 5)
    return database


@pytest.fixture(params=["keyless", "keyed"])
def chain(request: pytest.FixtureRequest, database: Database) -> Database:
    """Give a log of five rows, with and without keys."""
    with _under(database, AUDIT_KEYS if request.param == "keyed" else None):
        _append(database, 1, 2, 3, 4, 5)
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


def _write_anew(database: Database, changed: int, *, upto: int = 5) -> None:
    """Change a row and chain it and all that follow again, without a key, as an intruder can."""
    with database.read() as session:
        rows = list(session.scalars(select(AuditRow).order_by(AuditRow.number)))
    _tamper(database, "DELETE FROM audit")
    with _under(database, None), database.write() as session:
        for row in rows[:upto]:
            actor = "somebody" if row.number == changed else row.actor
            audit.append(session, row.at, actor, row.action, row.record)


def _verify(database: Database, anchored: dict[int, str] | None = None) -> audit.Verdict:
    with database.read() as session:
        return audit.verify(session, anchored)


def _seen(database: Database, number: int) -> dict[int, str]:
    """Give what an anchor of one row holds."""
    with database.read() as session:
        return {number: session.get_one(AuditRow, number).hash}


def _broken(verdict: audit.Verdict) -> tuple[int | None, audit.Why | None]:
    return verdict.broken_at, verdict.why


def test_an_untouched_log_is_whole(chain: Database) -> None:
    verdict = _verify(chain)
    assert (verdict.checked, *_broken(verdict)) == (5, None, None)


def test_an_empty_log_is_whole(database: Database) -> None:
    assert _verify(database) == audit.Verdict(0, None)


def test_rows_of_before_are_told_apart_from_those_with_a_key(keyless: Database) -> None:
    _append(keyless, 6, 7)
    verdict = _verify(keyless)
    assert (verdict.keyless, verdict.keyed) == (
        audit.Stretch(1, 5, AT, AT),
        audit.Stretch(6, 7, AT, AT),
    )


def test_whoever_owns_the_database_alone_cannot_write_the_log_anew(keyed: Database) -> None:
    _append(keyed, 6)
    with _under(keyed, audit.ChainKeys({"a1": b"guessed"}, "a1")):
        assert _broken(_verify(keyed)) == (1, audit.Why.CHANGED)


def test_a_row_without_a_key_after_one_that_has_it_does_not_hold(keyed: Database) -> None:
    _tamper(keyed, "DELETE FROM audit WHERE number > 2")
    with keyed.write() as session:
        last = session.get_one(AuditRow, 2)
        forged = AuditRow(number=3, at=AT, actor="x", action="y", record="z", key_id=None)
        forged.previous_hash = last.hash
        forged.hash = audit._hash(forged, None)
        session.add(forged)
    assert _broken(_verify(keyed)) == (3, audit.Why.KEYLESS)


@pytest.mark.parametrize(
    ("number", "fits"), [(6, False), (7, True)], ids=["another before it", "a number left out"]
)
def test_a_row_whose_own_hash_is_right_must_follow_the_one_before(
    keyless: Database, number: int, *, fits: bool
) -> None:
    before = _seen(keyless, 5)[5] if fits else "f" * 64
    forged = AuditRow(number=number, at=AT, actor="x", action="y", record="z", key_id=None)
    forged.previous_hash = before
    forged.hash = audit._hash(forged, None)
    with keyless.write() as session:
        session.add(forged)
    assert _broken(_verify(keyless)) == (number, audit.Why.CHANGED)


@pytest.mark.parametrize(
    ("key_id", "key", "made"),
    [
        (None, None, "f542b8bb71c8a3378a368b63bdf39e132b57b696d763bd306cfba533238d71ed"),
        ("a1", b"a" * 32, "4e3cd5e5a5df273156e1b4a01dff528065f6246604c4cb48dcb5b9724ce176d3"),
    ],
    ids=["without a key", "under a key"],
)
def test_a_row_of_today_will_be_proved_in_ten_years(
    key_id: str | None, key: bytes | None, made: str
) -> None:
    row = AuditRow(number=7, at=AT, actor="søs", action="read_identity", record="referral:H-1")
    row.previous_hash, row.key_id = "0" * 64, key_id
    assert audit._hash(row, key) == made


def test_a_key_that_is_not_given_is_told(keyed: Database) -> None:
    with _under(keyed, audit.ChainKeys({"a1": b"a" * 32, "a2": b"b" * 32}, "a2")):
        _append(keyed, 6)
    assert _broken(_verify(keyed)) == (6, audit.Why.NO_SUCH_KEY)


def test_rows_of_several_keys_make_one_chain(keyed: Database) -> None:
    with _under(keyed, audit.ChainKeys({"a1": b"a" * 32, "a2": b"b" * 32}, "a2")):
        _append(keyed, 6)
        assert _verify(keyed).keyed == audit.Stretch(1, 6, AT, AT)


def test_the_key_is_one_of_the_things_that_a_hash_covers(keyed: Database) -> None:
    _tamper(keyed, "UPDATE audit SET key_id = 'a2' WHERE number = 3")
    with _under(keyed, audit.ChainKeys(dict.fromkeys(("a1", "a2"), b"a" * 32), "a2")):
        assert _broken(_verify(keyed)) == (3, audit.Why.CHANGED)


def test_nothing_is_written_without_a_key_once_there_is_one(keyed: Database) -> None:
    with _under(keyed, None), pytest.raises(RuntimeError, match="has a key"):
        _append(keyed, 6)


def test_keys_are_not_shown() -> None:
    assert repr(AUDIT_KEYS) == "ChainKeys(current='a1')"


def test_a_log_written_anew_without_a_key_is_found_by_an_anchor(keyed: Database) -> None:
    anchored = _seen(keyed, 4)
    _write_anew(keyed, 2)
    assert _verify(keyed).broken_at is None
    assert _broken(_verify(keyed, anchored)) == (4, audit.Why.REWRITTEN)


@pytest.mark.parametrize(("left", "missing"), [(4, 5), (0, 1)], ids=["end", "all"])
def test_a_log_whose_end_was_cut_off_is_found_by_an_anchor(
    chain: Database, left: int, missing: int
) -> None:
    anchored = _seen(chain, 5)
    _tamper(chain, f"DELETE FROM audit WHERE number > {left}")
    assert _broken(_verify(chain)) == (None, None)
    assert _broken(_verify(chain, anchored)) == (missing, audit.Why.CUT_OFF)


def test_a_log_that_grew_since_its_anchor_is_whole(chain: Database) -> None:
    anchored = _seen(chain, 5)
    _append(chain, 6)
    assert _verify(chain, anchored).broken_at is None


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


def _verify_after(database: Database, number: int) -> audit.Verdict:
    [(number, seen)] = _seen(database, number).items()
    with database.read() as session:
        return audit.verify(session, after=(number, seen))


def test_what_came_after_an_anchor_is_verified_by_itself(keyed: Database) -> None:
    verdict = _verify_after(keyed, 3)
    assert (verdict.checked, verdict.keyed, verdict.why) == (5, audit.Stretch(4, 5, AT, AT), None)


@pytest.mark.parametrize(("number", "found_at"), [(2, None), (4, 4), (5, 5)])
def test_a_change_after_an_anchor_is_found_and_one_before_is_not_looked_for(
    keyed: Database, number: int, found_at: int | None
) -> None:
    _tamper(keyed, f"UPDATE audit SET actor = 'somebody' WHERE number = {number}")
    assert _verify_after(keyed, 3).broken_at == found_at


def test_a_row_without_a_key_after_an_anchor_does_not_hold(keyless: Database) -> None:
    assert _broken(_verify_after(keyless, 3)) == (4, audit.Why.KEYLESS)
    assert _broken(_verify(keyless, _seen(keyless, 3))) == (4, audit.Why.KEYLESS)


def test_rows_without_a_key_up_to_the_first_anchor_hold(keyless: Database) -> None:
    assert _verify(keyless, _seen(keyless, 5)).why is None
    assert _verify_after(keyless, 5).why is None


def test_nothing_after_an_anchor_is_whole(keyed: Database) -> None:
    assert _verify_after(keyed, 5) == audit.Verdict(5, None)


def test_the_first_row_names_nothing_before_it(keyed: Database) -> None:
    with keyed.read() as session:
        assert session.get_one(AuditRow, 1).previous_hash == "0" * 64


def test_an_inserted_row_is_found(chain: Database) -> None:
    columns = "at, actor, action, record, previous_hash, hash, key_id"
    copy = f"SELECT 6, {columns} FROM audit WHERE number = 5"
    _tamper(chain, f"INSERT INTO audit (number, {columns}) {copy}")
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
    assert _verify(database).keyed == audit.Stretch(1, 5, AT, AT)


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
    verdict = _verify(database)
    assert (verdict.checked, verdict.broken_at) == (8, None)


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
        "look_up_phone",
        "file_referral",
        "read_identity",
        "move_receive",
        "undo_referral",
    ]
