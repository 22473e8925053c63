"""Enrolling in a course: a held seat is confirmed, a free one taken, a full course waited for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.booking import seats
from referrals.booking.seat_states import Full, Held, NotOpen, Waiting
from referrals.catalogue.records import write_openings
from referrals.courses.tables import CourseRow
from referrals.follow_up.follow_ups import FollowUps
from referrals.queue.municipal_queue import ChangedMeanwhile, NotFound
from referrals.referral.moves import IllegalMove, State
from tests.conftest import World
from tests.referrals.booking.seating import counted, seat_of
from tests.referrals.follow_up.after_the_talk import Course
from tests.referrals.playing import Play, how_many


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


def _hold(course: Course, reference: str, course_id: int) -> None:
    with course.world.database.write() as session:
        encounter = course.row(reference).encounter_id
        seats.hold(session, course_id, encounter, course.world.clock(), "demo-nurse")


def _counts(course: Course) -> dict[str, int]:
    with course.world.database.read() as session:
        return counted(session, course.id)


def test_without_a_held_seat_one_is_taken(course: Course) -> None:
    reference = course.accepted()
    given = course.work.enrol(reference, course.id, course.world.clock())
    assert isinstance(given, Held)
    assert (course.row(reference).state, course.row(reference).course_id) == ("enrolled", course.id)
    assert _counts(course) == {"confirmed": 1, "held": 0, "waiting": 0}


def test_a_held_seat_is_confirmed(course: Course) -> None:
    reference = course.accepted()
    _hold(course, reference, course.id)
    course.work.enrol(reference, course.id, course.world.clock())
    assert course.row(reference).state == State.ENROLLED
    assert _counts(course) == {"confirmed": 1, "held": 0, "waiting": 0}


def test_the_plain_move_confirms_the_held_seat_too(course: Course) -> None:
    reference = course.accepted()
    _hold(course, reference, course.id)
    course.move(reference, "enrol")
    assert course.row(reference).course_id == course.id


def test_a_full_course_is_waited_for_and_nobody_is_enrolled_meanwhile(world: World) -> None:
    course = Course(world, capacity=1)
    first, second = course.enrolled(), course.accepted()
    assert course.work.enrol(second, course.id, world.clock()) == Waiting(course.id, 1)
    assert (course.row(second).state, course.row(second).course_id) == ("accepted", None)
    course.move(first, "drop_out", "other_illness")
    assert seat_of(world.database, course.row(second).encounter_id).state == "held"  # type: ignore[union-attr]
    course.work.enrol(second, course.id, world.clock())
    assert course.row(second).state == State.ENROLLED
    assert _counts(course) == {"confirmed": 1, "held": 0, "waiting": 0}


def test_a_held_seat_elsewhere_is_not_given_up_for_a_place_in_line(world: World) -> None:
    full, other = Course(world, capacity=1), Course(world)
    full.enrolled()
    reference = other.accepted()
    _hold(other, reference, other.id)
    with pytest.raises(Full):
        other.work.enrol(reference, full.id, world.clock())
    assert _counts(other) == {"confirmed": 0, "held": 1, "waiting": 0}


def test_enrolling_elsewhere_gives_the_held_seat_back(world: World) -> None:
    one, other = Course(world), Course(world)
    reference = one.accepted()
    _hold(one, reference, one.id)
    one.work.enrol(reference, other.id, world.clock())
    assert (_counts(one)["held"], _counts(other)["confirmed"]) == (0, 1)


def test_a_confirmed_seat_elsewhere_stands(world: World) -> None:
    one, other = Course(world), Course(world)
    reference = one.accepted()
    _hold(one, reference, one.id)
    one.world.seats_and_calls().confirm_seat(reference, world.clock())
    with pytest.raises(IllegalMove):
        one.work.enrol(reference, other.id, world.clock())
    assert one.row(reference).course_id == one.id


@pytest.mark.parametrize("which", ["unknown", "not for its citizens", "begun"])
def test_a_course_that_takes_nobody_from_here_is_refused(world: World, which: str) -> None:
    course = Course(world)
    reference = course.accepted()
    course_id = course.id
    if which == "unknown":
        course_id = 99_999
    elif which == "begun":
        world.clock.at = course.starts[1]
    else:
        reference = _of_furesoe(world)
    work = course.work if which != "not for its citizens" else _work_of(world, "0190")
    with pytest.raises(NotOpen):
        work.enrol(reference, course_id, world.clock())
    assert course.row(reference).state == State.ACCEPTED


def _work_of(world: World, code: str) -> FollowUps:
    return FollowUps(world.database, world.vault, world.staff(f"demo-adviser-{code}"))


def _of_furesoe(world: World) -> str:
    reference = Play(world).file(code="0190", postcode="3500", phone="20 30 99 99")
    for move in ("reach", "accept"):
        world.queue("0190").move(reference, move, world.clock())
    return reference


def test_only_somebody_who_said_yes_is_enrolled(course: Course) -> None:
    reference = course.accepted()
    course.work.enrol(reference, course.id, course.world.clock())
    with pytest.raises(IllegalMove):
        course.work.enrol(reference, course.id, course.world.clock())


def test_an_enrolment_of_an_old_version_is_refused(course: Course) -> None:
    reference = course.accepted()
    with pytest.raises(ChangedMeanwhile):
        course.work.enrol(reference, course.id, course.world.clock(), version=1)
    assert _counts(course) == {"confirmed": 0, "held": 0, "waiting": 0}


def test_nobody_enrols_the_citizens_of_others(course: Course) -> None:
    reference = course.accepted()
    with pytest.raises(NotFound):
        _work_of(course.world, "0163").enrol(reference, course.id, course.world.clock())


def test_the_choice_shows_own_courses_first_and_only_those_that_take_new_people(
    world: World,
) -> None:
    elsewhere, own = Course(world, owner="0163"), Course(world, capacity=1)
    reference = own.accepted()
    world.clock.forward(days=8)
    late = Course(world)
    with world.database.write() as session:
        for row in session.scalars(select(CourseRow)):
            write_openings(row)
    shown = own.work.courses(reference, world.clock()).found
    assert [choice.id for choice in shown] == [late.id]
    world.clock.forward(days=-8)
    shown = own.work.courses(reference, world.clock()).found
    assert [choice.id for choice in shown] == [own.id, late.id, elsewhere.id]
    assert how_many(world, CourseRow) == 3
