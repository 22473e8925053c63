"""When a course starts, as terms of a query: within days and hours of the Danish calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, or_
from sqlalchemy.orm import InstrumentedAttribute

from referrals.courses.conditions import Conditions
from referrals.courses.course import DANISH_TIME
from referrals.denmark.calendar_days import DAY, numbered_weekday
from referrals.denmark.dates import midnight

_Start = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
_Terms = list[ColumnElement[bool]]
_DAY_SECONDS = 24 * 60 * 60
_YEARS_AHEAD = 5
"""No course is published so long before it starts."""


def within_days(starts_at: _Start, asked: Conditions, now: datetime) -> _Terms:
    """Give the terms of what is still to come and within the days asked for."""
    first = max(now, midnight(asked.from_day)) if asked.from_day else now
    terms: _Terms = [starts_at > first]
    if asked.to_day:
        terms.append(starts_at < midnight(asked.to_day + DAY))
    for no, until in asked.except_days:
        terms.append(or_(starts_at < midnight(no), starts_at >= midnight(until + DAY)))
    return terms


def on_the_clock(starts_at: _Start, asked: Conditions, now: datetime) -> _Terms:
    """Give the terms of what begins within the hours asked for, by the clock in Denmark."""
    if not asked.from_clock and not asked.to_clock:
        return []
    offset = case(*((starts_at < until, off) for until, off in _offsets(now)), else_=0)
    clock = (cast(extract("epoch", starts_at), BigInteger) + offset) % _DAY_SECONDS
    terms: _Terms = []
    if asked.from_clock:
        terms.append(clock >= _seconds(asked.from_clock))
    if asked.to_clock:
        terms.append(clock < _seconds(asked.to_clock))
    return terms


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60


def _offsets(now: datetime) -> list[tuple[datetime, int]]:
    """Give how far Denmark is ahead of UTC, in seconds, and until when: for the years to come.

    The clocks of Europe change at one o'clock UTC on the last Sunday of March and of October.
    """
    changes = [
        datetime.combine(numbered_weekday(year, month, 6, -1) or date.max, time(1), UTC)
        for year in range(now.year, now.year + _YEARS_AHEAD)
        for month in (3, 10)
    ]
    before = timedelta(seconds=1)
    offsets = ((at, (at - before).astimezone(DANISH_TIME).utcoffset()) for at in changes)
    return [(at, int(offset.total_seconds()) if offset else 0) for at, offset in offsets]
