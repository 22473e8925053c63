"""Which course comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.courses.conditions import Conditions, loosenings, without
from referrals.courses.course import Audience, Course, Format, Goal, Intake, TimeOfDay
from referrals.courses.ranking import (
    Standpoint,
    fills_gap,
    fullest_gap,
    rank,
    ranked,
    start_of,
    unmet,
)
from referrals.denmark.distances import load_distances
from tests.referrals.courses.coursework import NOW, a_course, a_session

AT = Standpoint(NOW, load_distances(), {"0151": ("2750", "2740"), "0163": ("2730",)})
HOME = Conditions(home="0151")
SOON, LATER = NOW + timedelta(days=3), NOW + timedelta(days=30)


def first(asked: Conditions, **two: dict[str, Any]) -> str:
    """Give the name of the course that comes first of two; the second stands first in the list."""
    courses = {name: a_course(id=9 - n, key=name, **two[name]) for n, name in enumerate(two)}
    return ranked(reversed(courses.values()), asked, AT)[0].key


@pytest.mark.parametrize(
    ("asked", "best", "other"),
    [
        pytest.param(
            HOME,
            {"starts_at": LATER},
            {"municipality_code": "0163", "starts_at": SOON},
            id="own municipality before an earlier start",
        ),
        pytest.param(
            Conditions(home="0151", near="2800"),
            {"municipality_code": "0173", "postcode": "2800", "starts_at": LATER},
            {"starts_at": SOON},
            id="near work the own municipality does not come first",
        ),
        pytest.param(
            Conditions(home="0151", places=("0151", "0163")),
            {"municipality_code": "0163", "starts_at": SOON},
            {"starts_at": LATER},
            id="among places that were named the earliest comes first",
        ),
        pytest.param(HOME, {"starts_at": LATER}, {"taken": 10, "held": 0}, id="room before full"),
        pytest.param(
            HOME, {"starts_at": LATER}, {"language": "pl", "starts_at": SOON}, id="Danish, unasked"
        ),
        pytest.param(
            HOME,
            {"starts_at": LATER},
            {"audience": Audience.PREGNANT, "starts_at": SOON},
            id="for everybody, unasked",
        ),
        pytest.param(
            HOME, {"starts_at": LATER}, {"goal": Goal.REDUCE, "starts_at": SOON}, id="to quit"
        ),
        pytest.param(HOME, {"starts_at": SOON}, {"starts_at": LATER}, id="earlier start"),
        pytest.param(
            HOME, {"postcode": "2740"}, {"postcode": "3650"}, id="nearer, on the same day"
        ),
        pytest.param(
            Conditions(home="0151", near="2820"),
            {"postcode": "2900", "starts_at": LATER},
            {"postcode": "2920", "starts_at": SOON},
            id="within 2.5 km of what was asked for before 2.6 km, whenever it starts",
        ),
        pytest.param(
            Conditions(home="0151", near="2820"),
            {"postcode": "2900", "starts_at": SOON},
            {"postcode": "2820", "starts_at": LATER},
            id="within 2.5 km the earlier start",
        ),
        pytest.param(
            Conditions(home="0151", near="2820"),
            {"postcode": "2870"},
            {"postcode": "2900"},
            id="within 2.5 km the nearer one of the same start",
        ),
        pytest.param(
            Conditions(home="0151", near="3650"),
            {"postcode": "3650"},
            {"postcode": "2750"},
            id="nearness counts from what was asked for, not from home",
        ),
        pytest.param(
            Conditions(home="0151", near="2820"),
            {"postcode": "3650", "starts_at": LATER},
            {"postcode": "9999", "starts_at": SOON},
            id="a place that nobody knows is the farthest",
        ),
        pytest.param(
            HOME,
            {"format": Format.DIGITAL, "postcode": ""},
            {"postcode": "3650"},
            id="nobody travels to a digital course",
        ),
        pytest.param(
            Conditions(home="0151", language="ar", time_of_day=TimeOfDay.EVENING),
            {"language": "ar", "starts_at": LATER},
            {"time_of_day": TimeOfDay.EVENING, "starts_at": SOON},
            id="what binds most is met first",
        ),
        pytest.param(
            Conditions(home="0151", language="ar", format=Format.GROUP, audience=Audience.PREGNANT),
            {"language": "ar", "format": Format.DIGITAL, "starts_at": LATER},
            {"audience": Audience.PREGNANT, "starts_at": SOON},
            id="what binds most weighs more than all that binds less",
        ),
        pytest.param(
            Conditions(home="0151", language="ar"),
            {"interpreter": True, "starts_at": LATER},
            {"starts_at": SOON},
            id="an interpreter where the language is not to be had",
        ),
        pytest.param(
            HOME,
            {
                "intake": Intake.ROLLING,
                "starts_at": None,
                "sessions": (a_session(-7), a_session(2)),
            },
            {"starts_at": SOON},
            id="a rolling course begins with its next session",
        ),
        pytest.param(
            HOME,
            {"starts_at": SOON},
            {"intake": Intake.ROLLING, "starts_at": None},
            id="one without set times begins after the call",
        ),
    ],
)
def test_one_course_comes_before_the_other(
    asked: Conditions, best: dict[str, Any], other: dict[str, Any]
) -> None:
    assert first(asked, best=best, other=other) == "best"


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        ({"time_of_day": TimeOfDay.EVENING}, {"time_of_day": TimeOfDay.EVENING}),
        ({"weekdays": (1, 3)}, {"weekday": 3}),
        ({"to_day": date(2026, 12, 1)}, {"starts_at": SOON}),
        ({"from_day": date(2026, 12, 20)}, {"starts_at": LATER}),
        ({"free_of_charge": True, "format": Format.GROUP}, {"price_dkk": 0}),
        ({"product": "snus"}, {"products": ("snus", "pouches")}),
        ({"near": "2740"}, {"postcode": "2750"}),
        ({"places": ("0163",)}, {"municipality_code": "0163"}),
        ({"format": Format.DIGITAL}, {"format": Format.DIGITAL}),
        ({"audience": Audience.PREGNANT}, {"audience": Audience.PREGNANT}),
        ({"language": "tr"}, {"language": "tr"}),
    ],
    ids=lambda each: "+".join(each),
)
def test_a_condition_is_met_by_what_it_asks_for_and_by_nothing_else(
    asked: dict[str, Any], changes: dict[str, Any]
) -> None:
    wrong = a_course(
        starts_at=NOW + timedelta(days=14), price_dkk=100, products=("cigarettes",), postcode="3650"
    )
    question = Conditions(**asked)
    assert unmet(replace(wrong, **changes), question, AT) == ()
    assert unmet(wrong, question, AT) != ()


@pytest.mark.parametrize(
    ("near", "postcode", "meets"),
    [
        pytest.param("2740", "2740", True, id="the same place"),
        pytest.param("3460", "2830", True, id="5.96 km"),
        pytest.param("2840", "2880", False, id="6.21 km"),
        pytest.param("2740", "9999", False, id="nobody knows where"),
        pytest.param("2740", "", False, id="nowhere"),
    ],
)
def test_near_is_within_six_kilometres(near: str, postcode: str, *, meets: bool) -> None:
    found = unmet(a_course(postcode=postcode), Conditions(near=near), AT)
    assert (found == ()) is meets


def test_a_course_that_names_no_product_takes_all() -> None:
    assert unmet(a_course(products=()), Conditions(product="pouches"), AT) == ()


def test_a_full_course_does_not_meet_free_seats() -> None:
    full = a_course(taken=9, held=1)
    assert unmet(full, Conditions(free_seats=True), AT) == ("free_seats",)


@pytest.mark.parametrize(
    ("from_day", "to_day", "meets"),
    [
        (date(2026, 11, 30), date(2026, 12, 10), True),
        (date(2026, 12, 8), None, False),
        (None, date(2026, 11, 22), False),
    ],
)
def test_a_rolling_course_is_met_by_any_coming_session(
    from_day: date | None, to_day: date | None, *, meets: bool
) -> None:
    course = a_course(
        intake=Intake.ROLLING,
        starts_at=None,
        sessions=(a_session(-14), a_session(7), a_session(14)),
    )
    asked = Conditions(from_day=from_day, to_day=to_day)
    assert (unmet(course, asked, AT) == ()) is meets


def test_a_rolling_course_without_sessions_can_be_begun_at_any_time_to_come() -> None:
    course = a_course(intake=Intake.ROLLING, starts_at=None)
    assert unmet(course, Conditions(from_day=date(2027, 5, 1)), AT) == ()
    assert unmet(course, Conditions(to_day=date(2026, 11, 22)), AT) == ("to_day",)
    assert start_of(course, NOW) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("asked", "meets"),
    [
        ({"from_day": date(2026, 12, 7)}, True),
        ({"from_day": date(2026, 12, 8)}, False),
        ({"to_day": date(2026, 12, 7)}, True),
        ({"to_day": date(2026, 12, 6)}, False),
    ],
    ids=str,
)
def test_the_days_that_are_asked_for_are_both_included(
    asked: dict[str, Any], *, meets: bool
) -> None:
    course = a_course(starts_at=NOW + timedelta(days=14))  # 7 December
    assert (unmet(course, Conditions(**asked), AT) == ()) is meets


@pytest.mark.parametrize(
    ("spans", "meets"),
    [
        pytest.param([(1, 6), (8, 20)], True, id="between two spans"),
        pytest.param([(7, 9)], False, id="on the first day of one"),
        pytest.param([(5, 7)], False, id="on the last day of one"),
        pytest.param([(1, 3), (6, 9)], False, id="within the second"),
    ],
)
def test_a_start_on_days_that_will_not_do_is_none(
    spans: list[tuple[int, int]], *, meets: bool
) -> None:
    course = a_course(starts_at=NOW + timedelta(days=14))  # 7 December
    except_days = tuple((date(2026, 12, a), date(2026, 12, b)) for a, b in spans)
    assert (unmet(course, Conditions(except_days=except_days), AT) == ()) is meets


@pytest.mark.parametrize(
    ("from_clock", "to_clock", "missed"),
    [
        pytest.param(time(10), None, (), id="from its own hour"),
        pytest.param(time(10, 1), None, ("from_clock",), id="from a minute later"),
        pytest.param(None, time(10, 1), (), id="before a minute later"),
        pytest.param(None, time(10), ("to_clock",), id="before its own hour"),
        pytest.param(time(9), time(11), (), id="between"),
        pytest.param(time(11), time(12), ("to_clock", "from_clock"), id="both too late"),
    ],
)
def test_a_course_begins_at_the_hour_that_was_asked_for_or_later_and_before_the_other(
    from_clock: time | None, to_clock: time | None, missed: tuple[str, ...]
) -> None:
    course = a_course(starts_at=NOW + timedelta(days=14))  # ten o'clock in Denmark
    asked = Conditions(from_clock=from_clock, to_clock=to_clock)
    assert unmet(course, asked, AT) == missed


def test_of_a_rolling_course_any_coming_session_may_begin_at_the_hour() -> None:
    sessions = (a_session(-1 + 4 / 24), a_session(1), a_session(2 + 8 / 24))
    course = a_course(intake=Intake.ROLLING, starts_at=None, sessions=sessions)
    assert unmet(course, Conditions(from_clock=time(18)), AT) == ()
    assert unmet(course, Conditions(from_clock=time(14), to_clock=time(15)), AT) != ()


def test_a_course_without_times_can_be_begun_today() -> None:
    course = a_course(intake=Intake.ROLLING, starts_at=None)
    assert unmet(course, Conditions(to_day=date(2026, 11, 23)), AT) == ()


def test_a_session_that_begins_now_is_too_late_to_join() -> None:
    course = a_course(intake=Intake.ROLLING, starts_at=None, sessions=(a_session(0),))
    assert unmet(course, Conditions(to_day=date(2026, 11, 23)), AT) == ("to_day",)


def test_a_course_whose_start_nobody_wrote_down_begins_after_the_call() -> None:
    assert start_of(a_course(starts_at=None), NOW) == NOW + timedelta(days=7)


def test_a_rolling_course_does_not_begin_with_its_first_session_but_its_next() -> None:
    sessions = (a_session(-7), a_session(2))
    course = a_course(intake=Intake.ROLLING, starts_at=sessions[0].starts_at, sessions=sessions)
    assert start_of(course, NOW) == sessions[1].starts_at


def test_a_course_without_a_place_is_as_near_as_one_next_door() -> None:
    nowhere = a_course(id=1, format=Format.DIGITAL, postcode="")
    next_door = a_course(id=2, postcode="2750")
    assert ranked([next_door, nowhere], HOME, AT) == [nowhere, next_door]
    swapped = [replace(nowhere, id=2), replace(next_door, id=1)]
    assert ranked(swapped, HOME, AT) == [*reversed(swapped)]


def test_the_gap_to_fill_is_the_emptiest_that_starts_soon() -> None:
    almost_full = a_course(id=1, starts_at=SOON, taken=9, held=0)
    empty = a_course(id=2, starts_at=NOW + timedelta(days=20), taken=0, held=0)
    too_late = a_course(id=3, starts_at=NOW + timedelta(days=22), taken=0, held=0)
    full = a_course(id=4, starts_at=SOON, taken=10, held=0)
    unlimited = a_course(id=5, starts_at=SOON, capacity=None)
    courses = [almost_full, empty, too_late, full, unlimited]
    assert fullest_gap(courses, HOME, AT) == empty
    assert fullest_gap([too_late, full, unlimited], HOME, AT) is None


@pytest.mark.parametrize(
    ("starts", "taken", "fills"),
    [
        pytest.param(timedelta(days=21), 9, True, id="three weeks ahead, one seat empty"),
        pytest.param(timedelta(days=21, seconds=1), 0, False, id="more than three weeks ahead"),
        pytest.param(timedelta(0), 0, False, id="begins now"),
        pytest.param(timedelta(days=3), 10, False, id="full"),
    ],
)
def test_a_course_fills_a_gap_within_three_weeks_from_one_empty_seat_on(
    starts: timedelta, taken: int, *, fills: bool
) -> None:
    assert fills_gap(a_course(starts_at=NOW + starts, taken=taken, held=0), NOW) is fills


def test_conditions_are_given_up_one_at_a_time_before_several() -> None:
    asked = Conditions(language="ar", time_of_day=TimeOfDay.EVENING, places=("0151",))
    assert list(loosenings(asked)) == [
        (),
        ("time_of_day",),
        ("places",),
        ("language",),
        ("time_of_day", "places"),
        ("time_of_day", "places", "language"),
    ]
    assert without(asked, ("language", "places")) == Conditions(time_of_day=TimeOfDay.EVENING)


courses = st.builds(
    a_course,
    id=st.integers(1, 50),
    municipality_code=st.sampled_from(["0151", "0163", "0173"]),
    language=st.sampled_from(["da", "ar"]),
    audience=st.sampled_from([Audience.ALL, Audience.PREGNANT]),
    format=st.sampled_from([Format.GROUP, Format.DIGITAL]),
    time_of_day=st.sampled_from(list(TimeOfDay)),
    weekday=st.integers(0, 6),
    postcode=st.sampled_from(["2750", "2800", "3650", ""]),
    taken=st.sampled_from([0, 9]),
    price_dkk=st.sampled_from([0, 150]),
    interpreter=st.booleans(),
    starts_at=st.integers(1, 90).map(lambda days: NOW + timedelta(days=days)),
)
questions = st.builds(
    Conditions,
    home=st.sampled_from([None, "0151"]),
    places=st.sampled_from([(), ("0163",)]),
    near=st.sampled_from([None, "2800"]),
    weekdays=st.sampled_from([(), (1,), (1, 2, 3)]),
    time_of_day=st.sampled_from([None, TimeOfDay.EVENING]),
    to_day=st.sampled_from([None, date(2026, 12, 24)]),
    except_days=st.sampled_from([(), ((date(2026, 12, 1), date(2026, 12, 20)),)]),
    from_clock=st.sampled_from([None, time(16)]),
    to_clock=st.sampled_from([None, time(18, 30)]),
    format=st.sampled_from([None, Format.GROUP]),
    language=st.sampled_from([None, "ar"]),
    audience=st.sampled_from([None, Audience.PREGNANT]),
    free_seats=st.booleans(),
    free_of_charge=st.booleans(),
)


@given(courses, courses, questions)
def test_a_course_that_meets_more_never_ranks_below_one_that_meets_less(
    one: Course, other: Course, asked: Conditions
) -> None:
    if set(unmet(one, asked, AT)) < set(unmet(other, asked, AT)):
        same_owner = replace(other, municipality_code=one.municipality_code)
        if set(unmet(one, asked, AT)) < set(unmet(same_owner, asked, AT)):
            assert rank(one, asked, AT) < rank(same_owner, asked, AT)


@given(courses, courses, questions)
def test_the_own_municipality_comes_first_unless_places_or_nearness_are_asked_for(
    one: Course, other: Course, asked: Conditions
) -> None:
    asked = replace(asked, home="0151", near=None, places=())
    own, foreign = replace(one, municipality_code="0151"), replace(other, municipality_code="0163")
    assert rank(own, asked, AT) < rank(foreign, asked, AT)


@given(courses, courses, questions)
def test_of_two_that_differ_only_in_the_start_the_earlier_is_better(
    one: Course, other: Course, asked: Conditions
) -> None:
    twin = replace(one, id=one.id + 100, starts_at=other.starts_at)
    if unmet(one, asked, AT) == unmet(twin, asked, AT) and one.starts_at != twin.starts_at:
        earlier, later = sorted((one, twin), key=lambda course: start_of(course, NOW))
        assert rank(earlier, asked, AT) < rank(later, asked, AT)


@given(st.lists(courses, unique_by=lambda course: course.id), questions, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(
    some: list[Course], asked: Conditions, chance: Any
) -> None:
    shuffled = chance.sample(some, len(some))
    assert ranked(some, asked, AT) == ranked(shuffled, asked, AT)


@given(courses, questions)
def test_whoever_gives_up_what_is_unmet_has_nothing_unmet(
    course: Course, asked: Conditions
) -> None:
    assert unmet(course, without(asked, unmet(course, asked, AT)), AT) == ()
