"""Holding what a withdrawal or purge changes as a turn does: encounters, the audit log, the rest.

A turn locks its encounter before it knows what it will write into the audit log. Two orders are a
deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.consent.tables import ConsentRow
from referrals.referral.tables import ReferralRow


def hold(session: Session, referrals: Iterable[int]) -> None:
    """Wait until no turn is under way in the encounters behind referrals; lock them, then the log.

    Those of the same person's as well, and all by id, so that two who hold several do not wait for
    each other. Whoever holds the log already may only name what they hold as well. A nurse's turn
    holds its own encounter: should two nurses take back each other's patient in one moment,
    PostgreSQL ends one of the turns, and its message is sent again.
    """
    ids = _of_same_persons(session, set(referrals))
    own = select(ReferralRow.encounter_id).where(ReferralRow.id.in_(ids))
    agreed = select(ConsentRow.encounter_id).join(
        ReferralRow, ReferralRow.consent_id == ConsentRow.id
    )
    behind = own.union(agreed.where(ReferralRow.id.in_(ids)))
    held = select(EncounterRow.id).where(EncounterRow.id.in_(behind))
    session.execute(held.order_by(EncounterRow.id).with_for_update()).all()
    chain.lock(session)


def _of_same_persons(session: Session, referrals: set[int]) -> set[int]:
    """Give the ids of referrals, of those merged into them, and of those they were merged into."""
    known, found = set[int](), referrals
    while found:
        known |= found
        beside = select(ReferralRow.id, ReferralRow.merged_into_id).where(
            or_(ReferralRow.id.in_(found), ReferralRow.merged_into_id.in_(found))
        )
        found = {each for pair in session.execute(beside) for each in pair if each} - known
    return known
