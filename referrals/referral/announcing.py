"""Telling a municipality of a referral: a note that becomes letters later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from referrals.outbox.letters import NOTICES, Outgoing, post
from referrals.referral.tables import ReferralRow


def announce(
    session: Session,
    kind: str,
    referral: ReferralRow,
    now: datetime,
    municipality: str | None = None,
) -> None:
    """Note that the municipality must be told, or another that is named.

    Holds the reference, never identity.
    """
    told = municipality or referral.municipality_code
    payload = {"reference": referral.reference, "municipality": told}
    post(session, Outgoing(NOTICES, kind, "", payload), now)
