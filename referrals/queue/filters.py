"""What part of a queue is asked for, in which order, and where a page goes on.

Each choice has an index of its own, so that a page costs the same in a queue of any length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from referrals.referral.clock import Urgency, warned_up_to
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


class BadCursor(ValueError):
    """A cursor that no page gave."""


class Whose(StrEnum):
    """Which referrals of a municipality: the ones it works, or those it lent or was offered."""

    OURS = "ours"
    LENT = "lent"
    OFFERED = "offered"


NOBODY = 0
"""Instead of a user's id: the referrals that nobody has."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``assigned_to`` is a user's id or NOBODY; None and empty take all.

    ``language`` and ``best_time`` are codes, ``interpreter`` is True for those that need one.
    """

    state: State | None = None
    urgency: Urgency | None = None
    everything: bool = False
    assigned_to: int | None = None
    ward_id: str = ""
    whose: Whose = Whose.OURS
    language: str = ""
    interpreter: bool = False
    best_time: str = ""

    def query(self, code: str, now: datetime) -> Select[ReferralRow]:
        """Give the rows of the municipality ``code``, in no order."""
        query = select(ReferralRow).where(_SCOPES[self.whose] == code)
        if self.state is not None:
            query = query.where(ReferralRow.state == self.state.value)
        elif not self.everything:
            query = query.where(ReferralRow.open.is_(True))
        if self.urgency is not None:
            query = query.where(ReferralRow.open.is_(True), *standing_at(self.urgency, now))
        if self.assigned_to is not None:
            holder = ReferralRow.assigned_to
            nobody = self.assigned_to == NOBODY
            query = query.where(holder.is_(None) if nobody else holder == self.assigned_to)
        for column, code_wanted in (
            (ReferralRow.ward_id, self.ward_id),
            (ReferralRow.spoken_language, self.language),
            (ReferralRow.best_time, self.best_time),
        ):
            if code_wanted:
                known = code_wanted if code_wanted.isprintable() else ""
                query = query.where(column == known)
        if self.interpreter:
            query = query.where(ReferralRow.needs_interpreter.is_(True))
        return query

    @property
    def order(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """Who waits for a first talk comes first, then who is due first; else all by due time."""
        if self.state is not None or self.urgency is not None or self.everything:
            return (ReferralRow.due_at, ReferralRow.id)
        return (ReferralRow.clock_stopped, ReferralRow.due_at, ReferralRow.id)

    def cursor(self, row: ReferralRow) -> str:
        """Write down where the page behind ``row`` begins, whatever becomes of the row."""
        due = (row.due_at - _EPOCH) // _MOMENT
        return f"{int(row.clock_stopped)}.{due}.{row.id}"

    def behind(self, cursor: str) -> ColumnElement[bool]:
        """Give the condition for the rows behind a cursor. Raises BadCursor."""
        parts = cursor.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise BadCursor
        try:
            due = _EPOCH + timedelta(microseconds=int(parts[1]))
        except OverflowError:
            raise BadCursor from None
        at = (due, min(int(parts[2]), 2**62))
        place = at if len(self.order) == len(at) else (parts[0] == "1", *at)
        return tuple_(*self.order) > place


_SCOPES: dict[Whose, InstrumentedAttribute[Any]] = {
    Whose.OURS: ReferralRow.municipality_code,
    Whose.LENT: ReferralRow.home_municipality_code,
    Whose.OFFERED: ReferralRow.offered_to,
}


def standing_at(wanted: Urgency, now: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions for a clock that stands at ``wanted``."""
    if wanted is Urgency.STOPPED:
        return [ReferralRow.clock_stopped.is_(True)]
    soon = warned_up_to(now)
    between = {
        Urgency.BREACHED: [ReferralRow.due_at <= now],
        Urgency.WARNING: [ReferralRow.due_at > now, ReferralRow.due_at <= soon],
        Urgency.ON_TIME: [ReferralRow.due_at > soon],
    }
    return [ReferralRow.clock_stopped.is_(False), *between[wanted]]
