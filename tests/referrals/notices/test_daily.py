"""The morning's summary and the evening's news: at their hour, once, and only if there is any."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from referrals.deferred.rules import CrossedOff
from referrals.deferred.wards_list import WardsList
from referrals.notices.daily import tell_daily
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import Move
from tests.conftest import World
from tests.referrals.playing import Play

MONDAY = "2026-11-23"


def tell(world: World, at: str) -> list[dict[str, Any]]:
    """Do the chore at a Danish time and give what it wrote."""
    world.clock.at = datetime.fromisoformat(f"{at}+01:00").astimezone(UTC)
    with world.database.read() as session:
        last = session.scalars(select(OutboxRow.id).order_by(OutboxRow.id.desc())).first() or 0
    tell_daily(world.database, world.clock.at)
    with world.database.read() as session:
        query = select(OutboxRow.payload).where(OutboxRow.id > last, OutboxRow.sent_at.is_(None))
        return list(session.scalars(query.order_by(OutboxRow.id)))


def test_the_morning_s_summary_counts_the_queue(world: World) -> None:
    world.clock.at = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)
    overdue = Play(world).file()
    world.clock.at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    Play(world).file(phone="20 66 77 91")
    world.clock.at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    Play(world).file(phone="20 66 77 92")
    Play(world).file(phone="20 66 77 93", postcode="2730", code="0163")
    reached = Play(world).file(phone="20 66 77 94")
    world.queue().move(reached, Move.REACH, world.clock.at)
    later = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    world.queue().move(overdue, Move.PLAN, world.clock.at, about=later.isoformat())
    told = sorted(tell(world, f"{MONDAY}T07:30"), key=lambda each: each["municipality"])
    assert told == [
        {"municipality": "0151", "waiting": 3, "overdue": 1, "soon": 1, "new": 1, "today": 3},
        {"municipality": "0163", "waiting": 1, "overdue": 0, "soon": 0, "new": 1, "today": 1},
    ]


def test_a_day_s_summary_is_told_once_and_not_at_other_hours(world: World) -> None:
    Play(world).file()
    assert tell(world, f"{MONDAY}T07:29") == []
    assert len(tell(world, f"{MONDAY}T09:59")) == 1, "a service that was down catches up"
    assert tell(world, f"{MONDAY}T09:59") == []
    assert tell(world, "2026-11-24T10:00") == []


@pytest.mark.parametrize("day", ["2026-11-28", "2026-11-29", "2026-12-25"])
def test_no_summary_comes_on_a_day_off(world: World, day: str) -> None:
    Play(world).file()
    assert tell(world, f"{day}T08:00") == []


def test_an_empty_queue_is_not_told_of(world: World) -> None:
    assert tell(world, f"{MONDAY}T08:00") == []


def reach(world: World, at: str, phone: str, nurse: str = "demo-nurse") -> None:
    world.clock.at = datetime.fromisoformat(f"{at}+01:00").astimezone(UTC)
    reference = Play(world, nurse).file(phone=phone)
    world.queue().move(reference, Move.REACH, world.clock.at)


def test_a_ward_hears_in_the_evening_how_many_were_reached(world: World) -> None:
    reach(world, "2026-11-22T17:59", "20 66 77 91")  # told of the evening before
    reach(world, f"{MONDAY}T10:00", "20 66 77 92")
    reach(world, f"{MONDAY}T15:00", "20 66 77 93")
    reach(world, f"{MONDAY}T15:00", "20 66 77 94", "demo-nurse-gentofte")
    told = {each["ward"]: each for each in tell(world, f"{MONDAY}T18:00")}
    assert told["herlev-onk-1"] == {"ward": "herlev-onk-1", "count": 2, "when": "today"}
    assert sorted(each["count"] for each in told.values()) == [1, 2]
    assert tell(world, f"{MONDAY}T18:01") == []


def test_who_was_reached_after_the_evening_s_news_is_told_of_the_next_day(world: World) -> None:
    reach(world, "2026-11-22T19:00", "20 66 77 91")
    [told] = tell(world, f"{MONDAY}T18:00")
    assert (told["count"], told["when"]) == (1, "since_yesterday")


def test_a_ward_without_news_is_left_in_peace(world: World) -> None:
    Play(world).file()
    assert tell(world, f"{MONDAY}T18:00") == []


def defer(world: World, at: str, nurse: str = "demo-nurse") -> str:
    world.clock.at = datetime.fromisoformat(f"{at}+01:00").astimezone(UTC)
    play = Play(world, nurse)
    play.press("status", "unable")
    play.press("defer_reason", "asleep")
    return play.id


def test_each_ward_hears_in_the_morning_who_waits_to_be_asked_also_on_sundays(
    world: World,
) -> None:
    defer(world, "2026-11-20T10:00")
    noted = defer(world, "2026-11-20T11:00")
    defer(world, "2026-11-20T12:00", "demo-nurse-gentofte")
    wards_list = WardsList(world.database, world.vault, world.staff("demo-nurse"))
    wards_list.note(noted, "", date(2026, 11, 22), world.clock())
    told = {each["ward"]: each for each in tell(world, "2026-11-22T08:00")}
    assert told.pop("herlev-onk-1") == {"ward": "herlev-onk-1", "count": 2, "last_day": 1}
    assert [each["count"] for each in told.values()] == [1]
    assert tell(world, "2026-11-22T08:01") == []


def test_whom_a_nurse_has_in_hand_or_crossed_off_waits_no_more(world: World) -> None:
    crossed = defer(world, "2026-11-20T10:00")
    taken = defer(world, "2026-11-20T11:00")
    nurse = world.staff("demo-nurse-2")
    WardsList(world.database, world.vault, nurse).cross_off(
        crossed, CrossedOff.MOVED, world.clock()
    )
    world.encounters.take_up(nurse, taken)
    assert tell(world, "2026-11-22T08:00") == []
