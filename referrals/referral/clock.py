"""The one-week promise: due, warning and breach. Pure; every time is UTC with an offset.

The promise counts calendar days and ignores holidays. A day ends at the same hour of the Danish
clock, also where the clock is put forward or back in between.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")
PROMISE = timedelta(days=7)
WARN_AFTER = timedelta(days=5)
UNDO_WINDOW = timedelta(minutes=10)


class Urgency(StrEnum):
    """How the clock of a referral stands."""

    ON_TIME = "on_time"
    WARNING = "warning"
    BREACHED = "breached"
    STOPPED = "stopped"


def now_utc() -> datetime:
    """Give the present time in UTC."""
    return datetime.now(UTC)


def due_at(filed_at: datetime) -> datetime:
    """Give the time by which the patient must have been reached: filed plus seven days."""
    return days_later(filed_at, PROMISE)


def warned_up_to(now: datetime) -> datetime:
    """Give up to which time what is due is warned of at ``now``: in two days."""
    return days_later(now, PROMISE - WARN_AFTER)


def days_later(at: datetime, days: timedelta) -> datetime:
    """Give the same hour of the Danish clock so many whole days later, in UTC.

    An hour that is left out in spring is the one after it; of one that comes twice, the first.
    """
    later = at.astimezone(_DANISH_TIME) + days  # within a zone, Python reckons by its clock
    return later.replace(fold=0).astimezone(UTC)


def urgency(filed_at: datetime, now: datetime, *, waiting: bool) -> Urgency:
    """Tell how the clock stands at ``now``.

    ``waiting`` is False once the patient was reached or the case ended: the clock has stopped.
    Warning begins with day five, breach when the seven days are over (day eight).
    """
    if not waiting:
        return Urgency.STOPPED
    due = due_at(filed_at)
    if now >= due:
        return Urgency.BREACHED
    if due <= warned_up_to(now):
        return Urgency.WARNING
    return Urgency.ON_TIME


def may_undo(filed_at: datetime, now: datetime) -> bool:
    """Tell whether the nurse may still take the referral back: ten minutes."""
    return now - filed_at < UNDO_WINDOW
