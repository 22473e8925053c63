"""Dates as people in Denmark read them, in Danish time and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from referrals.denmark.dates import (
    calendar_day,
    clock,
    day,
    local,
    local_day,
    midnight,
    moment,
    short_start,
    weekday_and_day,
    weekday_and_moment,
)

WINTER = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
"""Past midnight in Denmark, so that the day is another one there."""
SUMMER = datetime(2026, 7, 5, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "hour"), [(WINTER, (23, 0, 5)), (SUMMER, (5, 10, 5))], ids=["winter", "summer"]
)
def test_a_time_is_shown_as_clocks_in_denmark_show_it(
    at: datetime, hour: tuple[int, int, int]
) -> None:
    danish = local(at)
    assert (danish.day, danish.hour, danish.minute) == hour
    assert danish == at


def test_the_day_of_a_time_is_the_danish_one() -> None:
    assert local_day(WINTER) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("on", "begins"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 22, 23, tzinfo=UTC)),
        (date(2026, 7, 5), datetime(2026, 7, 4, 22, tzinfo=UTC)),
    ],
    ids=["winter", "summer"],
)
def test_a_day_begins_at_midnight_in_denmark(on: date, begins: datetime) -> None:
    assert midnight(on) == begins


def test_a_time_of_the_day_has_a_dot_in_danish_and_a_colon_in_english() -> None:
    nine = time(9, 5)
    assert (clock(nine), clock(nine, "da"), clock(nine, "en")) == ("09.05", "09.05", "09:05")


@pytest.mark.parametrize(
    ("write", "danish", "english"),
    [
        (day, "23. november", "23 November"),
        (weekday_and_day, "mandag den 23. november", "Monday 23 November"),
        (moment, "23. nov. 2026 00.05", "23 Nov 2026 00:05"),
        (weekday_and_moment, "mandag 23. nov. 2026 00.05", "Monday 23 Nov 2026 00:05"),
        (short_start, "man. 23. nov. kl. 00.05", "Mon 23 Nov 00:05"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_time_is_written_in_the_way_of_the_language(
    write: Callable[..., str], danish: str, english: str
) -> None:
    assert write(WINTER, "da") == danish
    assert write(WINTER, "en") == english


@pytest.mark.parametrize(
    "write", [day, weekday_and_day, moment, weekday_and_moment, short_start, calendar_day]
)
def test_danish_is_written_unless_another_language_is_asked_for(write: Callable[..., str]) -> None:
    assert write(SUMMER) == write(SUMMER, "da") != write(SUMMER, "en")


@pytest.mark.parametrize(
    ("on", "language", "written"),
    [
        (date(2026, 12, 1), "da", "1. dec. 2026"),
        (date(2026, 12, 1), "en", "1 Dec 2026"),
        (None, "da", ""),
        (None, "en", ""),
    ],
)
def test_a_calendar_day_is_written_with_its_year_and_none_as_nothing(
    on: date | None, language: str, written: str
) -> None:
    assert calendar_day(on, language) == written
