"""The other municipalities that share referrals: who they are, and which have room for a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking import calls
from referrals.consent.tables import ConsentRow
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import MunicipalityRow

_COUNTED = 40
"""Free slots are counted up to here: more room than that makes no difference."""


@dataclass(frozen=True)
class Partner:
    """Another municipality, and how many calls its advisers can take within a week.

    ``agreed`` tells that the patient's consent names it, or all of the others.
    """

    code: str
    name: str
    free_calls: int
    agreed: bool


def partners_of(session: Session, row: ReferralRow, now: datetime) -> list[Partner]:
    """List the others, whoever the consent names first, then whoever has most room."""
    found = [
        Partner(code, name, room_of(session, code, now), agreed_to(session, row, code))
        for code, name in session.execute(
            select(MunicipalityRow.code, MunicipalityRow.name).where(
                MunicipalityRow.code != row.municipality_code
            )
        )
    ]
    return sorted(found, key=lambda each: (not each.agreed, -each.free_calls, each.name))


def room_of(session: Session, code: str, now: datetime) -> int:
    """Count the calls that a municipality's advisers can take within a week, up to forty."""
    return calls.count_free(session, code, now, _COUNTED)


def agreed_to(session: Session, row: ReferralRow, code: str) -> bool:
    """Tell whether the patient agreed that ``code`` gets the contact details."""
    consent = session.get_one(ConsentRow, row.consent_id)
    named = (consent.home_municipality_code, consent.partner_municipality_code)
    return consent.sharing is True or code in named
