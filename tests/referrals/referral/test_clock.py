"""The one-week promise and the ten minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from referrals.referral.clock import Urgency, due_at, may_undo, now_utc, urgency

FILED = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the clocks go back the night after
SECOND = timedelta(seconds=1)


def test_the_call_is_due_seven_days_after_filing_even_when_the_clocks_change() -> None:
    assert due_at(FILED) - FILED == timedelta(days=7)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), Urgency.ON_TIME),
        (timedelta(days=5) - SECOND, Urgency.ON_TIME),
        (timedelta(days=5), Urgency.WARNING),
        (timedelta(days=7) - SECOND, Urgency.WARNING),
        (timedelta(days=7), Urgency.BREACHED),
        (timedelta(days=400), Urgency.BREACHED),
    ],
    ids=str,
)
def test_the_clock_warns_on_day_five_and_breaks_on_day_eight(
    after: timedelta, expected: Urgency
) -> None:
    assert urgency(FILED, FILED + after, waiting=True) is expected


@pytest.mark.parametrize("days", [0, 5, 8])
def test_the_clock_stops_when_nobody_waits(days: int) -> None:
    assert urgency(FILED, FILED + timedelta(days=days), waiting=False) is Urgency.STOPPED


@pytest.mark.parametrize(
    ("after", "allowed"),
    [(timedelta(0), True), (timedelta(minutes=10) - SECOND, True), (timedelta(minutes=10), False)],
    ids=str,
)
def test_an_undo_is_possible_for_ten_minutes(after: timedelta, allowed: bool) -> None:  # noqa: FBT001 - a case
    assert may_undo(FILED, FILED + after) is allowed


def test_the_present_time_has_an_offset() -> None:
    assert now_utc().utcoffset() == timedelta(0)
