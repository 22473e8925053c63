"""When a course should start, from a nurse's words to the conditions of the question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from nlu.entities.entities import EntityFinder
from referrals.courses.conditions import Conditions
from tests.nlu import phrases
from tests.nlu.course_times import TODAY, Timed, read_table, understood
from tests.nlu.understanding import sealed

FINDER = EntityFinder()
CASES = read_table()
_FEWEST = 130
_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
    "november", "december",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
coming_days = st.dates(TODAY, TODAY + timedelta(days=360))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(phrases.PROJECT / "nlu")


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len({case.question for case in CASES}) == len(CASES) >= _FEWEST


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_the_time_is_understood_and_what_is_not_is_said(case: Timed) -> None:
    assert understood(FINDER, case.question, TODAY) == (case.wants, case.unread)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_no_word_for_a_time_is_sealed_on_the_way(case: Timed, vocabulary: Vocabulary) -> None:
    assert "[[word:" not in sealed(case.question, vocabulary)


@settings(deadline=None)
@given(coming_days, st.data())
def test_a_day_that_is_asked_for_in_any_form_is_that_day(day: date, data: st.DataObject) -> None:
    form = data.draw(
        st.sampled_from(
            (
                "hold {d.year}-{d.month:02}-{d.day:02}", "hold d. {d.day}.{d.month}.{short:02}",
                "hold den {d.day}/{d.month}", "hold {d.day}/{d.month}-{d.year}",
                "hold d {d.day}. {da} {d.year}", "hold den {d.day}. {da}", "hold {d.day} {da}",
                "courses on {d.day} {en}", "courses on {en} {d.day}",
                "courses on {en} {d.day}, {d.year}", "courses on the {d.day} of {en}",
            )
        )
    )  # fmt: skip
    words = form.format(
        d=day, short=day.year % 100, da=_MONTHS[day.month - 1], en=_MONTHS_EN[day.month - 1]
    )
    conditions, unread = understood(FINDER, words, TODAY)
    assert (conditions.from_day, conditions.to_day, unread) == (day, day, ()), words


_WANTED = (
    "",
    " i januar",
    " efter nytår",
    " inden påske",
    " i uge 2-9",
    " fra 12/1",
    " til foråret",
)
_RULED_OUT = (
    "i januar", "i december", "i uge 3", "den 12. januar", "efter påske", "før februar",
    "mellem jul og nytår", "i vinterferien", "i næste uge", "i morgen",
)  # fmt: skip
_NO = (
    " men ikke {}",
    ", undtagen {}",
    ", bare ikke {}",
    " der ikke starter {}",
    ", {} kan hun ikke",
)


@settings(deadline=None)
@given(st.sampled_from(_WANTED), st.sampled_from(_NO), st.sampled_from(_RULED_OUT), coming_days)
def test_no_day_that_will_not_do_is_ever_asked_for(
    wanted: str, no: str, ruled_out: str, today: date
) -> None:
    """Days that are over, or today, on which nobody starts any more, are not told apart."""
    conditions, _ = understood(FINDER, f"hold{wanted}{no.format(ruled_out)}", today)
    alone, unread = understood(FINDER, f"hold {ruled_out}", today)
    assert unread == ()
    days = [today + timedelta(days=ahead) for ahead in range(1, 500)]
    assert not [day for day in days if _asks_for(conditions, day) and _asks_for(alone, day)]
    if wanted:
        only, _ = understood(FINDER, f"hold{wanted}", today)
        assert not [day for day in days if _asks_for(conditions, day) and not _asks_for(only, day)]


@settings(deadline=None)
@given(st.sampled_from(_WANTED[1:]), st.sampled_from(_RULED_OUT))
def test_no_day_is_lost_that_was_not_ruled_out(wanted: str, ruled_out: str) -> None:
    conditions, _ = understood(FINDER, f"hold{wanted} men ikke {ruled_out}", TODAY)
    only, _ = understood(FINDER, f"hold{wanted}", TODAY)
    alone, _ = understood(FINDER, f"hold {ruled_out}", TODAY)
    days = [TODAY + timedelta(days=ahead) for ahead in range(1, 500)]
    lost = [
        day
        for day in days
        if _asks_for(only, day) and not _asks_for(alone, day) and not _asks_for(conditions, day)
    ]
    assert lost == []


def _asks_for(conditions: Conditions, day: date) -> bool:
    within = (conditions.from_day or date.min) <= day <= (conditions.to_day or date.max)
    return within and not any(first <= day <= last for first, last in conditions.except_days)
