"""What a municipality must do today: the short stacks that the queue opens on.

Every stack is cut off after ten; the queue itself shows the rest. Reads no identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from referrals.call_hours import SLOT
from referrals.clock import Urgency
from referrals.course_tables import CallRow
from referrals.dates import DANISH_TIME, local_day
from referrals.outcome_tables import OutcomeRow
from referrals.queue_filters import NOBODY, Wanted, Whose
from referrals.queue_reading import entries
from referrals.queue_view import QueueEntry
from referrals.referral import State
from referrals.seats import referral_of
from referrals.tables import ReferralRow, UserRow

STACK = 10
MOST_COUNTED = 999
"""Counting stops here, so that a page costs the same in a queue of any length."""


@dataclass(frozen=True)
class Stack:
    """Up to ten lines, and how many there are in all; ``MOST_COUNTED`` + 1 means more."""

    entries: list[QueueEntry]
    count: int


@dataclass(frozen=True)
class CallToday:
    """A call that is booked for today; ``reference`` is None until the referral is filed."""

    starts_at: datetime
    adviser: str
    reference: str | None


@dataclass(frozen=True)
class FollowUp:
    """A follow-up to be called about today: at the end of the course, or six months later."""

    reference: str
    kind: str
    due_on: date


@dataclass(frozen=True)
class Today:
    """The stacks in the order in which they should be worked."""

    breached: Stack
    planned: Stack
    calls: list[CallToday]
    warning: Stack
    unassigned: Stack
    offered: Stack
    follow_ups: list[FollowUp]
    follow_ups_due: int


def today(session: Session, code: str, now: datetime, user_id: int | None = None) -> Today:
    """Give what the municipality ``code``, or one of its advisers, must do today.

    What nobody has taken and what other municipalities offer is everybody's.
    """
    mine = Wanted(assigned_to=user_id)

    def stack(wanted: Wanted) -> Stack:
        found = wanted.query(code, now)
        rows = session.scalars(found.order_by(*wanted.order).limit(STACK)).all()
        return Stack(entries(session, rows, now), count(session, found))

    follow_ups = _follow_ups(code, now, user_id)
    return Today(
        breached=stack(Wanted(urgency=Urgency.BREACHED, assigned_to=user_id)),
        planned=_planned(session, mine.query(code, now), now),
        calls=_calls(session, code, now, user_id),
        warning=stack(Wanted(urgency=Urgency.WARNING, assigned_to=user_id)),
        unassigned=stack(Wanted(state=State.FILED, assigned_to=NOBODY)),
        offered=stack(Wanted(whose=Whose.OFFERED)),
        follow_ups=[
            FollowUp(reference, kind, due_on)
            for reference, kind, due_on in session.execute(follow_ups.limit(STACK))
        ],
        follow_ups_due=count(session, follow_ups),
    )


def count(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    """Count the rows of a query, but no further than it matters."""
    some = query.with_only_columns(ReferralRow.id).order_by(None).limit(MOST_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _planned(session: Session, query: Select[ReferralRow], now: datetime) -> Stack:
    """Give the attempts that are planned for today or were planned for earlier."""
    due = query.where(ReferralRow.next_attempt_at < _tomorrow(now))
    order = (ReferralRow.next_attempt_at, ReferralRow.id)
    rows = session.scalars(due.order_by(*order).limit(STACK)).all()
    return Stack(entries(session, rows, now), count(session, due))


def _follow_ups(code: str, now: datetime, user_id: int | None) -> Select[str, str, date]:
    due = (
        select(ReferralRow.reference, OutcomeRow.kind, OutcomeRow.due_on)
        .join(ReferralRow, ReferralRow.id == OutcomeRow.referral_id)
        .where(OutcomeRow.municipality_code == code, OutcomeRow.state == "due")
        .where(OutcomeRow.call_on <= local_day(now))
        .order_by(OutcomeRow.call_on, OutcomeRow.id)
    )
    return due if user_id is None else due.where(ReferralRow.assigned_to == user_id)


def _calls(session: Session, code: str, now: datetime, user_id: int | None) -> list[CallToday]:
    """Give today's calls that are not over."""
    booked = (
        select(CallRow, UserRow.display_name)
        .join(UserRow, UserRow.id == CallRow.user_id)
        .where(UserRow.municipality_code == code, CallRow.ended_at.is_(None))
        .where(CallRow.starts_at > now - SLOT, CallRow.starts_at < _tomorrow(now))
        .order_by(CallRow.starts_at, CallRow.id)
    )
    if user_id is not None:
        booked = booked.where(CallRow.user_id == user_id)
    return [
        CallToday(call.starts_at, adviser, _reference(session, call.encounter_id))
        for call, adviser in session.execute(booked)
    ]


def _reference(session: Session, encounter_id: str) -> str | None:
    referral = referral_of(session, encounter_id)
    return referral.reference if referral else None


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(local_day(now) + timedelta(days=1), time(), DANISH_TIME)
