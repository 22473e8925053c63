"""When advisers take clarifying calls: weekly hours in Danish time, cut into slots. No storage.

Slots begin on the full hour, at twenty past and at twenty to, whatever the hours are, so that two
slots of one adviser never overlap, also after the hours were changed or the clocks were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import holidays

from referrals.denmark.dates import DANISH_TIME

SLOT_MINUTES = 20
SLOT = timedelta(minutes=SLOT_MINUTES)
MINUTES_OF_DAY = 24 * 60


class BadHours(ValueError):
    """Hours that cannot be kept: ``why`` is ``too_short``, ``outside_day`` or ``overlap``."""

    def __init__(self, why: str, weekday: int) -> None:
        super().__init__(f"{why} on weekday {weekday}")
        self.why = why
        self.weekday = weekday


@dataclass(frozen=True, order=True)
class Hours:
    """One stretch of a week: weekday 0 is Monday, minutes count from midnight of the Danish day."""

    weekday: int
    from_minute: int
    to_minute: int


def check_week(week: Iterable[Hours]) -> list[Hours]:
    """Give the hours in order. Raises BadHours for the first that holds no slot or overlaps."""
    ordered = sorted(week)
    for hours in ordered:
        inside = 0 <= hours.weekday <= 6 and 0 <= hours.from_minute < MINUTES_OF_DAY
        if not inside or hours.to_minute > MINUTES_OF_DAY:
            raise BadHours("outside_day", hours.weekday)
        if not list(_minutes(hours)):
            raise BadHours("too_short", hours.weekday)
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.from_minute < one.to_minute:
            raise BadHours("overlap", one.weekday)
    return ordered


def slots_on(day: date, week: Iterable[Hours]) -> Iterator[datetime]:
    """Give the starts, in UTC, of the slots of a Danish calendar day; none on a holiday.

    A time of day that the clocks leave out is left out; one that they repeat counts once.
    """
    if is_holiday(day):
        return
    for hours in week:
        if hours.weekday == day.weekday():
            for minute in _minutes(hours):
                wall = datetime.combine(day, time(*divmod(minute, 60)), DANISH_TIME)
                start = wall.astimezone(UTC)
                if start.astimezone(DANISH_TIME).time() == wall.time():
                    yield start


def is_holiday(day: date) -> bool:
    """Tell whether Danish offices are closed: public holidays, and days like Christmas Eve."""
    return day in _danish_holidays()


def _minutes(hours: Hours) -> range:
    first = -(-hours.from_minute // SLOT_MINUTES) * SLOT_MINUTES
    return range(first, hours.to_minute - SLOT_MINUTES + 1, SLOT_MINUTES)


@cache
def _danish_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("DK", categories=(holidays.PUBLIC, holidays.OPTIONAL))
