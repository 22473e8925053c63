"""The demo catalogue: many, varied, and never taken for real."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from demo import courses as demo_courses
from referrals.courses.course import (
    Audience,
    Concept,
    Course,
    CourseStatus,
    Format,
    Goal,
    Intake,
    TimeOfDay,
)
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow
from referrals.denmark.municipalities import load_municipalities
from referrals.words.labels import Labels
from tests.conftest import World
from tests.referrals.courses.coursework import NOW

make_demo = demo_courses.add
UNCONFIRMED = ("gå & kvit", "xhale", "røgfri i tide")


def made(world: World) -> list[Course]:
    with world.database.write() as session:
        count = make_demo(session, world.around.labels, world.around.municipalities, NOW)
        rows = session.scalars(select(CourseRow).order_by(CourseRow.id)).all()
        assert len(rows) == count
        return [course_of(row) for row in rows]


def test_there_are_many_open_courses_in_every_municipality(world: World) -> None:
    courses = made(world)
    open_ones = [c for c in courses if c.takes_new(NOW, NOW.date())]
    assert len(open_ones) >= 120
    for code in world.around.municipalities.partner_codes:
        assert sum(c.municipality_code == code for c in open_ones) >= 12


def test_everything_that_can_be_asked_for_is_there(world: World) -> None:
    courses = made(world)
    for name, kinds in {
        "concept": Concept,
        "format": Format,
        "audience": Audience,
        "goal": Goal,
        "intake": Intake,
        "time_of_day": TimeOfDay,
        "status": CourseStatus,
    }.items():
        assert {getattr(c, name) for c in courses} >= set(kinds)
    assert len({c.language for c in courses}) >= 9
    assert {c.weekday for c in courses} >= {0, 1, 2, 3, 4, 5}
    assert any(c.seats_free == 0 for c in courses)
    assert any(c.seats_free == c.capacity for c in courses)
    assert any(c.capacity is None for c in courses)
    assert any(c.price_dkk for c in courses)
    assert any(c.is_stale(NOW.date()) for c in courses if c.status is CourseStatus.OPEN)


def test_every_one_says_that_it_is_made_up_and_none_has_an_unconfirmed_name(world: World) -> None:
    for course in made(world):
        assert course.demo
        assert course.shown_title.endswith("(demo)")
        assert course.contact_email.endswith("@demo.example")
        assert course.contact_phone == ""
        assert not any(name in course.title.casefold() for name in UNCONFIRMED)


def test_it_is_the_same_each_time(world: World) -> None:
    first = made(world)
    with world.database.write() as session:
        for row in session.scalars(select(CourseRow)).all():
            session.delete(row)
    assert [replace_id(c) for c in made(world)] == [replace_id(c) for c in first]


def replace_id(course: Course) -> dict[str, object]:
    return {**course.__dict__, "id": 0}


def test_next_week_has_courses_that_start_whatever_the_day() -> None:
    for days in range(0, 371, 10):
        today = NOW.date() + timedelta(days=days)
        monday = today + timedelta(days=7 - today.weekday())
        firsts = {
            each.fields["sessions"][:10]
            for each in demo_courses._all(Labels(), load_municipalities(), today)
            if each.fields["intake"] == "fixed" and each.status is CourseStatus.OPEN
        }
        assert firsts & {str(monday + timedelta(days=day)) for day in range(7)}, today


def test_nobody_meets_on_christmas_eve(world: World) -> None:
    days = {s.starts_at.date() for course in made(world) for s in course.sessions}
    assert not {(12, 24), (12, 25), (12, 31), (1, 1)} & {(day.month, day.day) for day in days}
