"""The rules of follow-ups: when they are due, what may be answered, what attendance tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.outcomes.rules import (
    CALLS_ENOUGH,
    LOST_REASONS,
    WITHDRAWN,
    BadAnswer,
    FollowUpAnswer,
    FollowUpKind,
    VerificationMethod,
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
    assert started <= due[FollowUpKind.END]
    assert 180 <= (due[FollowUpKind.SIX_MONTHS] - due[FollowUpKind.END]).days <= 184


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


@pytest.mark.parametrize(
    ("started", "ends", "end", "six_months"),
    [
        pytest.param(
            date(2026, 11, 23), date(2027, 1, 4), date(2027, 1, 4), date(2027, 7, 4), id="an end"
        ),
        pytest.param(
            date(2026, 11, 23), None, date(2027, 1, 4), date(2027, 7, 4), id="six weeks if unknown"
        ),
        pytest.param(
            date(2026, 11, 23), date(2026, 11, 1), date(2026, 11, 23), date(2027, 5, 23),
            id="never before the start",
        ),
    ],
)  # fmt: skip
def test_both_follow_ups_are_due_at_the_end_and_six_months_later(
    started: date, ends: date | None, end: date, six_months: date
) -> None:
    assert due_days(started, ends) == {FollowUpKind.END: end, FollowUpKind.SIX_MONTHS: six_months}


@pytest.mark.parametrize(("calls", "days"), [(1, 1), (2, 3), (3, 7), (4, 7), (50, 7)])
def test_after_each_call_in_vain_the_next_waits_longer_and_a_week_at_most(
    calls: int, days: int
) -> None:
    assert next_call(calls, TODAY) == TODAY + timedelta(days=days)


@given(st.integers(1, 50))
def test_the_next_call_is_never_today_and_never_sooner_than_the_one_before(calls: int) -> None:
    assert TODAY < next_call(calls, TODAY) <= next_call(calls + 1, TODAY)


def test_calls_are_enough_within_three_weeks() -> None:
    day = TODAY
    for call in range(1, CALLS_ENOUGH):
        day = next_call(call, day)
    assert day - TODAY == timedelta(days=11)


def an_answer(*, smoke_free: bool, **more: bool) -> FollowUpAnswer:
    return FollowUpAnswer(smoke_free, VerificationMethod.SELF_REPORT, **more)


@pytest.mark.parametrize("kind", FollowUpKind)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(an_answer(smoke_free=True, nicotine_free=True), id="free of both"),
        pytest.param(an_answer(smoke_free=True, nicotine_free=False), id="snus, no smoke"),
        pytest.param(an_answer(smoke_free=False, nicotine_free=False), id="smokes"),
        pytest.param(an_answer(smoke_free=False), id="smokes, nicotine not asked"),
        pytest.param(FollowUpAnswer(smoke_free=True, method=VerificationMethod.CO), id="measured"),
    ],
)
def test_an_answer_that_holds_together_is_taken_at_both_follow_ups(
    kind: FollowUpKind, answer: FollowUpAnswer
) -> None:
    check_answer(kind, answer, TODAY, TODAY)


@pytest.mark.parametrize("kind", FollowUpKind)
def test_who_smokes_is_not_free_of_nicotine(kind: FollowUpKind) -> None:
    with pytest.raises(BadAnswer) as bad:
        check_answer(kind, an_answer(smoke_free=False, nicotine_free=True), TODAY, TODAY)
    assert bad.value.why == "contradiction"


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (FollowUpKind.SIX_MONTHS, -14),
        (FollowUpKind.SIX_MONTHS, 0),
        (FollowUpKind.SIX_MONTHS, 60),
        (FollowUpKind.END, -60),
    ],
)
def test_six_months_are_answered_two_weeks_before_at_most_and_the_end_at_any_time(
    kind: FollowUpKind, days: int
) -> None:
    check_answer(kind, an_answer(smoke_free=True), TODAY, TODAY + timedelta(days=days))


@pytest.mark.parametrize("days", [-15, -19, -60])
def test_six_months_are_not_answered_more_than_two_weeks_early(days: int) -> None:
    with pytest.raises(BadAnswer) as bad:
        check_answer(
            FollowUpKind.SIX_MONTHS, an_answer(smoke_free=True), TODAY, TODAY + timedelta(days=days)
        )
    assert bad.value.why == "too_early"


@pytest.mark.parametrize("satisfied", [True, False])
def test_who_was_satisfied_is_asked_at_the_end_and_not_again(*, satisfied: bool) -> None:
    answer = an_answer(smoke_free=True, satisfied=satisfied)
    check_answer(FollowUpKind.END, answer, TODAY, TODAY)
    with pytest.raises(BadAnswer) as bad:
        check_answer(FollowUpKind.SIX_MONTHS, answer, TODAY, TODAY)
    assert bad.value.why == "satisfied_later"


def test_a_follow_up_is_lost_for_one_of_four_reasons_or_a_withdrawn_consent() -> None:
    assert set(LOST_REASONS) == {"no_answer", "wrong_number", "does_not_want", "died_or_moved"}
    assert WITHDRAWN == "consent_withdrawn"


@pytest.mark.parametrize("days", [-365, 0, 183])
def test_a_quit_date_may_lie_so_far_away(days: int) -> None:
    check_quit_date(TODAY + timedelta(days=days), TODAY)


@pytest.mark.parametrize("days", [-366, 184])
def test_a_quit_date_farther_away_is_a_slip(days: int) -> None:
    with pytest.raises(BadAnswer) as bad:
        check_quit_date(TODAY + timedelta(days=days), TODAY)
    assert bad.value.why == "quit_date"


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
    ("present", "planned", "completed"),
    [(3, 4, True), (4, 6, False), (5, 6, True), (0, 0, False), (1, 1, True), (0, 1, False)],
)
def test_three_sessions_in_four_suggest_that_a_course_was_completed(
    present: int, planned: int, *, completed: bool
) -> None:
    marks = [(datetime(2026, 1, n + 1, tzinfo=UTC), n < present) for n in range(planned)]
    assert attended(marks).suggests_completed(planned) is completed
