"""When to try again: the patient's best time on the next day that advisers work. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from referrals.courses.course import TimeOfDay
from referrals.denmark.calendar_days import is_working_day
from referrals.denmark.dates import DANISH_TIME, local

AHEAD = timedelta(hours=2)
"""A proposal lies at least this far ahead: whoever was just tried is not tried again at once."""
_NOON = 12
_AT: dict[str | None, time] = {
    TimeOfDay.MORNING: time(10),
    TimeOfDay.AFTERNOON: time(14),
    TimeOfDay.EVENING: time(17),
}


def propose(best_time: str | None, now: datetime) -> datetime:
    """Propose a time in the patient's best part of the day, on a working day.

    Whoever may be called at any time is tried in the other half of the day than now.
    """
    at = _AT.get(best_time) or _other_half(now)
    day = local(now).date()
    while True:
        proposed = datetime.combine(day, at, DANISH_TIME)
        if is_working_day(day) and proposed >= now + AHEAD:
            return proposed
        day += timedelta(days=1)


def _other_half(now: datetime) -> time:
    return _AT[TimeOfDay.AFTERNOON if local(now).hour < _NOON else TimeOfDay.MORNING]
