"""What is written into the outbox, who may take it out, and what becomes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from referrals.outbox import letters as outbox
from referrals.outbox.letters import Letter, Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.storage.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)


def post(database: Database, text: str = "hej", **given: object) -> bool:
    outgoing = {"channel": "pigeon", "kind": "note", "recipient": "7", "payload": {"text": text}}
    with database.write() as session:
        return outbox.post(session, Outgoing(**{**outgoing, **given}), NOW)  # type: ignore[arg-type]


def claim(
    database: Database, now: datetime = NOW, *, most: int = 10, channel: str = "pigeon"
) -> list[Letter]:
    return outbox.claim(database, channel, now, most=most, lease=LEASE, tries=3)


def texts(letters: list[Letter]) -> list[str]:
    return [letter.payload["text"] for letter in letters]


def row(database: Database) -> OutboxRow:
    with database.read() as session:
        return session.scalars(select(OutboxRow)).one()


def test_only_what_is_due_on_this_channel_is_taken_the_oldest_first(database: Database) -> None:
    post(database, "later", due_at=NOW + timedelta(seconds=1))
    post(database, "elsewhere", channel="drum")
    post(database, "second")
    post(database, "first", due_at=NOW - timedelta(hours=1))
    assert texts(claim(database)) == ["first", "second"]


def test_what_is_taken_is_not_taken_again_until_the_claim_has_run_out(database: Database) -> None:
    post(database)
    [first] = claim(database)
    assert claim(database, NOW + LEASE - timedelta(seconds=1)) == []
    [again] = claim(database, NOW + LEASE)
    assert (again.id, first.attempt, again.attempt) == (first.id, 1, 2)


def test_who_lost_the_claim_settles_nothing(database: Database) -> None:
    post(database)
    [slow] = claim(database)
    [quick] = claim(database, NOW + LEASE)
    assert not outbox.bury(database, slow, NOW, "too late")
    assert outbox.delivered(database, quick, NOW + LEASE, {"message": 12})
    kept = row(database)
    assert (kept.sent_at, kept.dead_at, kept.answer) == (NOW + LEASE, None, {"message": 12})


def test_what_must_not_leave_twice_is_buried_when_its_worker_died(database: Database) -> None:
    post(database, at_most_once=True)
    claim(database)
    assert claim(database, NOW + LEASE) == []
    assert (row(database).dead_at, row(database).last_error) == (NOW + LEASE, outbox.UNCERTAIN)


def test_what_ends_its_worker_each_time_is_buried_at_last(database: Database) -> None:
    post(database)
    taken = [len(claim(database, NOW + times * LEASE)) for times in range(5)]
    assert taken == [1, 1, 1, 0, 0]
    assert row(database).last_error == outbox.UNCERTAIN


def test_a_stream_leaves_in_order_one_at_a_time(database: Database) -> None:
    post(database, "1", stream="chat:7")
    post(database, "2", stream="chat:7")
    post(database, "other", stream="chat:8")
    one, other = claim(database)
    assert texts([one, other]) == ["1", "other"]
    outbox.delivered(database, other, NOW)
    outbox.put_off(database, one, NOW + LEASE, "busy")
    assert claim(database) == [], "the second must not overtake the first"
    [one] = claim(database, NOW + LEASE)
    outbox.bury(database, one, NOW, "gone")
    assert texts(claim(database)) == ["2"], "what is dead holds nobody up"


def test_what_has_the_same_key_is_written_once(database: Database) -> None:
    assert post(database, "a", once_key="digest:7:2026-11-23")
    assert not post(database, "b", once_key="digest:7:2026-11-23")
    assert post(database, "c", once_key="digest:8:2026-11-23")
    assert post(database, "d")
    assert post(database, "e")
    assert texts(claim(database)) == ["a", "c", "d", "e"]


def test_workers_side_by_side_never_take_the_same(database: Database) -> None:
    for number in range(60):
        post(database, str(number))
    with ThreadPoolExecutor(6) as workers:
        hauls = list(workers.map(lambda _: claim(database, most=10), range(12)))
    taken = [text for haul in hauls for text in texts(haul)]
    assert sorted(taken, key=int) == [str(number) for number in range(60)]


def test_a_try_that_does_not_count_is_forgotten(database: Database) -> None:
    post(database)
    [letter] = claim(database)
    assert outbox.put_off(database, letter, NOW, "too_fast", counts=False)
    assert claim(database)[0].attempt == 1


def test_what_waits_for_a_channel_that_is_gone_is_buried(database: Database) -> None:
    post(database, channel="drum")
    later = NOW + outbox.WAITS_FOR_CHANNEL
    assert outbox.bury_without_channel(database, ["drum"], later) == 0
    assert outbox.bury_without_channel(database, ["pigeon"], later - timedelta(seconds=1)) == 0
    assert outbox.bury_without_channel(database, ["pigeon"], later) == 1
    assert row(database).last_error == outbox.NO_CHANNEL


def test_what_has_left_is_forgotten_after_a_month(database: Database) -> None:
    post(database)
    post(database, "still waiting", due_at=NOW + timedelta(days=60))
    [letter] = claim(database)
    outbox.delivered(database, letter, NOW)
    assert outbox.forget_old(database, NOW + outbox.KEEP_SENT - timedelta(seconds=1)) == 0
    assert outbox.forget_old(database, NOW + outbox.KEEP_SENT) == 1
    assert row(database).payload == {"text": "still waiting"}
