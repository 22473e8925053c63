"""Withdrawing a consent: one step that stops contact, ends the case and purges identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals import audit, history, outbox
from referrals.referral import Actor, Move, State
from referrals.tables import ConsentRow, ReferralRow
from referrals.vault import Vault


def withdraw(
    session: Session,
    vault: Vault,
    referral: ReferralRow,
    *,
    by: Actor,
    name: str,
    how: str,
    now: datetime,
) -> bool:
    """Withdraw the consent behind ``referral``; False if that was done before.

    All referrals of the same consent end, its vault values are deleted, the municipality is told
    through the outbox, and what remains is the state, the history and the counts.
    """
    consent = session.get_one(ConsentRow, referral.consent_id)
    if consent.withdrawn_at is not None:
        return False
    actor = f"{by}:{name}"
    consent.withdrawn_at, consent.withdrawn_by, consent.withdrawn_how = now, actor, how
    standing = session.scalars(select(ReferralRow).where(ReferralRow.consent_id == consent.id))
    for row in standing:
        if row.state != State.WITHDRAWN:
            entry = history.Entry(actor, now, reason="consent_withdrawn")
            history.append(session, row, Move.WITHDRAW, State.WITHDRAWN, entry)
            outbox.add(session, "referral_withdrawn", row, now)
        history.strip_identity(row, now)
    vault.purge(session, consent.encounter_id)
    audit.append(session, now, name, "withdraw_consent", f"referral:{referral.reference}")
    return True
