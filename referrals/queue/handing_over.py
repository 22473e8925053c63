"""Hands the open work of somebody who leaves to a colleague, or back to everybody.

Every referral gets a row in its history. A call that is booked goes to a colleague who is free at
the same time; where nobody is, the referral keeps the time as its next attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking import calls
from referrals.booking.tables import CallRow
from referrals.referral import history
from referrals.referral.history import referral_of
from referrals.referral.moves import Actor, Move, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Role
from referrals.staff.tables import UserRow


@dataclass(frozen=True)
class HandedOver:
    """How many referrals and calls went to somebody else; ``unmet`` calls found nobody free."""

    referrals: int
    calls: int
    unmet: int


def hand_over(
    session: Session, leaving: UserRow, taker: UserRow | None, now: datetime, by: str
) -> HandedOver:
    """Hand over all open referrals and coming calls, in the caller's transaction.

    The caller checked that ``taker`` is a colleague of the same municipality.
    """
    rows = session.scalars(
        select(ReferralRow)
        .where(ReferralRow.assigned_to == leaving.id, ReferralRow.open.is_(True))
        .order_by(ReferralRow.id)
        .with_for_update()
    ).all()
    actor = f"{Actor.ADMINISTRATOR}:{by}"
    for row in rows:
        entry = history.Entry(actor, now, about=taker.name if taker else None)
        history.append(session, row, Move.HAND_OVER, State(row.state), entry)
        row.assigned_to = taker.id if taker else None
    moved, unmet = _move_calls(session, leaving, taker, now, by)
    return HandedOver(len(rows), moved, unmet)


def _move_calls(
    session: Session, leaving: UserRow, taker: UserRow | None, now: datetime, by: str
) -> tuple[int, int]:
    coming = session.scalars(
        select(CallRow)
        .where(CallRow.user_id == leaving.id, CallRow.starts_at > now, CallRow.ended_at.is_(None))
        .order_by(CallRow.starts_at)
    ).all()
    moved = 0
    for call in coming:
        free = _free_at(session, leaving, taker, call.starts_at)
        if free is not None:
            call.user_id = free
            moved += 1
            session.flush()
            continue
        referral = referral_of(session, call.encounter_id)
        planned = referral.next_attempt_at if referral is not None else None
        if referral is not None and (planned is None or planned > call.starts_at):
            referral.next_attempt_at = call.starts_at  # then the patient waits for it
        calls.cancel(session, call.encounter_id, now, by, "handed_over")
    return moved, len(coming) - moved


def _free_at(session: Session, leaving: UserRow, taker: UserRow | None, at: datetime) -> int | None:
    """Give an adviser of the municipality who has no call then: the taker if possible."""
    busy = select(CallRow.user_id).where(CallRow.starts_at == at, CallRow.ended_at.is_(None))
    free = session.scalars(
        select(UserRow.id)
        .where(
            UserRow.municipality_code == leaving.municipality_code,
            UserRow.role == Role.ADVISER.value,
            UserRow.suspended_at.is_(None),
            UserRow.id != leaving.id,
            UserRow.id.not_in(busy),
        )
        .order_by(UserRow.id)
    ).all()
    if taker is not None and taker.id in free:
        return taker.id
    return free[0] if free else None
