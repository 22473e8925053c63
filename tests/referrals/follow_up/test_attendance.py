"""The attendance sheet: who is on it, whose names are shown, and what a mark does."""

from __future__ import annotations

import pytest

from referrals.consent.tables import ConsentRow
from referrals.courses.search import UnknownCourse
from referrals.follow_up.tables import AttendanceRow
from referrals.outcomes.rules import Attended, BadAnswer
from referrals.referral.moves import State
from tests.conftest import World
from tests.referrals.follow_up.after_the_talk import Course
from tests.referrals.playing import NAME, how_many


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


def test_the_sheet_lists_who_is_enrolled_and_that_its_names_were_read_is_audited_once(
    course: Course,
) -> None:
    first, second = course.enrolled(), course.enrolled()
    course.accepted()
    sheet = course.sheet_of().sheet(course.id, course.world.clock())
    assert [(p.reference, p.name) for p in sheet.participants] == [(first, NAME), (second, NAME)]
    assert course.audited("read_course_names") == 1
    assert (list(sheet.starts), list(sheet.held)) == (course.starts, [])
    assert NAME not in repr(sheet.participants)


def test_a_mark_begins_the_course_once(course: Course) -> None:
    reference, other = course.enrolled(), course.enrolled()
    now = course.world.clock.at = course.starts[0]
    sheets = course.sheet_of()
    assert sheets.record(course.id, course.starts[0], {reference: True, other: False}, now) == 2
    assert sheets.record(course.id, course.starts[0], {reference: True, other: False}, now) == 0
    assert (course.row(reference).state, course.row(other).state) == ("started", "enrolled")
    assert how_many(course.world, AttendanceRow) == 2
    assert course.audited("note_attendance") == 2


def test_all_came_but_those_who_are_marked(course: Course) -> None:
    came, stayed_away, dropped_out = (course.enrolled() for _ in range(3))
    course.move(dropped_out, "drop_out", "active_opt_out")
    now = course.world.clock.at = course.starts[0]
    marks = {stayed_away: False}
    sheets = course.sheet_of()
    assert sheets.record(course.id, course.starts[0], marks, now, others_came=True) == 2
    assert [course.row(each).state for each in (came, stayed_away, dropped_out)] == [
        "started",
        "enrolled",
        "dropped_out",
    ]


def test_all_came_leaves_what_was_noted_before(course: Course) -> None:
    first, second = course.enrolled(), course.enrolled()
    now = course.world.clock.at = course.starts[0]
    sheets = course.sheet_of()
    sheets.record(course.id, course.starts[0], {first: False}, now)
    assert sheets.record(course.id, course.starts[0], {}, now, others_came=True) == 1
    assert (course.row(first).state, course.row(second).state) == ("enrolled", "started")


def test_a_mark_is_put_right_with_a_new_row(course: Course) -> None:
    reference = course.started()
    now = course.world.clock.at = course.starts[1]
    sheets = course.sheet_of()
    for present in (True, False, True):
        sheets.record(course.id, course.starts[1], {reference: present}, now)
    (line,) = sheets.sheet(course.id, now).participants
    assert line.marks == {course.starts[0]: True, course.starts[1]: True}
    assert line.attended == Attended(2, 2)
    assert how_many(course.world, AttendanceRow) == 4
    assert course.work.progress(reference).attended == Attended(2, 2)


@pytest.mark.parametrize("which", ["ahead", "no session"])
def test_only_a_session_that_has_begun_is_marked(course: Course, which: str) -> None:
    reference = course.enrolled()
    starts_at = course.starts[0] if which == "ahead" else course.world.clock()
    with pytest.raises(BadAnswer):
        course.sheet_of().record(course.id, starts_at, {reference: True}, course.world.clock())


def test_who_is_not_on_the_course_is_not_marked(course: Course) -> None:
    reference = course.accepted()
    now = course.world.clock.at = course.starts[0]
    assert course.sheet_of().record(course.id, course.starts[0], {reference: True}, now) == 0
    assert course.row(reference).state == State.ACCEPTED


def test_the_sheet_of_another_municipality_does_not_exist(course: Course) -> None:
    sheets, now = course.sheet_of("demo-manager-0163"), course.world.clock()
    with pytest.raises(UnknownCourse):
        sheets.sheet(course.id, now)
    with pytest.raises(UnknownCourse):
        sheets.record(course.id, course.starts[0], {}, now)


@pytest.mark.parametrize("consented", [True, False])
def test_of_another_municipality_s_citizen_the_name_shows_only_where_the_consent_names_it(
    world: World, *, consented: bool
) -> None:
    course = Course(world, owner="0163")
    reference = course.enrolled()
    with world.database.write() as session:
        consent = session.get_one(ConsentRow, course.row(reference).consent_id)
        consent.partner_municipality_code = "0163" if consented else None
    sheets = course.sheet_of("demo-manager-0163")
    (line,) = sheets.sheet(course.id, world.clock()).participants
    assert line.name == (NAME if consented else None)
    now = world.clock.at = course.starts[0]
    sheets.record(course.id, course.starts[0], {reference: True}, now)
    assert course.row(reference).state == State.STARTED


def test_who_withdrew_is_gone_from_the_sheet(course: Course) -> None:
    reference = course.enrolled()
    course.move(reference, "withdraw")
    assert course.sheet_of().sheet(course.id, course.world.clock()).participants == []
