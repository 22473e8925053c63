"""Finding a referral: the nurse's own ones, the present one, an open one of the same person."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from referrals.advice.encounter import Step
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralRow
from referrals.turns.turn import Bedside

_CURRENT = select(ReferralRow).where(
    ReferralRow.encounter_id == bindparam("encounter"), ReferralRow.filing == bindparam("filing")
)

_CURRENT_TO_CHANGE = _CURRENT.with_for_update()

_OPEN_OF_PHONE = (
    select(ReferralRow)
    .where(
        ReferralRow.phone_index.in_(bindparam("phones", expanding=True)), ReferralRow.open.is_(True)
    )
    .order_by(ReferralRow.filed_at.desc())
    .limit(1)
)


def current_referral(bedside: Bedside, *, lock: bool = False) -> ReferralRow | None:
    """Give the referral that this encounter filed last, if any; locked for who will change it."""
    query = _CURRENT_TO_CHANGE if lock else _CURRENT
    which = {"encounter": bedside.row.id, "filing": bedside.row.filing}
    return bedside.session.scalars(query, which).one_or_none()


def open_referral_of_same_person(bedside: Bedside) -> ReferralRow | None:
    """Find an open referral with the same phone number by its blind indexes."""
    phone = bedside.unsealed(bedside.encounter.get(Step.PHONE))
    if phone is None:
        return None
    indexes = bedside.around.vault.blind_indexes(bedside.session, "phone", phone)
    return bedside.session.scalars(_OPEN_OF_PHONE, {"phones": indexes}).first()


def of_nurse(bedside: Bedside, typed: str | None, *, ward_too: bool) -> ReferralRow | None:
    """Find a referral by its reference among the nurse's own, or all of the ward's."""
    reference = normal_reference(typed or "")
    if reference is None:
        return None
    query = select(ReferralRow).where(ReferralRow.reference == reference)
    if ward_too:
        query = query.where(ReferralRow.ward_id == bedside.nurse.ward_id)
    else:
        query = query.where(ReferralRow.nurse_id == bedside.nurse.id)
    return bedside.session.scalars(query).one_or_none()
