"""A course that is called off strands nobody: each is moved, or back where they said yes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.booking import seats
from referrals.booking.tables import SeatRow
from referrals.catalogue.draft import BadDraft
from referrals.courses.search import UnknownCourse
from referrals.courses.tables import CourseRow
from referrals.follow_up.calling_off import CallingOff
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import NotAllowed
from tests.conftest import World
from tests.referrals.booking.seating import BY, counted
from tests.referrals.courses.coursework import call_off, catalogue, keep
from tests.referrals.follow_up.after_the_talk import Course

STANDS = ("accepted", "held", "enrolled", "started")


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


def held(course: Course) -> str:
    """Give somebody who said yes and for whom a seat is held, or who stands in line."""
    reference = course.accepted()
    with course.world.database.write() as session:
        encounter = course.row(reference).encounter_id
        seats.hold(session, course.id, encounter, course.world.clock(), BY)
    return reference


def seat_id(course: Course, reference: str) -> int:
    with course.world.database.read() as session:
        query = select(SeatRow.id).where(SeatRow.encounter_id == course.row(reference).encounter_id)
        return session.scalars(query.order_by(SeatRow.id.desc())).first() or 0


def off(course: Course, **moves: int) -> None:
    """Call the course off; ``moves`` maps references to courses."""
    version = catalogue(course.world).open(course.id).version
    chosen = {f"seat_{seat_id(course, ref)}": target for ref, target in moves.items()}
    call_off(course.world, course.id, version, **chosen)


def history(course: Course, reference: str) -> list[tuple[str, str, str | None]]:
    with course.world.database.read() as session:
        rows = session.scalars(
            select(ReferralEventRow)
            .where(ReferralEventRow.referral_id == course.row(reference).id)
            .order_by(ReferralEventRow.number)
        )
        return [(row.move, row.to_state, row.about) for row in rows]


def told(course: Course) -> list[tuple[str, str]]:
    """Give what the municipality is told of courses, kind and reference."""
    with course.world.database.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind.startswith("seat_")))
        return [(row.kind, row.payload["reference"]) for row in rows]


def test_three_people_of_a_cancelled_course_are_each_back_where_they_said_yes(
    course: Course,
) -> None:
    enrolled, holding, begun = course.enrolled(), held(course), course.started()
    off(course)
    for reference in (enrolled, holding, begun):
        row = course.row(reference)
        assert (row.state, row.open, row.course_id) == ("accepted", True, None)
    lost = ("course_cancelled", "accepted", "Rygestop i hold")
    assert history(course, enrolled)[-1] == history(course, begun)[-1] == lost
    assert history(course, holding)[-1] == ("seat_gone", "accepted", "Rygestop i hold")
    assert sorted(told(course)) == sorted(("seat_lost", r) for r in (enrolled, holding, begun))
    assert course.outcomes(begun) == {}


def test_somebody_who_was_enrolled_is_to_be_called_now(course: Course) -> None:
    reference = course.enrolled()
    off(course)
    assert course.row(reference).next_attempt_at == course.world.clock()


def test_each_goes_where_it_was_chosen_for_them(course: Course) -> None:
    moved, called = course.enrolled(), course.enrolled()
    target = keep(course.world, title="Et andet hold")
    off(course, **{moved: target})
    row = course.row(moved)
    assert (row.state, row.course_id) == ("enrolled", target)
    assert history(course, moved)[-1] == ("change_course", "enrolled", "Et andet hold")
    assert course.row(called).state == "accepted"
    assert sorted(told(course)) == sorted([("seat_moved", moved), ("seat_lost", called)])
    with course.world.database.read() as session:
        assert counted(session, target)["confirmed"] == 1


def test_who_had_begun_goes_on_in_the_other_course_with_its_days(course: Course) -> None:
    reference = course.started()
    target = keep(course.world)
    off(course, **{reference: target})
    assert (course.row(reference).state, course.row(reference).course_id) == ("started", target)
    assert course.outcomes(reference)["end"].due_on.isoformat() == "2027-01-26"


def test_who_was_enrolled_comes_before_who_waited_and_who_finds_no_room_stands_in_line(
    world: World,
) -> None:
    course = Course(world, capacity=2)
    holding, enrolled, also_enrolled = held(course), course.enrolled(), None
    with world.database.write() as session:
        session.get_one(CourseRow, course.id).capacity = 3
    also_enrolled = course.enrolled()
    target = keep(world, capacity="1")
    off(course, **dict.fromkeys((holding, enrolled, also_enrolled), target))
    assert course.row(enrolled).course_id == target
    row = course.row(also_enrolled)
    assert (row.state, row.course_id) == ("accepted", None)
    with world.database.read() as session:
        assert counted(session, target) == {"confirmed": 1, "held": 0, "waiting": 2}


def test_nobody_is_moved_where_nobody_can_join_and_then_nothing_is_cancelled(
    course: Course,
) -> None:
    reference, world = course.enrolled(), course.world
    draft = keep(world, published=False)
    closed_to_them = keep(world)
    with world.database.write() as session:
        session.get_one(CourseRow, closed_to_them).open_to = ["0163"]
    for target, why in ((draft, "ended"), (closed_to_them, "not_open_to")):
        with pytest.raises(BadDraft) as refused:
            off(course, **{reference: target})
        assert refused.value.mistakes["move_to"].code == why
    for nowhere in (keep(world, "0163"), course.id, 999):
        with pytest.raises(UnknownCourse):
            off(course, **{reference: nowhere})
    assert course.row(reference).state == "enrolled"
    assert told(course) == []


def test_a_cancelled_course_is_not_cancelled_again_and_only_its_manager_may(course: Course) -> None:
    world, now = course.world, course.world.clock()
    others = {"demo-adviser-0151": NotAllowed, "demo-manager-0163": UnknownCourse}
    for name, refusal in others.items():
        theirs = CallingOff(world.database, world.staff(name))
        with pytest.raises(refusal):
            theirs.call_off(course.id, 1, now, {})
    off(course)
    with pytest.raises(BadDraft):
        off(course)


def test_what_a_cancellation_did_cannot_be_put_right_as_a_slip(course: Course) -> None:
    reference = course.enrolled()
    off(course)
    opened = course.world.queue().open(reference, course.world.clock())
    assert "put_right" not in opened.legal
    assert "enrol" in opened.legal


@given(
    people=st.lists(st.tuples(st.sampled_from(STANDS), st.integers(0, 2)), max_size=5),
    room=st.integers(1, 3),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whoever_was_on_the_course_has_a_seat_elsewhere_or_is_to_be_called(
    world: World, people: list[tuple[str, int]], room: int
) -> None:
    world.clock.at = world.clock.at.replace(year=2026, month=11, day=23)
    course = Course(world, capacity=3)
    targets = [0, keep(world, capacity=str(room)), keep(world)]
    ways = {"accepted": course.accepted, "held": lambda: held(course)}
    chosen: dict[str, int] = {}
    for stands, where in people:
        reference = ways.get(stands, course.accepted)()
        if stands in ("enrolled", "started"):
            course.work.enrol(reference, course.id, world.clock())
        if stands == "started" and course.row(reference).state == "enrolled":
            course.move(reference, "start")
        chosen[reference] = targets[where]
    off(
        course, **{ref: target for ref, target in chosen.items() if target and seat_id(course, ref)}
    )
    with world.database.read() as session:
        left = session.scalars(seats.standing_in(course.id)).all()
        rows = session.scalars(
            select(ReferralRow).where(ReferralRow.reference.in_(list(chosen)))
        ).all()
        assert left == []
        for row in rows:
            assert row.open
            assert row.course_id != course.id
            confirmed = session.scalars(
                select(SeatRow.course_id).where(
                    SeatRow.encounter_id == row.encounter_id,
                    SeatRow.ended_at.is_(None),
                    SeatRow.state == "confirmed",
                )
            ).all()
            on_a_course = row.state in ("enrolled", "started")
            assert list(confirmed) == ([row.course_id] if on_a_course else [])
