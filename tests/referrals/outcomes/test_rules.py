"""The rules of follow-ups: when they are due, what may be answered, what attendance tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.outcome import (
    CALLS_ENOUGH,
    EARLY,
    Answer,
    BadAnswer,
    Kind,
    Method,
    attended,
    check_answer,
    check_quit_date,
    due_days,
    months_after,
    next_call,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
TODAY = date(2026, 11, 23)


@given(DAYS, st.one_of(st.none(), DAYS))
def test_the_end_comes_first_and_six_months_lie_between(started: date, ends: date | None) -> None:
    due = due_days(started, ends)
    assert started <= due[Kind.END]
    assert 180 <= (due[Kind.SIX_MONTHS] - due[Kind.END]).days <= 184


@given(DAYS, st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int
) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
    ids=str,
)
def test_six_months_later(day: date, later: date) -> None:
    assert months_after(day, 6) == later


@given(st.integers(1, 50))
def test_the_next_call_is_never_today_and_never_sooner_than_the_one_before(calls: int) -> None:
    assert TODAY < next_call(calls, TODAY) <= next_call(calls + 1, TODAY)


def test_calls_are_enough_within_three_weeks() -> None:
    day = TODAY
    for call in range(1, CALLS_ENOUGH):
        day = next_call(call, day)
    assert day - TODAY == timedelta(days=11)


@given(
    st.builds(
        Answer,
        st.booleans(),
        st.sampled_from(Method),
        st.one_of(st.none(), st.booleans()),
        st.one_of(st.none(), st.booleans()),
    ),
    st.sampled_from(Kind),
    st.integers(-60, 60),
)
def test_an_answer_is_taken_unless_it_contradicts_itself_or_comes_too_early(
    answer: Answer, kind: Kind, days: int
) -> None:
    wrong = (
        (bool(answer.nicotine_free) and not answer.smoke_free)
        or (kind is Kind.SIX_MONTHS and days < -EARLY.days)
        or (kind is Kind.SIX_MONTHS and answer.satisfied is not None)
    )
    try:
        check_answer(kind, answer, TODAY, TODAY + timedelta(days=days))
    except BadAnswer:
        assert wrong
    else:
        assert not wrong


@pytest.mark.parametrize("days", [-365, 0, 183])
def test_a_quit_date_may_lie_so_far_away(days: int) -> None:
    check_quit_date(TODAY + timedelta(days=days), TODAY)


@pytest.mark.parametrize("days", [-366, 184])
def test_a_quit_date_farther_away_is_a_slip(days: int) -> None:
    with pytest.raises(BadAnswer, match="quit_date"):
        check_quit_date(TODAY + timedelta(days=days), TODAY)


MARKS = st.lists(
    st.tuples(
        st.integers(0, 7).map(lambda week: datetime(2026, 1, 5, 17, tzinfo=UTC) + timedelta(week)),
        st.booleans(),
    )
)


@given(MARKS)
def test_the_last_mark_of_a_session_counts_and_no_session_counts_twice(
    marks: list[tuple[datetime, bool]],
) -> None:
    found = attended(marks)
    last = dict(marks)
    assert (found.present, found.noted) == (sum(last.values()), len(last))
    assert attended([*marks, *marks]) == found


@pytest.mark.parametrize(
    ("present", "planned", "completed"), [(3, 4, True), (4, 6, False), (5, 6, True), (0, 0, False)]
)
def test_three_sessions_in_four_suggest_that_a_course_was_completed(
    present: int, planned: int, *, completed: bool
) -> None:
    marks = [(datetime(2026, 1, n + 1, tzinfo=UTC), n < present) for n in range(planned)]
    assert attended(marks).suggests_completed(planned) is completed
