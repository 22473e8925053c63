"""The one-week promise: due, warning and breach. Pure; every time is UTC with an offset.

The promise counts calendar days and ignores holidays.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

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
    return filed_at + PROMISE


def urgency(filed_at: datetime, now: datetime, *, waiting: bool) -> Urgency:
    """Tell how the clock stands at ``now``.

    ``waiting`` is False once the patient was reached or the case ended: the clock has stopped.
    Warning begins with day five, breach when the seven days are over (day eight).
    """
    if not waiting:
        return Urgency.STOPPED
    if now >= due_at(filed_at):
        return Urgency.BREACHED
    if now >= filed_at + WARN_AFTER:
        return Urgency.WARNING
    return Urgency.ON_TIME


def may_undo(filed_at: datetime, now: datetime) -> bool:
    """Tell whether the nurse may still take the referral back: ten minutes."""
    return now - filed_at < UNDO_WINDOW
