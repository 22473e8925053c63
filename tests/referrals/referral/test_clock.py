"""The one-week promise and the ten minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.referral.clock import Urgency, due_at, may_undo, now_utc, urgency, warned_up_to

FILED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # no change of the clocks is near
SECOND = timedelta(seconds=1)
DENMARK = ZoneInfo("Europe/Copenhagen")
YEARS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

CHANGES = {
    "nothing changes": ("2026-11-23T10:00+01:00", "2026-11-30T10:00+01:00"),
    "put back in between": ("2026-10-24T14:00+02:00", "2026-10-31T14:00+01:00"),
    "put forward in between": ("2027-03-24T14:00+01:00", "2027-03-31T14:00+02:00"),
    "late in the evening before": ("2027-03-27T23:30+01:00", "2027-04-03T23:30+02:00"),
    "due in the hour that is left out": ("2027-03-21T02:30+01:00", "2027-03-28T03:30+02:00"),
    "due in the hour that comes twice": ("2026-10-18T02:30+02:00", "2026-10-25T02:30+02:00"),
    "filed in it the second time": ("2026-10-25T02:30+01:00", "2026-11-01T02:30+01:00"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_call_is_due_seven_whole_days_later_by_the_danish_clock(change: str) -> None:
    filed, due = map(datetime.fromisoformat, CHANGES[change])
    assert due_at(filed) == due


@given(YEARS)
def test_the_promise_is_never_shorter_than_seven_days_on_the_calendar(filed: datetime) -> None:
    due = due_at(filed).astimezone(DENMARK)
    there = filed.astimezone(DENMARK)
    assert (due.date() - there.date()).days == 7
    assert due.time() == there.time() or due.time() == (there + timedelta(hours=1)).time()


@given(YEARS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_page_and_a_list_agree_on_how_the_clock_stands(
    filed: datetime, passed: timedelta
) -> None:
    now, due = filed + passed, due_at(filed)
    late, soon = due <= now, due <= warned_up_to(now)
    stands = urgency(filed, now, waiting=True)
    assert (stands is Urgency.BREACHED, stands is Urgency.WARNING) == (late, soon and not late)


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
