"""Identity goes on schedule, and a consent ends after a year."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, text

from referrals.advice.forgetting import forget_identity
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.consent.tables import ConsentRow
from referrals.consent.withdrawal import withdraw
from referrals.referral import history
from referrals.referral.moves import Actor
from referrals.referral.tables import ONLY_TO_CLOSE, ReferralRow
from referrals.storage.batches import BATCH, HOUSEKEEPING
from referrals.storage.database import Database

KEEP_AFTER_CLOSING = timedelta(days=30)
KEEP_AT_MOST = timedelta(days=365)


def purge_referrals(database: Database, now: datetime) -> int:
    """Take identity from what ended 30 days ago or was filed 12 months ago. One batch.

    A referral has ended when its outcome stands, whether or not somebody pressed the last button.
    """
    with database.write() as session:
        rows = session.scalars(
            select(ReferralRow)
            .where(ReferralRow.purged_at.is_(None))
            .where(
                or_(
                    ReferralRow.ended_at <= now - KEEP_AFTER_CLOSING,
                    and_(
                        text(ONLY_TO_CLOSE), ReferralRow.next_action_at <= now - KEEP_AFTER_CLOSING
                    ),
                    ReferralRow.filed_at <= now - KEEP_AT_MOST,
                )
            )
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            forget_identity(session, session.get_one(EncounterRow, row.encounter_id))
            history.strip_identity(row, now)
            chain.append(session, now, HOUSEKEEPING, "purge", f"referral:{row.reference}")
        return len(rows)


def lapse_consents(database: Database, now: datetime) -> int:
    """End what rests on a consent that is a year old. One batch."""
    with database.write() as session:
        rows = session.scalars(
            select(ReferralRow)
            .join(ConsentRow, ConsentRow.id == ReferralRow.consent_id)
            .where(ConsentRow.expires_at <= now, ConsentRow.withdrawn_at.is_(None))
            .limit(BATCH)
            .with_for_update(of=ReferralRow, skip_locked=True)
        ).all()
        for row in rows:
            withdraw(session, row, by=Actor.PATIENT, name=HOUSEKEEPING, how="lapsed", now=now)
        return len(rows)
