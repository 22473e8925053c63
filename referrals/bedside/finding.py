"""Finding a referral: the nurse's own ones, the present one, an open one of the same person.

That somebody has a referral is told within the ward that made it, and nowhere else. Elsewhere the
nurse sends, and the municipality sees that two may be of one person.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralRow
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

LOOK_UPS = "look_ups"
"""What a session carries how many look-ups a nurse has in an hour as; else it is ``MOST``."""
MOST, WITHIN = 20, timedelta(hours=1)
LOOK_UP = "look_up_phone"
"""As a look-up stands in the audit log: with the encounter and the token, never the number."""

_CURRENT = select(ReferralRow).where(
    ReferralRow.encounter_id == bindparam("encounter"), ReferralRow.filing == bindparam("filing")
)

_CURRENT_TO_CHANGE = _CURRENT.with_for_update()

_OPEN_OF_PHONE = (
    select(ReferralRow)
    .where(
        ReferralRow.phone_index.in_(bindparam("phones", expanding=True)),
        ReferralRow.open.is_(True),
        ReferralRow.ward_id == bindparam("ward"),
    )
    .order_by(ReferralRow.filed_at.desc())
    .limit(1)
)
_LOOKED_UP = select(AuditRow.number).where(
    AuditRow.record == bindparam("record"), AuditRow.action == LOOK_UP
)
_NTH_LAST_LOOK_UP = (
    select(AuditRow.at)
    .where(AuditRow.actor == bindparam("actor"), AuditRow.action == LOOK_UP)
    .order_by(AuditRow.number.desc())
    .offset(bindparam("later"))
    .limit(1)
)


def current_referral(bedside: Bedside, *, lock: bool = False) -> ReferralRow | None:
    """Give the referral that this encounter filed last, if any; locked for who will change it."""
    query = _CURRENT_TO_CHANGE if lock else _CURRENT
    if lock:
        chain.lock(bedside.session)
    which = {"encounter": bedside.row.id, "filing": bedside.row.filing}
    return bedside.session.scalars(query, which).one_or_none()


def open_referral_of_same_person(bedside: Bedside) -> ReferralRow | None:
    """Find an open referral of the nurse's ward with the same phone number.

    Each number is one entry of the audit log. Beyond so many an hour nothing is looked up, and so
    nothing found: the nurse can still send.
    """
    token = bedside.encounter.get(Step.PHONE)
    phone = bedside.unsealed(token)
    if phone is None or not _may_look_up(bedside, token or ""):
        return None
    indexes = bedside.around.vault.blind_indexes(bedside.session, "phone", phone)
    which = {"phones": indexes, "ward": bedside.nurse.ward_id}
    return bedside.session.scalars(_OPEN_OF_PHONE, which).first()


def _may_look_up(bedside: Bedside, token: str) -> bool:
    """Count a look-up and write it down, unless this number was looked up here before."""
    session, name, match = bedside.session, bedside.nurse.name, TOKEN.fullmatch(token)
    record = f"encounter:{bedside.row.id} {match[2] if match else ''}"
    if session.scalars(_LOOKED_UP, {"record": record}).first() is not None:
        return True
    most = session.info.get(LOOK_UPS, MOST)
    nth_last = session.scalars(_NTH_LAST_LOOK_UP, {"actor": name, "later": most - 1}).first()
    if nth_last is not None and nth_last > bedside.now - WITHIN:
        tell(Event.LIMIT_REACHED, LOOK_UP, about=bedside.nurse.id)
        return False
    chain.append(session, bedside.now, name, LOOK_UP, record)
    return True


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
