"""Seat and state go together: whoever is on a course has the seat, who leaves it has none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.booking import calls, seats
from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.next_action.rule import Task
from referrals.queue.moving import Unsuitable
from referrals.referral.moves import IllegalMove, Move, State
from tests.conftest import World
from tests.referrals.courses.coursework import call_off, catalogue
from tests.referrals.follow_up.after_the_talk import Course
from tests.referrals.playing import kept

PARTNER = "0163"
REASONS = {Move.DROP_OUT: {"reason": "other_illness"}}


def hold(course: Course, reference: str) -> None:
    with course.world.database.write() as session:
        encounter = course.row(reference).encounter_id
        seats.hold(session, course.id, encounter, course.world.clock(), "demo-nurse")


def seat_of(course: Course, reference: str) -> SeatRow:
    encounter = course.row(reference).encounter_id
    return kept(course.world, SeatRow, SeatRow.encounter_id == encounter)


def seats_of(course: Course, reference: str) -> list[str]:
    with course.world.database.read() as session:
        of_it = SeatRow.encounter_id == course.row(reference).encounter_id
        return list(session.scalars(select(SeatRow.state).where(of_it).order_by(SeatRow.id)))


def taken(course: Course) -> int:
    with course.world.database.read() as session:
        return session.get_one(CourseRow, course.id).taken


def move(course: Course, reference: str, made: Move, code: str = "0151", **wish: object) -> None:
    now = course.world.clock()
    course.world.queue(code).move(reference, made, now, **wish)  # type: ignore[arg-type]


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


@pytest.fixture
def own_only(world: World) -> Course:
    """A course that is for citizens of its own municipality alone."""
    course = Course(world)
    with world.database.write() as session:
        session.get_one(CourseRow, course.id).open_to = ["0151"]
    return course


def test_the_seat_of_whoever_is_on_the_course_is_not_given_back_by_a_button(
    course: Course,
) -> None:
    reference = course.enrolled()
    with pytest.raises(Unsuitable, match="enrolled"):
        course.world.seats_and_calls().release_seat(reference, course.world.clock())
    assert seat_of(course, reference).state == SeatState.CONFIRMED


def test_whoever_is_on_a_course_that_is_not_for_a_municipality_is_not_given_to_it(
    own_only: Course,
) -> None:
    reference = own_only.enrolled()
    wish = {"about": PARTNER, "reason": "near_work", "agreed": True}
    with pytest.raises(Unsuitable, match="elsewhere"):
        move(own_only, reference, Move.TRANSFER, **wish)
    assert own_only.row(reference).municipality_code == "0151"
    assert seat_of(own_only, reference).state == SeatState.CONFIRMED


def test_a_confirmed_seat_enrols_whoever_has_said_yes(course: Course) -> None:
    reference = course.accepted()
    hold(course, reference)
    course.world.seats_and_calls().confirm_seat(reference, course.world.clock())
    row = course.row(reference)
    assert (row.state, row.course_id) == (State.ENROLLED, course.id)


def test_whoever_is_enrolled_by_hand_stands_in_no_line_any_more(world: World) -> None:
    full = Course(world, capacity=1)
    full.enrolled()
    reference = full.accepted()
    full.work.enrol(reference, full.id, world.clock())
    assert seat_of(full, reference).state == SeatState.WAITING
    move(full, reference, Move.ENROL)
    assert seat_of(full, reference).state == SeatState.RELEASED


def test_an_enrolment_that_is_put_right_gives_the_seat_to_the_next(course: Course) -> None:
    reference = course.accepted()
    hold(course, reference)
    move(course, reference, Move.ENROL)
    move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    row = course.row(reference)
    assert (row.state, row.course_id) == (State.ACCEPTED, None)
    assert seat_of(course, reference).state == SeatState.RELEASED


def test_a_completion_that_is_put_right_is_followed_up_when_the_course_is_over(
    course: Course,
) -> None:
    reference = course.enrolled()
    move(course, reference, Move.START)
    before = course.row(reference)
    move(course, reference, Move.COMPLETE)
    move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    after = course.row(reference)
    assert (after.next_action, after.course_id) == (before.next_action, before.course_id)


def test_a_booked_call_stays_on_the_list_when_the_course_begins(course: Course) -> None:
    reference, now = course.enrolled(), course.world.clock()
    with course.world.database.write() as session:
        slot = calls.free_slots(session, "0151", now, 1)[0]
        calls.book(session, slot, course.row(reference).encounter_id, now, "demo-nurse")
    move(course, reference, Move.START)
    row = course.row(reference)
    assert (row.next_action, row.next_action_at) == (Task.BOOKED_CALL, slot.starts_at)


def test_what_was_held_since_is_given_back_where_signing_up_again_was_a_mistake(
    course: Course,
) -> None:
    reference = course.enrolled()
    move(course, reference, Move.DROP_OUT, reason="other_illness")
    move(course, reference, Move.SIGN_UP_AGAIN)
    hold(course, reference)
    move(course, reference, Move.PUT_RIGHT, reason="wrong_referral")
    assert course.row(reference).state == State.DROPPED_OUT
    assert seats_of(course, reference) == ["released", "released"]


def test_whoever_is_on_the_course_again_holds_no_other_seat(course: Course) -> None:
    reference = course.enrolled()
    move(course, reference, Move.DROP_OUT, reason="other_illness")
    hold(course, reference)
    move(course, reference, Move.PUT_RIGHT, reason="wrong_referral")
    assert course.row(reference).state == State.ENROLLED
    assert seats_of(course, reference) == ["confirmed", "released"]


@pytest.mark.parametrize("left_by", [Move.DROP_OUT, Move.COMPLETE])
def test_who_left_the_course_by_mistake_has_the_same_seat_again(
    course: Course, left_by: Move
) -> None:
    reference = course.started()
    move(course, reference, left_by, **REASONS.get(left_by, {}))
    move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    assert course.row(reference).state == State.STARTED
    assert seats_of(course, reference) == ["confirmed"]
    assert (taken(course), course.row(reference).course_id) == (1, course.id)
    assert {row.state for row in course.outcomes(reference).values()} == {"due"}


def test_stopping_before_the_start_put_right_plans_no_follow_ups(course: Course) -> None:
    reference = course.enrolled()
    move(course, reference, Move.DROP_OUT, reason="transport_cost")
    move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    assert course.row(reference).state == State.ENROLLED
    assert course.outcomes(reference) == {}
    assert seats_of(course, reference) == ["confirmed"]


def test_a_seat_that_somebody_else_has_by_now_is_not_taken_back(world: World) -> None:
    course = Course(world, capacity=1)
    reference = course.enrolled()
    move(course, reference, Move.DROP_OUT, reason="transport_cost")
    course.enrolled()
    assert Move.PUT_RIGHT not in world.queue().open(reference, world.clock()).legal
    with pytest.raises(Unsuitable, match="course_gone"):
        move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    assert (course.row(reference).state, taken(course)) == (State.DROPPED_OUT, 1)


def test_nobody_is_put_back_into_a_course_that_was_called_off_since(course: Course) -> None:
    reference = course.enrolled()
    move(course, reference, Move.DROP_OUT, reason="transport_cost")
    version = catalogue(course.world).open(course.id).version
    call_off(course.world, course.id, version)
    with pytest.raises(Unsuitable, match="course_gone"):
        move(course, reference, Move.PUT_RIGHT, reason="wrong_choice")
    move(course, reference, Move.SIGN_UP_AGAIN)
    assert course.row(reference).next_action == Task.ENROL


def test_what_a_municipality_did_before_it_handed_over_is_not_put_right_by_the_other(
    course: Course,
) -> None:
    reference = course.accepted()
    wish = {"about": PARTNER, "reason": "patient_wish", "agreed": True}
    move(course, reference, Move.TRANSFER, **wish)
    with pytest.raises(IllegalMove):
        move(course, reference, Move.PUT_RIGHT, PARTNER, reason="wrong_choice")
    move(course, reference, Move.DECLINE, PARTNER, reason="not_now")
    move(course, reference, Move.PUT_RIGHT, PARTNER, reason="wrong_choice")
    assert course.row(reference).state == State.ACCEPTED
