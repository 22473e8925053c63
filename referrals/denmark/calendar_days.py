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
    """Feasts and days that people count from."""

    EPIPHANY = "epiphany"
    CARNIVAL = "carnival"
    PALM_SUNDAY = "palm_sunday"
    EASTER = "easter"
    MAUNDY_THURSDAY = "maundy_thursday"
    GOOD_FRIDAY = "good_friday"
    LABOUR_DAY = "labour_day"
    ASCENSION = "ascension"
    WHITSUN = "whitsun"
    CONSTITUTION_DAY = "constitution_day"
    MIDSUMMER = "midsummer"
    MARTINMAS = "martinmas"
    CHRISTMAS = "christmas"
    NEW_YEAR = "new_year"


_MOVABLE = {
    Feast.CARNIVAL: (-49, 1),
    Feast.PALM_SUNDAY: (-7, 1),
    Feast.EASTER: (-3, 5),
    Feast.MAUNDY_THURSDAY: (-3, 1),
    Feast.GOOD_FRIDAY: (-2, 1),
    Feast.ASCENSION: (39, 1),
    Feast.WHITSUN: (49, 2),
}
"""Days from Easter Sunday to the first day, and how many days there are."""
_FIXED = {
    Feast.EPIPHANY: ((1, 5), 1),  # the eve is what Danes keep: the day itself is a working day
    Feast.LABOUR_DAY: ((5, 1), 1),
    Feast.CONSTITUTION_DAY: ((6, 5), 1),
    Feast.MIDSUMMER: ((6, 23), 2),
    Feast.MARTINMAS: ((11, 10), 2),
    Feast.CHRISTMAS: ((12, 24), 3),
    Feast.NEW_YEAR: ((12, 31), 2),
}
"""Month and day of the first day, eves included, and how many days there are."""


@lru_cache(maxsize=32)
def _danish_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("DK", years=year, language="da")


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of a year."""
    days = _danish_holidays(year).items()
    return next(day for day, name in days if name == "Skærtorsdag") + 3 * DAY


def feast(which: Feast, today: date) -> Days:
    """Give the coming feast with its eve, or the present one."""
    for year in (today.year - 1, today.year, today.year + 1):
        if which in _MOVABLE:
            after_easter, length = _MOVABLE[which]
            first = easter_sunday(year) + after_easter * DAY
        else:
            (month_number, day), length = _FIXED[which]
            first = date(year, month_number, day)
        last = first + (length - 1) * DAY
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


def working_day_before(before: date) -> date:
    """Give the last working day before a day."""
    day = before - DAY
    while not is_working_day(day):
        day -= DAY
    return day


def week(day: date) -> Days:
    """Give the Monday and the Sunday around a day."""
    monday = day - day.weekday() * DAY
    return (monday, monday + 6 * DAY)


def weeks_numbered(first: int, last: int, today: date) -> Days | None:
    """Give ISO weeks ``first`` to ``last`` of this year, or of the next if they are over.

    Weeks 51 to 2 go on into the year after. None for a week that the year does not have.
    """
    for year in (today.year, today.year + 1):
        try:
            begin = date.fromisocalendar(year, first, 1)
            end = date.fromisocalendar(year + (last < first), last, 7)
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
    """Give the next day that is the ``number`` of its month, today included; None for 0 or 32."""
    for months in range(3):
        first, last = month(today.year, today.month + months)
        day = first + (number - 1) * DAY
        if max(today, first) <= day <= last:
            return day
    return None


def numbered_weekday(year: int, month_number: int, weekday: int, which: int) -> date | None:
    """Give the first (1), second or last (-1) such weekday of a month; None if it has none."""
    first, last = month(year, month_number)
    if which < 0:
        return last - (last.weekday() - weekday) % 7 * DAY
    day = first + ((weekday - first.weekday()) % 7 + 7 * (which - 1)) * DAY
    return day if first <= day <= last else None
