"""Things that must leave, written in the transaction that caused them. Sends nothing itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from referrals.tables import OutboxRow, ReferralRow


def add(session: Session, kind: str, referral: ReferralRow, now: datetime) -> None:
    """Note that the municipality must be told. Holds the reference, never identity."""
    session.add(
        OutboxRow(
            kind=kind,
            payload={
                "reference": referral.reference,
                "municipality": referral.municipality_code,
            },
            created_at=now,
            due_at=now,
            attempts=0,
        )
    )
