"""Encounters that nobody goes on with end, and what was typed in them goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome
from referrals.advice.forgetting import end_unfinished, forget_identity, forget_transcript
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.booking import reserved
from referrals.deferred.following import bed_of, put_back
from referrals.referral.tables import ReferralRow
from referrals.storage.batches import each_row
from referrals.storage.database import Database


def expire_encounters(database: Database, now: datetime) -> int:
    """Purge encounters that nobody goes on with, and free what they hold. One batch.

    Those that filed hand their values on to a referral that stands, and go with it; those on the
    ward's list keep the bed; practice is deleted whole.
    """
    over = (
        select(EncounterRow)
        .where(EncounterRow.expires_at <= now, EncounterRow.settled.is_(False))
        .order_by(EncounterRow.expires_at)
    )

    def expire(session: Session, row: EncounterRow) -> None:
        row.settled = True
        if row.ended == Outcome.REFERRED and _stands(session, row):
            return
        reserved.free(session, row.id, now, Machine.HOUSEKEEPING, "encounter_expired")
        forget_identity(session, row, but=bed_of(session, row))
        forget_transcript(session, row.id)
        if row.practice:
            session.delete(row)
        elif end_unfinished(row, Outcome.EXPIRED, now):
            put_back(session, row, Outcome.EXPIRED, now)
            chain.append(session, now, Machine.HOUSEKEEPING, "expire", f"encounter:{row.id}")

    return each_row(database, "expired", over, EncounterRow.id, expire, now)


def _stands(session: Session, row: EncounterRow) -> bool:
    """Tell whether a referral of the encounter still says whose it is."""
    standing = (ReferralRow.encounter_id == row.id, ReferralRow.purged_at.is_(None))
    return session.scalar(select(ReferralRow.id).where(*standing).limit(1)) is not None
