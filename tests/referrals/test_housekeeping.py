"""What time does, in rounds; and that what cannot be undone waits for a clock that is believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from referrals import housekeeping
from referrals.advice.tables import EncounterRow
from referrals.booking import seats
from referrals.consent.tables import PurgeMarkRow
from referrals.housekeeping import guarded
from referrals.installation.watched_clock import Look
from referrals.referral.tables import ReferralRow
from tests.conftest import World
from tests.locking import ENCOUNTERS, ROWS, WHOLE, locks_asked_for
from tests.referrals.booking.seating import BY, NOW, set_up, states
from tests.referrals.deferred.test_wards_list import defer
from tests.referrals.playing import Play, how_many, keep_house, kept, referral

AT_ANY_TIME = {"reckoned"}
"""What can be done again."""
ONCE_BELIEVED = {
    *("expired", "finished", "holds", "lines", "deferred", "beds"),
    *("letters", "not_understood", "api_calls"),
    *("unmarked", "marked", "purged", "lapsed"),
}
"""What time does for good: a round that is left out here would never be missed by anybody."""


def test_nothing_is_done_where_nothing_is_due(world: World) -> None:
    Play(world).to_contact()
    Play(world, "demo-nurse-2").file(phone="20 66 77 99")
    assert keep_house(world, minutes=9) == {}


def test_what_an_older_version_left_is_reckoned_at_once(world: World) -> None:
    reference = Play(world).file()
    with world.database.write_rows() as rows:
        rows.execute(update(ReferralRow).values(next_action=None, next_action_at=None))
    assert keep_house(world) == {"reckoned": 1}
    assert referral(world, reference).next_action == "call"


def _seats(world: World, how_many: int, do: Callable[[Session, str], object]) -> int:
    """Let some encounters that were filed ask for the one seat of a course; give the course."""
    course, encounters = set_up(world.database, 1, how_many)
    with world.database.write() as session:
        session.execute(update(EncounterRow).values(settled=True))
        for each in encounters:
            seats.hold(session, course, each, NOW, BY)
        do(session, encounters[0])
    return course


def test_a_hold_that_is_over_is_ended_and_counted(world: World) -> None:
    course = _seats(world, 1, lambda *_: None)
    assert keep_house(world, days=3) == {"holds": 1}
    with world.database.read() as session:
        assert states(session, course) == {"expired": 1}


def test_the_line_of_a_course_that_has_begun_is_ended_and_counted(world: World) -> None:
    course = _seats(world, 2, lambda session, first: seats.confirm(session, first, NOW, BY))
    assert keep_house(world, days=50, hours=7) == {"lines": 1}
    with world.database.read() as session:
        assert states(session, course) == {"confirmed": 1, "released": 1}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
@pytest.mark.parametrize("name", ["purged", "lapsed", "deferred", "holds"])
def test_the_audit_log_is_locked_before_any_row_that_others_change_as_well(
    world: World, name: str
) -> None:
    Play(world, "demo-nurse-2").file(phone="20 66 77 99")
    defer(world)
    _seats(world, 1, lambda *_: None)
    now = world.clock.forward(days=400)
    housekeeping.PURGES["marked"](world.database, now, 0)
    rounds = guarded(world.database, Believing(believed=True), world.clock)  # type: ignore[arg-type]
    with locks_asked_for(world.database) as asked:
        assert rounds[name](now) == 1
    assert [lock for lock in asked if lock != ENCOUNTERS][:2] == [WHOLE, ROWS]
    assert (asked[0] == ENCOUNTERS) is (name in ("purged", "lapsed"))


class Believing:
    """A watched clock that says what it is told to."""

    WATCHED_S = 100_000.0

    def __init__(self, *, believed: bool) -> None:
        self.believed = believed
        self.looked: list[datetime] = []

    def look(self, now: datetime) -> Look:
        self.looked.append(now)
        return Look(self.WATCHED_S, self.believed)


def test_by_itself_too_nothing_is_deleted_while_the_clock_is_not_believed(world: World) -> None:
    Play(world)
    now = world.clock.forward(hours=3)
    doubted, trusted = Believing(believed=False), Believing(believed=True)
    rounds = guarded(world.database, doubted, world.clock)  # type: ignore[arg-type]
    assert rounds["expired"](now) == 0
    assert how_many(world, EncounterRow, EncounterRow.outcome == "expired") == 0
    assert guarded(world.database, trusted, world.clock)["expired"](now) == 1  # type: ignore[arg-type]


def test_each_round_that_cannot_be_undone_looks_at_the_clock_itself(world: World) -> None:
    clock = Believing(believed=True)
    rounds = guarded(world.database, clock, world.clock)  # type: ignore[arg-type]
    for name, do in rounds.items():
        do(world.clock())
        assert len(clock.looked) == (0 if name in AT_ANY_TIME else 1), name
        clock.looked.clear()
    assert rounds.keys() == {*AT_ANY_TIME, *ONCE_BELIEVED}


@pytest.mark.parametrize(
    ("believed", "done"),
    [(False, AT_ANY_TIME), (True, {*AT_ANY_TIME, *ONCE_BELIEVED})],
    ids=["doubted", "believed"],
)
def test_all_at_once_too_what_cannot_be_undone_waits_for_a_clock_that_is_believed(
    world: World, *, believed: bool, done: set[str]
) -> None:
    clock = Believing(believed=believed)
    now = world.clock()
    assert housekeeping.keep_house(world.database, now, clock).keys() == done  # type: ignore[arg-type]
    assert clock.looked == [now]


def test_what_is_marked_remembers_how_long_the_clock_was_watched(world: World) -> None:
    Play(world).file()
    clock = Believing(believed=True)
    now = world.clock.forward(days=365)
    housekeeping.keep_house(world.database, now, clock)  # type: ignore[arg-type]
    assert kept(world, PurgeMarkRow).watched_s == Believing.WATCHED_S
