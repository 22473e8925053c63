"""Courses found through their indexes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, event, select, text

from bench.course_query import QUESTIONS
from bench.filling.course_rows import NOW as BENCH_NOW
from bench.filling.course_rows import fill
from demo import courses
from referrals.booking import seats
from referrals.courses.conditions import Conditions, Found
from referrals.courses.course import Audience, Course, Format, TimeOfDay
from referrals.courses.ranking import Standpoint, rank, ranked, unmet
from referrals.courses.records import course_of
from referrals.courses.search import (
    COUNT_AT_MOST,
    SHOWN,
    UnknownCourse,
    _home_postcodes,
    find,
    listed,
    open_course,
)
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.denmark.distances import load_distances
from referrals.storage import schema
from referrals.storage.database import Database
from tests.conftest import World
from tests.referrals.booking.seating import add_encounters
from tests.referrals.courses.coursework import NOW, call_off, keep
from tests.referrals.courses.test_ranking import questions

make_demo = courses.add
ALL_NINE = "0151 0157 0159 0163 0173 0175 0190 0230 0240"


def found(world: World, **asked: Any) -> Found:
    with world.database.read() as session:
        return find(session, Conditions(**asked), world.clock())


def ids(found: Found) -> list[int]:
    return [course.id for course in found.courses]


def fits(course: Course, asked: Conditions, at: Standpoint) -> bool:
    """Tell the same as the statements, course by course: open to them, joinable, as asked."""
    may_come = asked.home is None or asked.home in course.open_to
    joinable = course.takes_new(at.now, local_day(at.now))
    return may_come and joinable and not unmet(course, asked, at)


def test_without_courses_nothing_is_found(world: World) -> None:
    answer = found(world, home="0151", language="ar")
    assert answer.courses == ()
    assert answer.loosened == ()
    assert answer.total == 0


def test_only_open_courses_that_the_patient_may_come_to_are_found(world: World) -> None:
    mine = keep(world)
    open_to_me = keep(world, "0163", open_to="0151")
    keep(world, "0163")
    keep(world, published=False)
    cancelled = keep(world)
    call_off(world, cancelled)
    assert ids(found(world, home="0151")) == [mine, open_to_me]


def test_when_the_home_is_not_known_all_municipalities_are_looked_at_once(world: World) -> None:
    one = keep(world, open_to=ALL_NINE)
    other = keep(world, "0163")
    answer = found(world)
    assert sorted(ids(answer)) == [one, other]
    assert answer.total == 2


def test_a_course_that_began_or_whose_deadline_passed_is_not_found(world: World) -> None:
    keep(world)
    keep(world, deadline_on="2027-01-05")
    world.clock.at = world.clock.at.replace(year=2027, month=1, day=6)
    assert len(found(world, home="0151").courses) == 1
    world.clock.forward(days=7)
    assert found(world, home="0151").courses == ()


def test_a_rolling_course_is_found_until_its_last_session(world: World) -> None:
    rolling = keep(world, intake="rolling")
    world.clock.at = world.clock.at.replace(year=2027, month=1, day=25)
    assert ids(found(world, home="0151")) == [rolling]
    world.clock.forward(days=2)
    assert ids(found(world, home="0151")) == []


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        pytest.param({"language": "ar"}, {"language": "ar"}, id="language"),
        pytest.param({"format": Format.DIGITAL}, {"format": "digital"}, id="format"),
        pytest.param({"audience": Audience.PREGNANT}, {"audience": "pregnant"}, id="audience"),
        pytest.param({"weekdays": (4,)}, {"sessions": "2027-01-15 09:00-10:00"}, id="weekday"),
        pytest.param(
            {"time_of_day": TimeOfDay.MORNING}, {"sessions": "2027-01-12 09:00-10:00"}, id="morning"
        ),
        pytest.param(
            {"from_day": date(2027, 2, 1)}, {"sessions": "2027-02-01 00:30-01:30"}, id="from a day"
        ),
        pytest.param(
            {"to_day": date(2026, 12, 24)}, {"sessions": "2026-12-24 23:00-23:59"}, id="to a day"
        ),
        pytest.param(
            {"except_days": ((date(2027, 1, 1), date(2027, 1, 31)),)},
            {"sessions": "2027-02-01 00:30-01:30"},
            id="not in some days",
        ),
        pytest.param(
            {"except_days": ((date(2027, 1, 1), date(2027, 1, 31)),)},
            {"sessions": "2026-12-31 23:00-23:59"},
            id="not in some days, before them",
        ),
        pytest.param(
            {"from_clock": time(16), "to_clock": time(17)},
            {"sessions": "2027-01-12 16:00-17:00"},
            id="between hours in winter",
        ),
        pytest.param(
            {"from_clock": time(16), "to_clock": time(17)},
            {"sessions": "2027-07-13 16:00-17:00"},
            id="between hours in summer",
        ),
        pytest.param(
            {"from_clock": time(22)}, {"sessions": "2027-03-30 23:30-23:59"}, id="late at night"
        ),
        pytest.param(
            {"to_clock": time(2)}, {"sessions": "2027-10-30 00:15-01:00"}, id="early in the morning"
        ),
        pytest.param({"near": "2800"}, {"postcode": "2830"}, id="near"),
        pytest.param({"product": "snus"}, {"products": "snus pouches"}, id="product"),
        pytest.param({"free_of_charge": True}, {"price_dkk": "0"}, id="free of charge"),
        pytest.param({"free_seats": True}, {"taken": "9"}, id="free seats"),
    ],
)
def test_a_condition_finds_what_meets_it_and_leaves_out_the_rest(
    world: World, asked: dict[str, Any], changes: dict[str, str]
) -> None:
    noise = {"price_dkk": "100", "taken": "10", "products": "cigarettes"}
    keep(world, **noise)
    wanted = keep(world, **noise | changes)
    answer = found(world, home="0151", **asked)
    assert ids(answer) == [wanted]
    assert answer.loosened == ()


def test_a_rolling_course_meets_a_period_in_which_it_has_a_session(world: World) -> None:
    weekly = keep(world, intake="rolling")
    anytime = keep(world, intake="rolling", sessions="")
    january = {"from_day": date(2027, 1, 18), "to_day": date(2027, 1, 20)}
    assert sorted(ids(found(world, **january))) == [weekly, anytime]
    between = {"from_day": date(2027, 1, 20), "to_day": date(2027, 1, 25)}
    assert ids(found(world, **between)) == [anytime]


def test_a_rolling_course_meets_hours_and_days_at_any_session_to_come(world: World) -> None:
    weekly = keep(world, intake="rolling")
    keep(world, intake="rolling", sessions="")
    evening = {"from_clock": time(17), "to_clock": time(17, 30)}
    assert ids(found(world, **evening)) == [weekly]
    assert found(world, from_clock=time(18)).loosened == ("from_clock",)
    january = ((date(2027, 1, 1), date(2027, 1, 31)),)
    assert weekly not in ids(found(world, except_days=january))


def test_places_are_those_who_own_the_course(world: World) -> None:
    keep(world, open_to=ALL_NINE)
    herlev = keep(world, "0163", open_to="0151")
    assert ids(found(world, home="0151", places=("0163",))) == [herlev]
    assert ids(found(world, places=("0163",))) == [herlev]


def test_one_condition_is_given_up_when_nothing_fits_and_is_named(world: World) -> None:
    afternoon = keep(world, sessions="2027-01-12 14:00-15:00", language="ar")
    keep(world)
    answer = found(world, home="0151", language="ar", time_of_day=TimeOfDay.EVENING)
    assert ids(answer) == [afternoon]
    assert answer.loosened == ("time_of_day",)


def test_a_binding_condition_is_given_up_alone_when_that_is_enough(world: World) -> None:
    evening = keep(world)
    answer = found(world, home="0151", language="kl", time_of_day=TimeOfDay.EVENING)
    assert ids(answer) == [evening]
    assert answer.loosened == ("language",)


def test_no_more_conditions_are_given_up_than_need_be(world: World) -> None:
    course = keep(world, price_dkk="50")
    answer = found(
        world,
        home="0151",
        free_of_charge=True,
        time_of_day=TimeOfDay.EVENING,
        format=Format.GROUP,
        language="ar",
    )
    assert ids(answer) == [course]
    assert answer.loosened == ("free_of_charge", "language")


def test_what_comes_closest_comes_first_when_conditions_were_given_up(world: World) -> None:
    keep(world, sessions="2027-01-05 09:00-10:00", taken="0")
    evening = keep(world, sessions="2027-01-19 18:00-20:00")
    answer = found(world, home="0151", language="so", time_of_day=TimeOfDay.EVENING, weekdays=(1,))
    assert answer.loosened == ("language",)
    assert ids(answer) == [evening]


def test_at_most_five_are_shown_and_all_are_counted(world: World) -> None:
    for _ in range(7):
        keep(world)
    answer = found(world, home="0151")
    assert len(answer.courses) == SHOWN
    assert answer.total == 7
    with world.database.read() as session:
        rest = find(session, Conditions(home="0151"), world.clock(), skip=SHOWN)
    assert len(rest.courses) == 2
    assert not set(ids(rest)) & set(ids(answer))


def test_courses_come_with_all_their_sessions(world: World) -> None:
    keep(world)
    assert len(found(world, home="0151").courses[0].sessions) == 3


def test_a_course_that_starts_soon_with_empty_seats_is_offered_to_fill_the_gap(
    world: World,
) -> None:
    for _ in range(5):
        keep(world)
    gap = keep(world, "0163", open_to="0151", sessions="2026-12-01 17:00-19:00")
    keep(world, "0163", open_to="0151", sessions="2026-12-01 17:00-19:00", taken="10")
    keep(world, "0163", sessions="2026-12-01 17:00-19:00")
    answer = found(world, home="0151")
    assert gap not in ids(answer)
    assert answer.filling is not None
    assert answer.filling.id == gap


def test_the_gap_is_not_told_twice(world: World) -> None:
    gap = keep(world, sessions="2026-12-01 17:00-19:00")
    answer = found(world, home="0151")
    assert ids(answer) == [gap]
    assert answer.filling is None


def test_a_held_seat_is_no_free_seat_for_the_next_question(world: World) -> None:
    course_id = keep(world, capacity="1")
    with world.database.write() as session:
        [encounter] = add_encounters(session, 1)
        seats.hold(session, course_id, encounter, world.clock(), "demo-nurse")
        answer = find(session, Conditions(home="0151", free_seats=True), world.clock())
    assert answer.loosened == ("free_seats",)


def test_an_open_course_can_be_looked_up_and_any_other_does_not_exist(world: World) -> None:
    shown, hidden = keep(world), keep(world, published=False)
    with world.database.read() as session:
        assert open_course(session, shown, world.clock()).id == shown
        for nothing in (hidden, 999):
            with pytest.raises(UnknownCourse):
                open_course(session, nothing, world.clock())


def test_pages_of_the_list_give_every_course_once_and_rolling_ones_last(world: World) -> None:
    kept = [keep(world, code, open_to=ALL_NINE) for code in ("0151", "0163", "0151")]
    kept += [keep(world, intake="rolling") for _ in range(2)]
    seen, after = [], None
    with world.database.read() as session:
        while True:
            page = listed(session, Conditions(), world.clock(), limit=2, after=after)
            seen += [course.id for course in page.courses]
            if (after := page.next_after) is None:
                break
    assert seen == kept


def test_the_best_of_the_demo_catalogue_are_those_that_reading_all_of_it_gives(
    world: World,
) -> None:
    """The window of a probe leaves nothing out that would have been shown."""
    with world.database.write() as session:
        make_demo(session, world.around.labels, world.around.municipalities, NOW)
        everything = [course_of(row) for row in session.scalars(select(CourseRow))]
    at = Standpoint(NOW, load_distances(), _home_postcodes())
    for home in (None, "0151", "0240"):
        for changes in (
            {},
            {"language": "ar"},
            {"near": "2800"},
            {"places": ("0163", "0159")},
            {"time_of_day": TimeOfDay.EVENING, "weekdays": (0, 1, 2)},
            {"to_day": date(2026, 12, 10), "format": Format.GROUP},
            {"from_day": date(2027, 1, 1), "product": "snus"},
            {"from_clock": time(16), "to_clock": time(18)},
            {"except_days": ((date(2026, 12, 1), date(2027, 1, 15)),)},
        ):
            asked = Conditions(home=home, **changes)  # type: ignore[arg-type]
            answer = found(world, **asked.__dict__)
            assert answer.loosened == ()
            fitting = ranked([c for c in everything if fits(c, asked, at)], asked, at)
            assert [c.id for c in fitting[:SHOWN]] == ids(answer), asked
            assert answer.total == len(fitting) or answer.total >= COUNT_AT_MOST


@pytest.fixture(scope="module")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give a database with a random catalogue that many questions can be asked of."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('courses') / 'henvis.db'}")
    schema.migrate(opened)
    fill(opened, 300)
    yield opened
    opened.close()


@given(asked=questions)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_answer_holds_only_courses_that_meet_all_that_was_not_given_up(
    demo_database: Database, asked: Conditions
) -> None:
    at = Standpoint(BENCH_NOW, load_distances(), _home_postcodes())
    with demo_database.read() as session:
        answer = find(session, asked, BENCH_NOW)
    kept = replace(asked, **{name: getattr(Conditions(), name) for name in answer.loosened})
    assert all(fits(course, kept, at) for course in answer.courses)
    assert len(answer.courses) == min(SHOWN, answer.total)
    wished = replace(asked, near=kept.near, places=kept.places)
    ranks = [rank(course, wished, at) for course in answer.courses]
    assert ranks == sorted(ranks)
    if answer.filling:
        assert answer.filling.id not in ids(answer)
        assert fits(answer.filling, replace(kept, places=()), at)


def test_no_question_walks_through_a_whole_table(database: Database) -> None:
    fill(database, 2_000)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_c: Any, _k: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    for question in QUESTIONS.values():
        with database.read() as session:
            find(session, question, BENCH_NOW)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(asked) > len(QUESTIONS)
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # so small a table would be read whole on purpose
            connection.execute(text("SET enable_seqscan = off"))
        for statement, parameters in asked:
            lines = _plan(connection, statement, parameters)
            assert not [line for line in lines if "SCAN course" in line], statement
            assert not [line for line in lines if "Seq Scan on course" in line], statement
            if "course_openings" in statement:
                assert any("ix_course_openings" in line for line in lines), statement


def _plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
    return [" ".join(map(str, row)) for row in rows]
