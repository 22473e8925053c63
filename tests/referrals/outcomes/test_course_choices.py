"""Which course is proposed to whom: what is known decides, nothing is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.catalogue.records import write_openings
from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Intake, TimeOfDay
from referrals.courses.tables import CourseRow
from referrals.outcomes import course_choices
from referrals.outcomes.course_choices import Wish, choice_of, rank_of
from referrals.referral.tables import ReferralRow
from tests.conftest import World
from tests.referrals.courses.coursework import NOW, a_course
from tests.referrals.follow_up.after_the_talk import Course

TURKISH = Wish(language="tr")
SNUS = Wish(products=frozenset({"snus"}))
HOME = Wish(postcode="2750")
EVENING = Wish(best_time="evening")
LATER = {"starts_at": NOW + timedelta(days=60)}


def better(wish: Wish, **two: dict[str, Any]) -> str:
    """Name the one of two courses that is proposed first; the other one has the smaller id."""
    found = {}
    for number, name in enumerate(sorted(two, reverse=True)):
        choice = choice_of(a_course(id=number, **two[name]), wish, NOW)
        found[name] = rank_of(choice, "0151", wish)
    return min(found, key=lambda name: found[name])


@pytest.mark.parametrize(
    ("wish", "first", "second"),
    [
        pytest.param(TURKISH, {"language": "tr", **LATER}, {}, id="own-language"),
        pytest.param(
            TURKISH, {"language": "tr", "municipality_code": "0163"}, {}, id="language-before-own"
        ),
        pytest.param(TURKISH, {"interpreter": True, **LATER}, {}, id="interpreter-before-none"),
        pytest.param(Wish(), {**LATER}, {"language": "tr"}, id="language-not-asked"),
        pytest.param(SNUS, {**LATER}, {"products": ("cigarettes",)}, id="other-product"),
        pytest.param(SNUS, {"products": ("snus",)}, LATER, id="same-product-soonest"),
        pytest.param(Wish(), {**LATER}, {"products": ("snus",)}, id="product-not-asked"),
        pytest.param(Wish(), {**LATER}, {"audience": Audience.PREGNANT}, id="not-for-everybody"),
        pytest.param(Wish(), {**LATER}, {"municipality_code": "0163"}, id="own-before-soonest"),
        pytest.param(Wish(), {**LATER}, {"taken": 10, "held": 0}, id="room-before-soonest"),
        pytest.param(Wish(), {}, LATER, id="soonest"),
        pytest.param(
            EVENING,
            {"time_of_day": TimeOfDay.EVENING},
            {"time_of_day": TimeOfDay.MORNING},
            id="time",
        ),
        pytest.param(HOME, {"postcode": "2750"}, {"postcode": "2970"}, id="nearest"),
    ],
)
def test_what_is_known_decides_which_course_comes_first(
    wish: Wish, first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert better(wish, a=first, b=second) == "a"


@given(
    language=st.sampled_from([None, "da", "tr", "pl"]),
    spoken=st.sampled_from(["da", "tr", "en"]),
    interpreter=st.booleans(),
    products=st.sets(st.sampled_from(["snus", "cigarettes"])),
    meant=st.sets(st.sampled_from(["snus", "cigarettes"])),
    audience=st.sampled_from(list(Audience)),
)
def test_only_what_nothing_known_speaks_against_is_said_to_suit(
    language: str | None,
    spoken: str,
    interpreter: bool,  # noqa: FBT001
    products: set[str],
    meant: set[str],
    audience: Audience,
) -> None:
    wish = Wish(language, frozenset(products))
    course = a_course(
        language=spoken, interpreter=interpreter, products=tuple(meant), audience=audience
    )
    choice = choice_of(course, wish, NOW)
    understood = spoken == (language or "da") or interpreter
    for_them = not meant or bool(meant & products)
    assert ("language" in choice.misfits) == (language is not None and not understood)
    assert choice.suits == (understood and for_them and audience is Audience.ALL)
    assert ("product" in choice.misfits) == bool(meant and products and not meant & products)


def test_of_an_unknown_postcode_no_distance_is_told() -> None:
    course = a_course(postcode="2750")
    assert choice_of(course, Wish(), NOW).km is None
    assert choice_of(course, Wish(postcode="1000"), NOW).km is None
    assert choice_of(replace(course, postcode=""), HOME, NOW).km is None
    assert choice_of(course, HOME, NOW).km == 0


@pytest.fixture
def many(world: World) -> list[Course]:
    """Seventy courses of a neighbour, and one of our own that starts last and is rolling."""
    found = [Course(world, owner="0163") for _ in range(70)]
    own = Course(world)
    with world.database.write() as session:
        for row in session.scalars(select(CourseRow)):
            if row.id == own.id:
                row.title, row.intake, row.starts_at = "Åben rådgivning", Intake.ROLLING.value, None
            write_openings(row)
    return [*found, own]


def test_all_courses_are_looked_through_however_many_there_are(
    world: World, many: list[Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = many[-1]
    reference = own.accepted()
    everything = own.work.courses(reference, world.clock())
    assert {each.id for each in everything.found} == {each.id for each in many}
    assert everything.found[0].id == own.id
    assert everything.complete
    last = everything.found[-1].id
    assert [each.id for each in everything.first(2, last)] == [
        own.id,
        everything.found[1].id,
        last,
    ]
    named = own.work.courses(reference, world.clock(), words="RÅDGIVNING åben")
    assert [each.id for each in named.found] == [own.id]
    elsewhere = own.work.courses(reference, world.clock(), Conditions(places=("0163",)))
    assert len(elsewhere.found) == 70
    monkeypatch.setattr(course_choices, "MOST_READ", 10)
    monkeypatch.setattr(course_choices, "_AT_A_TIME", 5)
    some = own.work.courses(reference, world.clock())
    assert len(some.found) == 10
    assert not some.complete


def test_what_was_skipped_is_not_known(world: World) -> None:
    course = Course(world)
    reference = course.accepted()
    with world.database.write() as session:
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == reference)).one()
        row.details = {**row.details, Step.POSTCODE: "skipped", Step.PRODUCT: "cigarettes+snus"}
        row.spoken_language = None
        assert Wish.of(row) == Wish(None, frozenset({"cigarettes", "snus"}), "", row.best_time)
