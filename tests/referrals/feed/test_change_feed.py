"""The change feed: each change comes, in an order that never skips, whoever writes meanwhile."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import select, text, update

from referrals.audit import chain
from referrals.booking.tables import CallRow, SeatRow
from referrals.feed.change_feed import BEGINNING, Changed, ChangeFeed, UnknownCursor, give_places
from referrals.feed.tables import FeedHeadRow
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import NotAllowed
from referrals.storage.database import Database
from tests.conftest import FORENOON, World
from tests.referrals.booking.seating import add_course
from tests.referrals.playing import Play, kept

OURS, PARTNER = "0151", "0163"


class Reader:
    """A municipality's system that reads on from where it was."""

    def __init__(self, world: World, code: str = OURS) -> None:
        self._feed = ChangeFeed(world.database, world.staff(f"demo-adviser-{code}"))
        self._now = world.clock()
        self.cursor = BEGINNING

    def page(self, limit: int = 50) -> Changed:
        page = self._feed.after(self.cursor, self._now, limit)
        self.cursor = page.cursor
        return page

    def news(self) -> list[str]:
        return [each.reference for each in self.page().entries]


@pytest.fixture
def referral(world: World) -> ReferralRow:
    play = Play(world)
    play.file(code=OURS)
    return kept(world, ReferralRow)


def test_a_new_system_reads_everything_and_then_nothing(
    world: World, referral: ReferralRow
) -> None:
    reader = Reader(world)
    assert (reader.news(), reader.news()) == ([referral.reference], [])


def test_an_empty_feed_begins_where_it_begins(world: World) -> None:
    page = Reader(world).page()
    assert (page.entries, page.gone, page.cursor, page.more) == ([], [], BEGINNING, False)


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
def test_nobody_without_a_municipality_gets_a_feed(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        ChangeFeed(world.database, world.staff(name))


def _move(world: World, row: ReferralRow) -> None:
    world.queue().move(row.reference, "receive", world.clock())


def _comment(world: World, row: ReferralRow) -> None:
    world.queue().comment(row.reference, "Ring hellere om eftermiddagen", world.clock())


def _plain_update(world: World, row: ReferralRow) -> None:
    with world.database.write() as session:
        session.execute(update(ReferralRow).values(warned_at=FORENOON))


def _follow_up(world: World, row: ReferralRow) -> None:
    due = {"kind": "end", "due_on": FORENOON.date(), "call_on": FORENOON.date(), "state": "due"}
    with world.database.write() as session:
        session.add(OutcomeRow(referral_id=row.id, municipality_code=OURS, **due))


def _seat(world: World, row: ReferralRow) -> None:
    with world.database.write() as session:
        course = add_course(session)
        seat = {"state": "held", "asked_at": FORENOON}
        session.add(SeatRow(course_id=course, encounter_id=row.encounter_id, **seat))


def _call(world: World, row: ReferralRow) -> None:
    adviser = world.staff(f"demo-adviser-{OURS}").id
    with world.database.write() as session:
        call = CallRow(user_id=adviser, encounter_id=row.encounter_id)
        call.starts_at = call.booked_at = FORENOON
        session.add(call)


CHANGES: dict[str, Callable[[World, ReferralRow], None]] = {
    "a move": _move,
    "a comment": _comment,
    "an update of all rows": _plain_update,
    "a follow-up": _follow_up,
    "a seat": _seat,
    "a call": _call,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_comes_once(
    world: World, referral: ReferralRow, change: Callable[[World, ReferralRow], None]
) -> None:
    reader, elsewhere = Reader(world), Reader(world, PARTNER)
    reader.news()
    change(world, referral)
    assert (reader.news(), reader.news()) == ([referral.reference], [])
    assert elsewhere.news() == []


def test_whoever_lost_a_referral_learns_it_once_and_the_other_gets_it(
    world: World, referral: ReferralRow
) -> None:
    loser, taker = Reader(world), Reader(world, PARTNER)
    loser.news()
    queue = world.queue()
    queue.move(referral.reference, "send_on", world.clock(), reason="moved", about=PARTNER)
    page = loser.page()
    assert (page.entries, page.gone) == ([], [referral.reference])
    assert taker.news() == [referral.reference]
    world.queue(PARTNER).move(referral.reference, "receive", world.clock())
    assert loser.page().gone == []


def test_pages_follow_each_other_and_say_whether_there_is_more(world: World) -> None:
    for number in range(3):
        Play(world).file(code=OURS, phone=f"20 66 77 0{number}")
    reader = Reader(world)
    pages = [reader.page(limit=2), reader.page(limit=2)]
    assert [(len(page.entries), page.more) for page in pages] == [(2, True), (1, False)]
    assert len({entry.reference for page in pages for entry in page.entries}) == 3


@pytest.mark.parametrize("wrong", ["", "1", "x-1", "-", "{epoch}-", "{epoch}-99", "{epoch}-²"])
def test_a_cursor_that_the_feed_did_not_give_is_refused(
    world: World, referral: ReferralRow, wrong: str
) -> None:
    reader = Reader(world)
    reader.news()
    reader.cursor = wrong.format(epoch=reader.cursor.partition("-")[0])
    with pytest.raises(UnknownCursor):
        reader.page()


def test_after_a_restored_backup_the_old_cursor_is_refused(
    world: World, referral: ReferralRow
) -> None:
    reader = Reader(world)
    reader.news()
    with world.database.write() as session:
        session.execute(update(FeedHeadRow).values(epoch="restored"))
    with pytest.raises(UnknownCursor):
        reader.page()


@contextmanager
def _committed_late(world: World, row: ReferralRow) -> Iterator[None]:
    """Change a referral, and commit after whatever is done meanwhile (PostgreSQL alone)."""
    with world.database.write() as session:
        session.execute(
            update(ReferralRow).where(ReferralRow.id == row.id).values(warned_at=FORENOON)
        )
        yield


def test_what_began_first_and_is_committed_last_is_not_skipped(
    world: World, referral: ReferralRow
) -> None:
    if world.database.is_sqlite:
        return  # has one writer: nobody can commit in between
    Play(world).file(code=OURS, phone="20 66 77 11")
    first, second = _both(world.database)
    reader = Reader(world)
    reader.news()
    with _committed_late(world, first):
        with _committed_late(world, second):
            pass
        assert reader.news() == [second.reference]
    assert reader.news() == [first.reference]


def test_what_is_waiting_for_its_place_and_changes_again_is_not_skipped(
    world: World, referral: ReferralRow
) -> None:
    if world.database.is_sqlite:
        return
    reader = Reader(world)  # the mark of the filing has no place yet
    with _committed_late(world, referral):
        assert reader.news() == []
    assert reader.news() == [referral.reference]


def _both(database: Database) -> list[ReferralRow]:
    with database.read() as session:
        return list(session.scalars(select(ReferralRow).order_by(ReferralRow.id)))


def test_with_many_writers_at_once_a_reader_ends_with_the_last_state_of_each(
    world: World,
) -> None:
    for number in range(6):
        Play(world).file(code=OURS, phone=f"20 66 77 2{number}")
    rows = _both(world.database)
    reader, seen = Reader(world), dict[str, int]()
    stop, numbers = threading.Event(), count(1)

    def write(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(25):
            row = draw.choice(rows)
            with world.database.write() as session:
                if draw.random() < 0.5:
                    chain.lock(session)
                changed = update(ReferralRow).where(ReferralRow.id == row.id)
                session.execute(changed.values(version=next(numbers)))
                time.sleep(draw.random() / 200)
                if draw.random() < 0.1:
                    session.connection().execute(text("SELECT 1"))
                    session.rollback()

    def read() -> None:
        while not stop.is_set():
            _take(reader, seen)

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    watching = threading.Thread(target=read)
    for thread in (*writers, watching):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    watching.join()
    _take(reader, seen)
    assert seen == {row.reference: row.version for row in _both(world.database)}


def _take(reader: Reader, seen: dict[str, int]) -> None:
    page = reader.page(limit=2)
    seen.update({entry.reference: entry.version for entry in page.entries})
    while page.more:
        page = reader.page(limit=2)
        seen.update({entry.reference: entry.version for entry in page.entries})


def test_places_are_given_once_even_by_two_at_a_time(world: World) -> None:
    for number in range(4):
        Play(world).file(code=OURS, phone=f"20 66 77 3{number}")
    given: list[int] = []
    both = [
        threading.Thread(target=lambda: given.append(give_places(world.database, OURS, FORENOON)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sum(given) == 4
