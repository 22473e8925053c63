"""From what was understood to the conditions of a question, and from one question to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Format, TimeOfDay
from referrals.courses.question import (
    Told,
    asks_by_itself,
    conditions_of,
    from_json,
    not_understood,
    refined,
    says_anything,
    to_json,
)

TODAY = date(2026, 11, 23)
BALLERUP, HERLEV, LYNGBY = "0151", "0163", "0173"


def d(month: int, day: int) -> date:
    """Give a day of the winter around today."""
    return date(2026 if month > 10 else 2027, month, day)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, Conditions()),
        ({"place": [BALLERUP]}, Conditions(places=(BALLERUP,))),
        ({"place": [BALLERUP, HERLEV]}, Conditions(places=(BALLERUP, HERLEV))),
        ({"near": ["2800"], "place": [HERLEV]}, Conditions(near="2800")),
        ({"lives_in": [HERLEV], "near": ["2830"]}, Conditions(home=HERLEV, near="2830")),
        ({"lives_in": [LYNGBY, "0230"]}, Conditions()),
        ({"weekday": ["2", "0"]}, Conditions(weekdays=(0, 2))),
        ({"time_of_day": ["evening"]}, Conditions(time_of_day=TimeOfDay.EVENING)),
        ({"time_of_day": ["morning", "evening"]}, Conditions()),
        ({"time_of_day": ["any"]}, Conditions()),
        ({"period": ["inden jul"]}, Conditions(to_day=date(2026, 12, 23))),
        (
            {"period": ["efter den 12.", "inden jul"]},
            Conditions(from_day=date(2026, 12, 13), to_day=date(2026, 12, 23)),
        ),
        ({"period": ["efter nytår", "inden jul"]}, Conditions(to_day=date(2026, 12, 23))),
        (
            {"period": ["i januar", "februar"]},
            Conditions(from_day=date(2027, 1, 1), to_day=date(2027, 2, 28)),
        ),
        ({"period": ["engang"]}, Conditions()),
        ({"not_period": ["i december"]}, Conditions(except_days=((d(12, 1), d(12, 31)),))),
        ({"not_period": ["i november"]}, Conditions(from_day=d(12, 1))),
        ({"not_period": ["foer februar"]}, Conditions(from_day=d(2, 1))),
        ({"not_period": ["efter februar"]}, Conditions(to_day=d(2, 28))),
        (
            {"period": ["i januar"], "not_period": ["i uge 3"]},
            Conditions(from_day=d(1, 1), to_day=d(1, 31), except_days=((d(1, 18), d(1, 24)),)),
        ),
        (
            {"period": ["i januar"], "not_period": ["efter den 20. januar"]},
            Conditions(from_day=d(1, 1), to_day=d(1, 20)),
        ),
        (
            {"period": ["i januar", "marts"]},
            Conditions(from_day=d(1, 1), to_day=d(3, 31), except_days=((d(2, 1), d(2, 28)),)),
        ),
        ({"clock": ["16:00-18:00"]}, Conditions(from_clock=time(16), to_clock=time(18))),
        ({"clock": ["-20:30"]}, Conditions(to_clock=time(20, 30))),
        ({"clock": ["17:00-"]}, Conditions(time_of_day=TimeOfDay.EVENING)),
        ({"clock": ["-12:00"]}, Conditions(time_of_day=TimeOfDay.MORNING)),
        ({"clock": ["12:00-17:00"]}, Conditions(time_of_day=TimeOfDay.AFTERNOON)),
        (
            {"clock": ["16:00-18:00"], "time_of_day": ["afternoon"]},
            Conditions(from_clock=time(16), to_clock=time(18)),
        ),
        ({"time_of_day": ["afternoon", "evening"]}, Conditions(from_clock=time(12))),
        ({"time_of_day": ["morning", "afternoon"]}, Conditions(to_clock=time(17))),
        ({"course_format": ["drop_in"]}, Conditions(format=Format.DROP_IN)),
        ({"audience": ["pregnant"]}, Conditions(audience=Audience.PREGNANT)),
        ({"spoken_language": ["ar"]}, Conditions(language="ar")),
        ({"product": ["snus"]}, Conditions(product="snus")),
        (
            {"free_seats": ["yes"], "free_of_charge": ["yes"]},
            Conditions(free_seats=True, free_of_charge=True),
        ),
    ],
)  # fmt: skip
def test_a_question_holds_what_was_told(told: Told, expected: Conditions) -> None:
    assert conditions_of(told, TODAY) == expected


@pytest.mark.parametrize(("postcode", "near"), [("2750", "2750"), (None, None)])
def test_near_home_is_near_the_patients_postcode_if_it_is_known(
    postcode: str | None, near: str | None
) -> None:
    assert conditions_of({"near": ["home"]}, TODAY, postcode).near == near


LAST = Conditions(
    home=BALLERUP,
    places=(BALLERUP,),
    weekdays=(0,),
    time_of_day=TimeOfDay.EVENING,
    to_day=date(2026, 12, 23),
    language="ar",
    free_seats=True,
)


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        ({"place": [HERLEV]}, {"places": (HERLEV,)}),
        ({"near": ["2800"]}, {"places": (), "near": "2800"}),
        ({"weekday": ["3"]}, {"weekdays": (3,)}),
        ({"time_of_day": ["morning"]}, {"time_of_day": TimeOfDay.MORNING}),
        ({"time_of_day": ["any"]}, {"time_of_day": None}),
        ({"period": ["efter nytår"]}, {"from_day": date(2027, 1, 2), "to_day": None}),
        ({"spoken_language": ["tr"]}, {"language": "tr"}),
        ({"course_format": ["digital"]}, {"format": Format.DIGITAL}),
        ({"lives_in": [HERLEV]}, {"home": HERLEV}),
        ({"clears": ["places"]}, {"places": ()}),
        ({"clears": ["weekdays", "language"]}, {"weekdays": (), "language": None}),
        ({"clears": ["period"]}, {"to_day": None}),
        ({"clears": ["free_seats"]}, {"free_seats": False}),
        ({}, {}),
    ],
)
def test_a_follow_up_changes_what_it_names_and_nothing_else(
    told: Told, changes: dict[str, object]
) -> None:
    assert vars(refined(LAST, told, TODAY, None)) == {**vars(LAST), **changes}


def test_all_takes_everything_back_but_where_the_patient_lives() -> None:
    assert refined(LAST, {"clears": ["all"]}, TODAY, None) == Conditions(home=BALLERUP)


def test_all_with_a_condition_keeps_that_one() -> None:
    told = {"clears": ["all"], "place": [HERLEV]}
    assert refined(LAST, told, TODAY, None) == Conditions(home=BALLERUP, places=(HERLEV,))


def test_days_that_will_not_do_narrow_the_days_just_asked_for() -> None:
    january = Conditions(from_day=d(1, 1), to_day=d(1, 31))
    told = {"not_period": ["i uge 3"]}
    narrowed = Conditions(from_day=d(1, 1), to_day=d(1, 31), except_days=((d(1, 18), d(1, 24)),))
    assert refined(january, told, TODAY, None) == narrowed
    assert refined(narrowed, {"not_period": ["i uge 4"]}, TODAY, None) == replace(
        narrowed, to_day=d(1, 24)
    )
    assert refined(narrowed, {"period": ["i februar"]}, TODAY, None) == Conditions(
        from_day=d(2, 1), to_day=d(2, 28)
    )


def test_hours_take_the_place_of_a_part_of_the_day_and_the_other_way_round() -> None:
    evening = Conditions(time_of_day=TimeOfDay.EVENING)
    hours = Conditions(from_clock=time(16), to_clock=time(18))
    assert refined(evening, {"clock": ["16:00-18:00"]}, TODAY, None) == hours
    assert refined(hours, {"time_of_day": ["evening"]}, TODAY, None) == evening
    assert refined(hours, {"clears": ["time_of_day"]}, TODAY, None) == Conditions()


def test_what_nothing_is_made_of_is_named_once() -> None:
    told = {
        "period": ["i januar", "den 31. februar"],
        "not_period": ["den 32."],
        "unread": ["efter …", "den 32."],
    }
    assert not_understood(told, TODAY) == ("efter …", "den 32.", "den 31. februar")


FULL = Conditions(
    from_day=date(2027, 1, 1),
    from_clock=time(16),
    to_clock=time(18, 30),
    except_days=((date(2027, 1, 18), date(2027, 1, 24)),),
)


@pytest.mark.parametrize("conditions", [Conditions(), LAST, FULL, Conditions(format=Format.GROUP)])
def test_a_stored_question_is_the_same_question(conditions: Conditions) -> None:
    assert from_json(to_json(conditions)) == conditions


@pytest.mark.parametrize(
    "told",
    [
        {"place": [HERLEV], "weekday": ["1"]},
        {"lives_in": [HERLEV], "audience": ["pregnant"]},
        {"near": ["2830"]},
        {"weekday": ["5"], "time_of_day": ["morning"]},
        {"course_noun": ["yes"], "spoken_language": ["tr"]},
        {"course_noun": ["yes"], "lives_in": [HERLEV]},
    ],
    ids=str,
)
def test_a_place_and_more_asks_for_a_course_without_the_word(told: Told) -> None:
    assert asks_by_itself(told)


@pytest.mark.parametrize(
    "told",
    [
        {"near": ["2750"], "postcode": ["2750"]},
        {"place": [HERLEV]},
        {"lives_in": [HERLEV]},
        {"weekday": ["1"]},
        {"course_noun": ["yes"]},
        {},
    ],
    ids=str,
)
def test_a_place_or_a_day_alone_asks_for_nothing(told: Told) -> None:
    assert not asks_by_itself(told)


def test_what_courses_know_nothing_of_says_nothing() -> None:
    assert says_anything({"weekday": ["1"]})
    assert not says_anything({"reference": ["H-7KF3-Q"], "position": ["1"]})
