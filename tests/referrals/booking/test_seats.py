"""Seats: held, confirmed, waited for and freed, one example each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.booking import seats
from referrals.booking.seat_listing import latest
from referrals.booking.seat_states import (
    AlreadyConfirmed,
    Full,
    Held,
    NoSeat,
    NotOpen,
    TooFewSeats,
    Waiting,
)
from referrals.booking.seats import HOLD_LASTS, SEAT_HOLD
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.outbox.tables import OutboxRow
from referrals.storage.database import Database
from tests.conftest import World
from tests.referrals.booking.seating import (
    BY,
    NOW,
    add_course,
    add_encounters,
    all_at_once,
    counted,
    end_lines,
    expire,
    seat_of,
    set_up,
    states,
)

MANAGER = "demo-manager-0151"


def hold(world: World, course: int, encounter: str, **options: bool) -> Held | Waiting:
    with world.database.write() as session:
        return seats.hold(session, course, encounter, world.clock(), BY, **options)


def standing(session: Session, course: int) -> list[tuple[str, str]]:
    """Give whose seats stand, and how, as the domain lists them."""
    rows = session.scalars(seats.standing_in(course))
    return [(row.encounter_id, row.state) for row in rows]


def test_a_held_seat_counts_at_once_and_runs_for_seventy_two_hours(world: World) -> None:
    course, (patient,) = set_up(world.database, 2, 1)
    assert hold(world, course, patient) == Held(course, NOW + timedelta(hours=72))
    with world.database.read() as session:
        assert counted(session, course) == {"confirmed": 0, "held": 1, "waiting": 0}


def test_how_long_a_seat_is_held_can_be_set(world: World) -> None:
    course, (patient,) = set_up(world.database, 1, 1)
    url = world.database.engine.url.render_as_string(hide_password=False)
    other = Database(url, {SEAT_HOLD: timedelta(hours=5)})
    with other.write() as session:
        given = seats.hold(session, course, patient, NOW, BY)
    other.close()
    assert given == Held(course, NOW + timedelta(hours=5))


def test_a_hold_ends_when_a_fixed_course_begins(world: World) -> None:
    start = NOW + timedelta(hours=30)
    course, (patient,) = set_up(world.database, 1, 1, starts_at=start)
    assert hold(world, course, patient) == Held(course, start)


def test_holding_again_changes_nothing_not_even_the_clock(world: World) -> None:
    course, (patient,) = set_up(world.database, 3, 1)
    first = hold(world, course, patient)
    world.clock.forward(hours=10)
    assert hold(world, course, patient) == first
    with world.database.read() as session:
        assert counted(session, course)["held"] == 1


def test_in_a_full_course_the_patient_stands_in_line(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 1, 3)
    hold(world, course, one)
    assert hold(world, course, two) == Waiting(course, 1)
    assert hold(world, course, three) == Waiting(course, 2)
    assert hold(world, course, two) == Waiting(course, 1)


def test_who_does_not_want_to_wait_is_told_that_the_course_is_full(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    with pytest.raises(Full):
        hold(world, course, two, wait=False)
    assert seat_of(world.database, two) is None


def test_a_course_without_limit_is_never_full(world: World) -> None:
    course, patients = set_up(world.database, None, 4)
    given = [hold(world, course, each) for each in patients]
    assert all(isinstance(each, Held) for each in given)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"status": "cancelled"},
        {"starts_at": NOW},
        {"deadline_on": date(2026, 11, 22)},
    ],
    ids=["draft", "cancelled", "begun", "deadline passed"],
)
def test_nobody_gets_into_a_course_that_takes_nobody(
    world: World, changes: dict[str, object]
) -> None:
    course, (patient,) = set_up(world.database, 5, 1, **changes)
    with pytest.raises(NotOpen):
        hold(world, course, patient)
    with pytest.raises(NotOpen):
        hold(world, course + 1000, patient)
    assert seat_of(world.database, patient) is None


def test_holding_in_another_course_gives_the_first_seat_to_the_next(world: World) -> None:
    first, (one, two) = set_up(world.database, 1, 2)
    second, _ = set_up(world.database, 1, 0)
    hold(world, first, one)
    hold(world, first, two)
    assert isinstance(hold(world, second, one), Held)
    with world.database.read() as session:
        assert states(session, first) == {"released": 1, "held": 1}
        moved_on = latest(session, two)
    assert moved_on is not None
    assert moved_on.state == "held"


def test_a_held_seat_is_never_traded_for_a_place_in_line(world: World) -> None:
    first, (one, two) = set_up(world.database, 1, 2)
    full, _ = set_up(world.database, 1, 0)
    hold(world, full, two)
    hold(world, first, one)
    with pytest.raises(Full):
        hold(world, full, one)
    seat = seat_of(world.database, one)
    assert seat is not None
    assert (seat.course_id, seat.state) == (first, "held")


def test_who_waits_may_wait_in_another_line_instead(world: World) -> None:
    first, (one, two, three) = set_up(world.database, 1, 3)
    second, _ = set_up(world.database, 1, 0)
    hold(world, first, one)
    hold(world, second, two)
    hold(world, first, three)
    assert hold(world, second, three) == Waiting(second, 1)
    with world.database.read() as session:
        assert counted(session, first)["waiting"] == 0


def test_a_confirmed_seat_is_taken_and_has_no_clock(world: World) -> None:
    course, (patient,) = set_up(world.database, 1, 1)
    hold(world, course, patient)
    with world.database.write() as session:
        assert seats.confirm(session, patient, NOW, MANAGER) == Held(course, None)
        assert seats.confirm(session, patient, NOW, MANAGER) == Held(course, None)
        assert counted(session, course) == {"confirmed": 1, "held": 0, "waiting": 0}
        assert expire(session, NOW + timedelta(days=30)) == 0
    assert hold(world, course, patient) == Held(course, None)


def test_a_nurse_cannot_take_away_what_the_municipality_confirmed(world: World) -> None:
    course, (patient,) = set_up(world.database, 1, 1)
    other, _ = set_up(world.database, 1, 0)
    hold(world, course, patient)
    with world.database.write() as session:
        seats.confirm(session, patient, NOW, MANAGER)
    with pytest.raises(AlreadyConfirmed):
        hold(world, other, patient)


def test_there_is_nothing_to_confirm_for_who_waits_or_has_no_seat(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 1, 3)
    hold(world, course, one)
    hold(world, course, two)
    for encounter in (two, three):
        with world.database.write() as session, pytest.raises(NoSeat):
            seats.confirm(session, encounter, NOW, MANAGER)


def test_a_hold_that_runs_out_goes_to_the_next_with_a_new_clock(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 1, 3)
    hold(world, course, one)
    world.clock.forward(hours=1)
    hold(world, course, two)
    hold(world, course, three)
    now = world.clock.forward(hours=71)
    with world.database.write() as session:
        assert expire(session, now) == 1
        assert expire(session, now) == 0
        assert counted(session, course) == {"confirmed": 0, "held": 1, "waiting": 1}
    ran_out, offered = seat_of(world.database, one), seat_of(world.database, two)
    assert ran_out is not None
    assert offered is not None
    assert (ran_out.state, ran_out.ended_why, ran_out.ended_at) == ("expired", "ran_out", now)
    assert (offered.state, offered.expires_at) == ("held", now + HOLD_LASTS)


def test_a_late_confirmation_counts_until_the_seat_is_given_away(world: World) -> None:
    course, (patient,) = set_up(world.database, 1, 1)
    hold(world, course, patient)
    late = world.clock.forward(hours=80)
    with world.database.write() as session:
        assert seats.confirm(session, patient, late, MANAGER) == Held(course, None)


@pytest.mark.parametrize("state", ["held", "confirmed"])
def test_a_released_seat_goes_to_the_next_in_line(world: World, state: str) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        if state == "confirmed":
            seats.confirm(session, one, NOW, MANAGER)
        assert seats.release(session, one, NOW, MANAGER, "withdrawn")
        assert not seats.release(session, one, NOW, MANAGER, "withdrawn")
        assert counted(session, course) == {"confirmed": 0, "held": 1, "waiting": 0}


def test_who_leaves_the_line_leaves_it(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 1, 3)
    for each in (one, two, three):
        hold(world, course, each)
    with world.database.write() as session:
        seats.release(session, two, NOW, BY, "cancelled")
        assert counted(session, course) == {"confirmed": 0, "held": 1, "waiting": 1}
    assert hold(world, course, three) == Waiting(course, 1)


def test_a_course_that_has_begun_offers_no_seats(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    hold(world, course, two)
    begun = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    with world.database.write() as session:
        seats.release(session, one, begun, MANAGER, "drop_out")
        assert counted(session, course) == {"confirmed": 0, "held": 0, "waiting": 1}


def test_the_line_ends_the_moment_the_course_begins(world: World) -> None:
    begins = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    course, (one, two, three) = set_up(world.database, 1, 3)
    for each in (one, two, three):
        hold(world, course, each)
    with world.database.write() as session:
        seats.confirm(session, one, NOW, MANAGER)
        before = begins - timedelta(seconds=1)
        assert end_lines(session, before) == 0
        assert end_lines(session, begins) == 1
        assert counted(session, course) == {"confirmed": 1, "held": 0, "waiting": 0}
        ended = latest(session, two)
        assert ended is not None
        assert (ended.ended_at, ended.ended_why) == (begins, seats.BEGUN)
        assert end_lines(session, begins) == 0


def test_the_line_of_a_rolling_course_does_not_end(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2, intake="rolling", starts_at=None)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        assert end_lines(session, NOW + timedelta(days=200)) == 0


def test_a_rolling_course_offers_seats_at_any_time(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2, intake="rolling", starts_at=None)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        seats.release(session, one, NOW + timedelta(days=200), MANAGER, "complete")
        assert counted(session, course) == {"confirmed": 0, "held": 1, "waiting": 0}


def test_more_seats_are_offered_in_the_order_of_the_line(world: World) -> None:
    course, (one, two, three, four) = set_up(world.database, 1, 4)
    for each in (one, two, three, four):
        hold(world, course, each)
    with world.database.write() as session:
        assert seats.change_capacity(session, course, 3, NOW, MANAGER) == 2
        states_now = dict(standing(session, course))
        assert states_now == {one: "held", two: "held", three: "held", four: "waiting"}
        assert seats.change_capacity(session, course, None, NOW, MANAGER) == 1


def test_nobody_loses_a_seat_to_a_smaller_course(world: World) -> None:
    course, (one, two) = set_up(world.database, 5, 2)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        seats.confirm(session, one, NOW, MANAGER)
        with pytest.raises(TooFewSeats, match="2 seats are taken or held"):
            seats.change_capacity(session, course, 1, NOW, MANAGER)
        assert seats.change_capacity(session, course, 2, NOW, MANAGER) == 0
        with pytest.raises(NotOpen):
            seats.change_capacity(session, course + 1000, 2, NOW, MANAGER)


def test_people_who_came_another_way_are_counted_too(world: World) -> None:
    course, (one, two) = set_up(world.database, 3, 2)
    hold(world, course, one)
    with world.database.write() as session:
        seats.confirm(session, one, NOW, MANAGER)
        with pytest.raises(TooFewSeats):
            seats.change_capacity(session, course, 3, NOW, MANAGER, taken=0)
        with pytest.raises(TooFewSeats):
            seats.change_capacity(session, course, 3, NOW, MANAGER, taken=4)
        seats.change_capacity(session, course, 3, NOW, MANAGER, taken=3)
    assert hold(world, course, two) == Waiting(course, 1)
    with world.database.write() as session:
        assert seats.change_capacity(session, course, 3, NOW, MANAGER, taken=2) == 1


def test_calling_a_course_off_ends_every_seat_with_the_reason(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 2, 3)
    for each in (one, two, three):
        hold(world, course, each)
    with world.database.write() as session:
        seats.confirm(session, one, NOW, MANAGER)
        seats.cancel_course(session, course, NOW, MANAGER, "course_cancelled")
        assert counted(session, course) == {"confirmed": 0, "held": 0, "waiting": 0}
        assert session.get_one(CourseRow, course).status == "cancelled"
        whys = session.scalars(select(SeatRow.ended_why).where(SeatRow.course_id == course)).all()
    assert whys == ["course_cancelled"] * 3
    with pytest.raises(NotOpen):
        hold(world, course, two)


def test_a_course_that_is_not_there_cannot_be_called_off(world: World) -> None:
    with world.database.write() as session, pytest.raises(NotOpen):
        seats.cancel_course(session, 4711, NOW, MANAGER, "course_cancelled")


def test_who_changed_a_seat_stands_in_the_audit_log(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        seats.confirm(session, one, NOW, MANAGER)
        seats.release(session, one, NOW, MANAGER, "decline")
        expire(session, NOW + timedelta(days=4))
    with world.database.read() as session:
        rows = session.execute(
            select(AuditRow.actor, AuditRow.action, AuditRow.record)
            .where(AuditRow.record.startswith(f"course:{course} encounter:"))
            .order_by(AuditRow.number)
        )
        trail = [(actor, action, record.endswith(one)) for actor, action, record in rows]
        assert chain.verify(session).broken_at is None
    assert trail == [
        (BY, "hold_seat", True),
        (BY, "wait_for_seat", False),
        (MANAGER, "confirm_seat", True),
        (MANAGER, "release_seat", True),
        (MANAGER, "offer_seat", False),
        ("machine:housekeeping", "expire_seat", False),
    ]


def test_a_seat_of_an_encounter_that_is_not_filed_is_told_nobody(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    hold(world, course, two)
    with world.database.write() as session:
        seats.release(session, one, NOW, BY, "cancelled")
        assert session.scalars(select(OutboxRow)).all() == []


def test_the_standing_seats_of_a_course_are_listed_in_the_order_asked(world: World) -> None:
    course, (one, two, three) = set_up(world.database, 2, 3)
    for each in (one, two, three):
        hold(world, course, each)
    with world.database.write() as session:
        seats.confirm(session, two, NOW, MANAGER)
        assert standing(session, course) == [
            (one, "held"),
            (two, "confirmed"),
            (three, "waiting"),
        ]


def test_a_call_that_raises_leaves_everything_as_it_was(world: World) -> None:
    course, (one, two) = set_up(world.database, 1, 2)
    hold(world, course, one)
    with world.database.write() as session:
        before = counted(session, course)
        with pytest.raises(Full):
            seats.hold(session, course, two, NOW, BY, wait=False)
        assert counted(session, course) == before
        assert states(session, course) == {"held": 1}


def test_two_hundred_hold_the_last_seat_at_once_and_one_gets_it(world: World) -> None:
    course, patients = set_up(world.database, 8, 200, taken=7)
    came = all_at_once(world.database, patients, lambda s, e: seats.hold(s, course, e, NOW, BY))
    assert came == {"Held": 1, "Waiting": 199}
    with world.database.read() as session:
        assert counted(session, course) == {"confirmed": 7, "held": 1, "waiting": 199}
        assert states(session, course) == {"held": 1, "waiting": 199}
        assert chain.verify(session).broken_at is None


def test_one_patient_held_in_many_courses_at_once_has_one_seat(world: World) -> None:
    with world.database.write() as session:
        courses = [str(add_course(session, 1)) for _ in range(20)]
        (patient,) = add_encounters(session, 1)
    came = all_at_once(
        world.database, courses, lambda s, c: seats.hold(s, int(c), patient, NOW, BY)
    )
    assert came == {"Held": 20}
    with world.database.read() as session:
        standing = session.scalars(select(SeatRow).where(SeatRow.ended_at.is_(None))).all()
        assert [seat.state for seat in standing] == ["held"]
        assert sum(counted(session, int(course))["held"] for course in courses) == 1
