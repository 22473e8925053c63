"""A course and a question in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, CourseSession, Format, Intake, TimeOfDay
from referrals.courses.words import CourseWords
from referrals.denmark.municipalities import load_municipalities
from referrals.words.labels import Labels
from tests.referrals.courses.coursework import NOW, a_course

TUESDAY = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
SESSIONS = tuple(
    CourseSession(TUESDAY + timedelta(days=7 * n), TUESDAY + timedelta(days=7 * n, hours=2))
    for n in range(6)
)
COURSE = a_course(
    starts_at=TUESDAY,
    place="Sundhedshuset, Demovej 2",
    access="Elevator",
    capacity=12,
    taken=8,
    held=0,
    medicine_subsidy="Gratis plastre",
    contact_phone="+4520667788",
    contact_email="rygestop@example.org",
    verified_on=date(2026, 11, 20),
    sessions=SESSIONS,
)


def words(language: str = "da") -> CourseWords:
    return CourseWords(Labels(), load_municipalities(), language, NOW, NOW.date())


def test_the_line_says_title_municipality_start_place_and_seats() -> None:
    assert words().line(COURSE) == {
        "title": "Rygestop på hold",
        "municipality": "Ballerup",
        "start": "starter tirs. 1. dec. kl. 17.00",
        "place": "Sundhedshuset, Ballerup",
        "seats": "4 ledige",
        "notes": "",
    }


def test_the_line_is_english_for_who_asks_in_english() -> None:
    line = words("en").line(COURSE)
    assert (line["start"], line["seats"]) == ("starts Tue 1 Dec 17:00", "4 free")


@pytest.mark.parametrize(
    ("changes", "notes"),
    [
        ({"language": "ar"}, " · på arabisk"),
        ({"audience": Audience.PREGNANT}, " · for gravide"),
        ({"price_dkk": 150}, " · 150 kr."),
        ({"verified_on": date(2026, 10, 20)}, " · ikke bekræftet i 30 dage"),
        ({"verified_on": date(2026, 10, 24)}, ""),
    ],
)
def test_what_is_out_of_the_ordinary_is_noted(changes: dict[str, object], notes: str) -> None:
    assert words().line(replace(COURSE, **changes))["notes"] == notes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "seats"),
    [
        ({"capacity": None}, "altid plads"),
        ({"taken": 11}, "1 ledig"),
        ({"taken": 10, "held": 2, "waiting": 3}, "fuldt, 3 på venteliste"),
    ],
)
def test_seats_are_said_as_they_are(changes: dict[str, object], seats: str) -> None:
    assert words().seats(replace(COURSE, **changes)) == seats  # type: ignore[arg-type]


def test_rolling_intake_says_when_one_can_come_next() -> None:
    rolling = replace(COURSE, intake=Intake.ROLLING, starts_at=None)
    assert words().start(rolling) == "løbende, næste gang tirs. 1. dec. kl. 17.00"
    assert words().start(replace(rolling, sessions=())) == "løbende"


def test_a_course_without_a_place_says_its_form() -> None:
    digital = replace(COURSE, place="", postcode="", format=Format.DIGITAL)
    assert words().line(digital)["place"] == "digitalt"


def test_the_town_is_left_out_where_the_title_says_it() -> None:
    told = replace(COURSE, title="Rygestop i Ballerup")
    assert words().line(told)["place"] == "Sundhedshuset"


def test_details_hold_what_the_record_says() -> None:
    details = words().details(COURSE)
    assert details["address"] == "Sundhedshuset, Demovej 2, 2750 Ballerup"
    assert details["access"] == "Elevator"
    assert details["medicine"] == "Gratis plastre"
    assert details["contact"] == "+4520667788, rygestop@example.org"
    assert details["price"] == "gratis"
    assert details["verified"] == "20. nov. 2026"
    first, _, third, more = details["sessions"].split("; ")
    assert (first, third) == ("tirs. 1. dec. kl. 17.00", "tirs. 15. dec. kl. 17.00")
    assert more == "og 3 gange mere"


def test_details_leave_a_dash_for_what_nobody_wrote() -> None:
    bare = replace(COURSE, access="", medicine_subsidy="", contact_phone="", contact_email="")
    details = words().details(bare)
    assert [details[name] for name in ("access", "medicine", "contact", "link")] == ["–"] * 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Conditions(), ""),
        (Conditions(home="0151"), ""),
        (Conditions(places=("0151",)), "i Ballerup"),
        (Conditions(places=("0151", "0163")), "i Ballerup eller Herlev"),
        (Conditions(near="2830"), "tæt på 2830 Virum"),
        (Conditions(near="9999"), "tæt på 9999"),
        (Conditions(weekdays=(0,), time_of_day=TimeOfDay.EVENING), "om mandagen, om aftenen"),
        (Conditions(weekdays=(0, 2)), "mandag eller onsdag"),
        (
            Conditions(from_day=date(2026, 12, 1), to_day=date(2026, 12, 23)),
            "fra 1. dec. 2026, senest 23. dec. 2026",
        ),
        (Conditions(from_clock=time(16), to_clock=time(18, 30)), "fra kl. 16.00, før kl. 18.30"),
        (
            Conditions(except_days=((date(2026, 12, 1), date(2026, 12, 31)),)),
            "uden for 1. dec. 2026 til 31. dec. 2026",
        ),
        (Conditions(except_days=((date(2026, 12, 4),) * 2,)), "uden for 4. dec. 2026"),
        (Conditions(format=Format.DIGITAL, language="ar"), "digitalt, på arabisk"),
        (Conditions(audience=Audience.UNDER_25, product="snus"), "for unge under 25, til snus"),
        (Conditions(free_seats=True, free_of_charge=True), "med ledige pladser, gratis"),
    ],
)
def test_a_question_is_said_back(asked: Conditions, said: str) -> None:
    assert words().question(asked) == said


def test_only_the_conditions_named_are_said() -> None:
    asked = Conditions(places=("0151",), language="ar")
    assert words().question(asked, ("language",)) == "på arabisk"
