"""Who is on a course: names to those who may see them, and that they were read is audited once."""

from __future__ import annotations

import pytest

from referrals.booking import seats
from referrals.consent.tables import ConsentRow
from referrals.courses.search import UnknownCourse
from referrals.follow_up.roll import CourseRolls, Roll
from tests.conftest import World
from tests.referrals.booking.seating import BY, add_encounters
from tests.referrals.courses.coursework import call_off, catalogue, keep
from tests.referrals.follow_up.after_the_talk import Course
from tests.referrals.playing import NAME


def roll_of(course: Course, name: str = "demo-adviser-0151") -> Roll:
    rolls = CourseRolls(course.world.database, course.world.vault, course.world.staff(name))
    return rolls.of(course.id, course.world.clock())


def test_enrolled_ones_come_first_then_who_holds_and_who_waits(world: World) -> None:
    course = Course(world, capacity=2)
    with world.database.write() as session:
        holding, waiting = add_encounters(session, 2)
        seats.hold(session, course.id, holding, world.clock(), BY)
    enrolled = course.enrolled()
    with world.database.write() as session:
        seats.hold(session, course.id, waiting, world.clock(), BY)
    roll = roll_of(course)
    assert [each.state for each in roll.people] == ["confirmed", "held", "waiting"]
    assert [each.reference for each in roll.people] == [enrolled, None, None]
    assert roll.people[0].name == NAME
    assert roll.outside == 0
    assert course.audited("read_course_names") == 1
    assert NAME not in repr(roll)


def test_a_roll_without_names_reads_no_identity(world: World) -> None:
    course = Course(world)
    assert roll_of(course).people == []
    assert course.audited("read_course_names") == 0


@pytest.mark.parametrize("consented", [True, False])
def test_another_municipality_s_citizen_is_named_only_where_the_consent_names_the_reader_s(
    world: World, *, consented: bool
) -> None:
    course = Course(world, owner="0163")
    reference = course.enrolled()
    with world.database.write() as session:
        consent = session.get_one(ConsentRow, course.row(reference).consent_id)
        consent.partner_municipality_code = "0163" if consented else None
    [line] = roll_of(course, "demo-manager-0163").people
    assert (line.reference, line.own, line.municipality_code) == (reference, False, "0151")
    assert (line.name is not None, line.phone is not None) == (consented, consented)
    with pytest.raises(UnknownCourse):
        roll_of(course, "demo-manager-0151")


def test_a_cancelled_course_still_tells_whom_to_call_and_who_went_where(world: World) -> None:
    course = Course(world)
    called, moved = course.enrolled(), course.enrolled()
    target = keep(world, title="Et andet hold")
    seat = roll_of(course).people[1].seat_id
    version = catalogue(world).open(course.id).version
    call_off(world, course.id, version, **{f"seat_{seat}": target})
    roll = roll_of(course)
    assert roll.lost
    where = [(each.reference, each.elsewhere and each.elsewhere.title) for each in roll.people]
    assert where == [
        (called, None),
        (moved, "Et andet hold"),
    ]
    assert roll.people[0].phone
    assert roll.people[0].stands == "accepted"
