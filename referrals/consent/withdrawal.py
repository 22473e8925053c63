"""Withdrawing a consent: one step that stops contact, ends the case and purges identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome
from referrals.advice.forgetting import end_unfinished, forget_identity
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.booking import reserved
from referrals.consent.holding import hold
from referrals.consent.tables import ConsentRow
from referrals.outcomes import follow_ups_due
from referrals.referral import duplicates, history
from referrals.referral.announcing import announce
from referrals.referral.moves import Actor, Move, State
from referrals.referral.tables import ReferralRow


def withdraw(
    session: Session,
    referral: ReferralRow,
    *,
    by: Actor,
    name: str,
    how: str,
    now: datetime,
) -> bool:
    """Withdraw the consent behind ``referral``; False if that was done before.

    All referrals of the same consent end, its seat and call are freed, its vault values deleted,
    the municipality told through the outbox. What remains is the state, the history, the counts.
    The same happens to referrals of the same person that were merged with this one.
    """
    hold(session, [referral.id])  # before the referrals, as every move does with the log
    of_consent = select(ReferralRow).where(ReferralRow.consent_id == referral.consent_id)
    standing = session.scalars(  # locked first: a move that is being made is awaited and seen
        of_consent.where(ReferralRow.state != State.WITHDRAWN.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    consent = session.get_one(ConsentRow, referral.consent_id, populate_existing=True)
    if consent.withdrawn_at is not None:
        return False
    actor = f"{by}:{name}"
    consent.withdrawn_at, consent.withdrawn_by, consent.withdrawn_how = now, actor, how
    for row in standing:
        entry = history.Entry(actor, now, reason="consent_withdrawn")
        history.append(session, row, Move.WITHDRAW, State.WITHDRAWN, entry)
        follow_ups_due.end_all(session, row, actor, now)
        announce(session, "referral_withdrawn", row, now)
    for row in session.scalars(of_consent):
        history.strip_identity(row, now)
    reserved.free(session, consent.encounter_id, now, name, "withdrawn")
    encounter = session.get_one(EncounterRow, consent.encounter_id)
    forget_identity(session, encounter)
    encounter.settled = False  # the conversation may be going on: its transcript goes when it ends
    end_unfinished(encounter, Outcome.CANCELLED, now)  # undone before: nobody is left to refer
    chain.append(session, now, name, "withdraw_consent", f"referral:{referral.reference}")
    for other in duplicates.linked(session, referral):
        withdraw(session, other, by=by, name=name, how=how, now=now)
    return True
