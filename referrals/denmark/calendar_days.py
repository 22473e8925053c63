"""Days of the Danish calendar: weeks, months, feasts and school holidays as first and last day.

Pure. Feasts are looked up in ``holidays``; the school holidays are those that most municipalities
of the Capital Region keep.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

Days = tuple[date, date]
"""First and last day, both included."""

DAY = timedelta(days=1)
_DECEMBER = 12
_SATURDAY = 5


class Feast(StrEnum):
    """Feasts that people count from. The value is how ``holidays`` names their first day."""

    EASTER = "Skærtorsdag"
    ASCENSION = "Kristi himmelfartsdag"
    WHITSUN = "Pinsedag"
    CHRISTMAS = "Juledag"
    NEW_YEAR = "Nytårsdag"


_LENGTHS = {
    Feast.EASTER: 5,
    Feast.ASCENSION: 1,
    Feast.WHITSUN: 2,
    Feast.CHRISTMAS: 2,
    Feast.NEW_YEAR: 1,
}
_BEGINS_ON_THE_EVE = frozenset({Feast.CHRISTMAS, Feast.NEW_YEAR})


@lru_cache(maxsize=32)
def _danish_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("DK", years=year, language="da")


def feast(which: Feast, today: date) -> Days:
    """Give the coming feast with its eve, or the present one."""
    for year in (today.year, today.year + 1, today.year + 2):
        first = next(day for day, name in _danish_holidays(year).items() if name == which.value)
        last = first + (_LENGTHS[which] - 1) * DAY
        if which in _BEGINS_ON_THE_EVE:
            first -= DAY
        if last >= today:
            return (first, last)
    raise AssertionError("every feast comes round each year")


def is_working_day(day: date) -> bool:
    """Tell whether people work on a day: neither weekend nor holiday."""
    return day.weekday() < _SATURDAY and day not in _danish_holidays(day.year)


def next_working_day(after: date) -> date:
    """Give the first working day after a day."""
    day = after + DAY
    while not is_working_day(day):
        day += DAY
    return day


def week(day: date) -> Days:
    """Give the Monday and the Sunday around a day."""
    monday = day - day.weekday() * DAY
    return (monday, monday + 6 * DAY)


def weeks_numbered(first: int, last: int, today: date) -> Days | None:
    """Give ISO weeks ``first`` to ``last`` of this year, or of the next if they are over.

    None for a week that the year does not have.
    """
    for year in (today.year, today.year + 1):
        try:
            begin = date.fromisocalendar(year, first, 1)
            end = date.fromisocalendar(year, last, 7)
        except ValueError:
            continue
        if end >= today:
            return (begin, end)
    return None


def month(year: int, number: int) -> Days:
    """Give the first and the last day of a month; 13 is January of the year after."""
    first = date(year + (number - 1) // _DECEMBER, (number - 1) % _DECEMBER + 1, 1)
    behind = date(year + number // _DECEMBER, number % _DECEMBER + 1, 1)
    return (first, behind - DAY)


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or the month's last day where it is shorter."""
    first, last = month(day.year, day.month + months)
    return min(first + (day.day - 1) * DAY, last)


def next_day_numbered(number: int, today: date) -> date | None:
    """Give the next day that is the ``number`` of its month, today included; None over 31."""
    for months in range(3):
        first, last = month(today.year, today.month + months)
        day = first + (number - 1) * DAY
        if today <= day <= last:
            return day
    return None
