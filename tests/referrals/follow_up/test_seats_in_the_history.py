"""What becomes of a seat while nobody works the referral stands in its history, and is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals.booking import seats
from tests.conftest import World
from tests.referrals.booking.seating import BY, add_encounters, end_lines, expire
from tests.referrals.follow_up.after_the_talk import Course
from tests.referrals.follow_up.test_calling_off import held, history, told

TITLE = "Rygestop i hold"


@pytest.fixture
def course(world: World) -> Course:
    return Course(world, capacity=1)


def machine_s_row(course: Course, reference: str) -> str:
    """Give who wrote the last row, as the page of the referral reads it."""
    opened = course.world.queue().open(reference, course.world.clock())
    return opened.history[-1].actor


def test_whoever_gets_a_freed_seat_has_that_in_the_history(course: Course) -> None:
    first, waiting = held(course), held(course)
    before = course.row(waiting).version
    with course.world.database.write() as session:
        seats.release(session, course.row(first).encounter_id, course.world.clock(), BY, "decline")
    assert history(course, waiting)[-1] == ("seat_offered", "accepted", TITLE)
    assert machine_s_row(course, waiting) == "system:housekeeping"
    assert told(course) == [("seat_offered", waiting)]
    assert course.row(waiting).version == before, "nobody's open page became old by it"


def test_a_hold_that_runs_out_stands_in_the_history_and_the_adviser_is_told(
    course: Course,
) -> None:
    reference = held(course)
    with course.world.database.write() as session:
        assert expire(session, course.world.clock.forward(days=4)) == 1
    assert history(course, reference)[-1] == ("seat_ran_out", "accepted", TITLE)
    assert told(course) == [("seat_lost", reference)]


def test_whoever_waits_in_a_line_that_ends_has_that_in_the_history(course: Course) -> None:
    enrolled, waiting = course.enrolled(), held(course)
    before = history(course, enrolled)
    with course.world.database.write() as session:
        assert end_lines(session, course.starts[0] + timedelta(minutes=1)) == 1
    assert history(course, waiting)[-1] == ("line_ended", "accepted", TITLE)
    assert told(course) == [("seat_lost", waiting)]
    assert history(course, enrolled) == before


def test_a_seat_held_at_the_bedside_has_no_history_yet(course: Course) -> None:
    with course.world.database.write() as session:
        [encounter] = add_encounters(session, 1)
        seats.hold(session, course.id, encounter, course.world.clock(), BY)
        assert expire(session, course.world.clock.forward(days=4)) == 1
    assert told(course) == []
