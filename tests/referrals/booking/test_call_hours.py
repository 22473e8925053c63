"""When advisers take calls: slots in Danish time, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from referrals.booking.call_hours import BadHours, Hours, check_week, is_holiday, slots_on

MONDAY, SUNDAY = 0, 6


def test_an_hour_holds_three_slots() -> None:
    day = date(2026, 11, 23)
    assert list(slots_on(day, [Hours(MONDAY, 540, 600)])) == [
        datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 20, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 40, tzinfo=UTC),
    ]


def test_slots_keep_to_the_same_minutes_whatever_the_hours_are() -> None:
    slots = slots_on(date(2026, 11, 23), [Hours(MONDAY, 550, 630)])
    assert [f"{slot:%H:%M}" for slot in slots] == ["08:20", "08:40", "09:00"]


def test_hours_of_another_weekday_do_not_count() -> None:
    assert list(slots_on(date(2026, 11, 24), [Hours(MONDAY, 540, 600)])) == []


def test_nine_o_clock_is_nine_o_clock_in_winter_and_in_summer() -> None:
    week = [Hours(MONDAY, 540, 560)]
    winter, summer = slots_on(date(2027, 3, 22), week), slots_on(date(2027, 4, 5), week)
    assert [slot.hour for slot in winter] == [8]
    assert [slot.hour for slot in summer] == [7]


def test_a_time_that_the_clocks_leave_out_is_no_slot() -> None:
    night = slots_on(date(2026, 3, 29), [Hours(SUNDAY, 60, 240)])
    assert [f"{slot:%H:%M}" for slot in night] == [
        "00:00",
        "00:20",
        "00:40",
        "01:00",
        "01:20",
        "01:40",
    ]


def test_a_time_that_the_clocks_repeat_is_one_slot() -> None:
    night = list(slots_on(date(2026, 10, 25), [Hours(SUNDAY, 120, 180)]))
    assert [f"{slot:%H:%M}" for slot in night] == ["00:00", "00:20", "00:40"]


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), True),
        (date(2026, 12, 31), True),
        (date(2027, 3, 25), True),
        (date(2027, 5, 6), True),
        (date(2026, 5, 1), True),
        (date(2026, 12, 23), False),
    ],
    ids=["Christmas Eve", "Christmas", "New Year's Eve", "Maundy", "Ascension", "May Day", "plain"],
)
def test_offices_are_closed_on_danish_holidays(day: date, closed: object) -> None:
    assert is_holiday(day) is closed


def test_nobody_takes_calls_on_a_holiday() -> None:
    assert list(slots_on(date(2026, 12, 25), [Hours(4, 540, 600)])) == []


def test_hours_are_kept_in_order() -> None:
    week = [Hours(2, 780, 900), Hours(0, 540, 600), Hours(2, 540, 780)]
    assert check_week(week) == [Hours(0, 540, 600), Hours(2, 540, 780), Hours(2, 780, 900)]


@pytest.mark.parametrize(
    ("week", "why"),
    [
        ([Hours(0, 540, 550)], "too_short"),
        ([Hours(0, 545, 570)], "too_short"),
        ([Hours(0, 600, 540)], "too_short"),
        ([Hours(7, 540, 600)], "outside_day"),
        ([Hours(0, 1400, 1441)], "outside_day"),
        ([Hours(0, -20, 60)], "outside_day"),
        ([Hours(0, 540, 660), Hours(0, 600, 720)], "overlap"),
    ],
    ids=["short", "no whole slot", "backwards", "weekday", "past midnight", "negative", "overlap"],
)
def test_hours_that_cannot_be_kept_say_why(week: list[Hours], why: str) -> None:
    with pytest.raises(BadHours) as refused:
        check_week(week)
    assert refused.value.why == why
