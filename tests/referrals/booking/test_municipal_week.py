"""A municipality sees the week of all its advisers, its own reader first, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from referrals.booking import calls
from referrals.booking.adviser_calls import write_week
from referrals.booking.municipal_week import AdviserWeek, municipal_week
from referrals.staff.roles import NotAllowed
from tests.conftest import World
from tests.referrals.booking.test_calls import (
    EVERY_DAY_AN_HOUR,
    add_adviser,
    adviser_id,
    book,
    patients,
)

ADVISER, MANAGER = "demo-adviser-0151", "demo-manager-0151"


def weeks(world: World, name: str = ADVISER) -> list[AdviserWeek]:
    return municipal_week(world.database, world.staff(name), world.clock())


def with_hours(session: Session, user_id: int) -> int:
    write_week(session, user_id, EVERY_DAY_AN_HOUR)
    return user_id


@pytest.fixture
def colleague(world: World) -> int:
    with world.database.write() as session:
        with_hours(session, adviser_id(session))
        with_hours(session, add_adviser(session, "a-elsewhere", "0163"))
        with_hours(session, add_adviser(session, "a-gone", suspended_at=world.clock()))
        return with_hours(session, add_adviser(session, "a-colleague"))


@pytest.mark.usefixtures("colleague")
def test_all_advisers_of_the_municipality_are_shown_the_reader_first(world: World) -> None:
    assert [each.own for each in weeks(world)] == [True, False]
    assert [each.name for each in weeks(world)][1] == "a-colleague"
    assert [each.own for each in weeks(world, MANAGER)] == [False, False]
    with pytest.raises(NotAllowed):
        weeks(world, "demo-nurse")


def test_every_time_is_booked_or_free_and_what_is_free_can_be_booked(
    world: World, colleague: int
) -> None:
    [encounter] = patients(world, 1)
    theirs = weeks(world)[1]
    book(world, theirs.free[3], encounter)
    after = weeks(world)[1]
    booked = [call for day in after.days for call in day.booked]
    assert [call.starts_at for call in booked] == [theirs.free[3].starts_at]
    assert after.free == [slot for slot in theirs.free if slot != theirs.free[3]]
    assert {slot.user_id for slot in after.free} == {colleague}


@pytest.mark.usefixtures("colleague")
def test_what_is_proposed_is_spread_over_the_days_and_really_free(world: World) -> None:
    week = weeks(world)[0]
    some = week.some(4)
    assert len(some) == 4
    assert set(some) <= set(week.free)
    assert len({slot.starts_at.date() for slot in some}) == 4
    assert all(slot.starts_at <= world.clock() + timedelta(days=7) for slot in some)
    assert calls.TIMES_TO_MOVE_TO >= len(week.some(1000)) == len(week.free)
