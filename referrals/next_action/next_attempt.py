"""When to try again: the patient's best time on the next day that advisers work. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from referrals.courses.course import TimeOfDay
from referrals.denmark.calendar_days import is_working_day
from referrals.denmark.dates import DANISH_TIME, local, local_day, midnight

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


def first_at_home(
    best_time: str | None, leaves_on: date, now: datetime, due_at: datetime
) -> datetime | None:
    """Propose the first try for the working day after the discharge, by the deadline at the latest.

    None where the patient was at home before today: then nothing has to be waited for.
    """
    if leaves_on < local_day(now):
        return None
    at_home = midnight(leaves_on + timedelta(days=1))
    return min(propose(best_time, at_home), due_at)


def moved(planned_at: datetime | None, best_time: str | None, now: datetime) -> datetime | None:
    """Move a try that lies ahead into another part of its day, or of the next working day."""
    if planned_at is None or planned_at <= now:
        return planned_at
    return propose(best_time, max(now, midnight(local_day(planned_at))))


def _other_half(now: datetime) -> time:
    return _AT[TimeOfDay.AFTERNOON if local(now).hour < _NOON else TimeOfDay.MORNING]
