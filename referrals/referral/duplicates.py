"""Referrals of one person: found by the blind indexes, looked at side by side, merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.referral.tables import DifferentPersonRow, ReferralRow
from referrals.vault.vault import Vault

_SHOWN = 10


@dataclass(frozen=True)
class Parted:
    """The other referral of a pair that is not of one person; who said so, and when."""

    reference: str
    actor: str
    at: datetime


def is_same_person(session: Session, vault: Vault, one: ReferralRow, other: ReferralRow) -> bool:
    """Tell whether two referrals have the phone number or the name in common."""
    return other.phone_index in _phones(session, vault, one) or other.name_index in _names(
        session, vault, one
    )


def of(session: Session, vault: Vault, row: ReferralRow) -> list[ReferralRow]:
    """List the open referrals of perhaps the same person, and what was merged into this one.

    Those that somebody told apart are left out. Each is looked up along an index of its own.
    """
    phones, names = _phones(session, vault, row), _names(session, vault, row)
    found: dict[int, ReferralRow] = {}
    for condition in (
        and_(ReferralRow.phone_index.in_(phones), ReferralRow.open.is_(True)),
        and_(ReferralRow.name_index.in_(names), ReferralRow.open.is_(True)),
        ReferralRow.merged_into_id == row.id,
    ):
        rows = session.scalars(select(ReferralRow).where(condition).limit(_SHOWN))
        found |= {each.id: each for each in rows}
    apart = {row.id, *_told_apart(session, row)}
    return [
        each
        for number, each in sorted(found.items())
        if number not in apart and each.municipality_code == row.municipality_code
    ]


def _phones(session: Session, vault: Vault, row: ReferralRow) -> Sequence[str]:
    token = row.details.get(Step.PHONE)
    return vault.alike(session, row.encounter_id, row.phone_index, token)


def _names(session: Session, vault: Vault, row: ReferralRow) -> Sequence[str]:
    token = row.details.get(Step.NAME)
    return vault.alike(session, row.encounter_id, row.name_index, token)


def parted(session: Session, row: ReferralRow) -> list[Parted]:
    """List the referrals that somebody told apart from this one."""
    told = _told_apart(session, row)
    others = select(ReferralRow.id, ReferralRow.reference).where(ReferralRow.id.in_(told))
    return [
        Parted(reference, told[number].actor, told[number].at)
        for number, reference in session.execute(others.order_by(ReferralRow.id))
    ]


def tell_apart(
    session: Session, row: ReferralRow, other: ReferralRow, by: str, now: datetime
) -> None:
    """Remember that two referrals are not of one person; told before, nothing happens."""
    if other.id == row.id or other.id in _told_apart(session, row):
        return
    one_id, other_id = sorted((row.id, other.id))
    session.add(DifferentPersonRow(one_id=one_id, other_id=other_id, actor=by, at=now))
    chain.append(session, now, by, "tell_apart", f"referral:{row.reference} {other.reference}")


def perhaps_one(
    session: Session, row: ReferralRow, other: ReferralRow, by: str, now: datetime
) -> None:
    """Take that back: they may be of one person after all."""
    told = _told_apart(session, row).get(other.id)
    if told is not None:
        session.delete(told)
        chain.append(session, now, by, "perhaps_one", f"referral:{row.reference} {other.reference}")


def are_apart(session: Session, row: ReferralRow, other: ReferralRow) -> bool:
    """Tell whether somebody told them apart."""
    return other.id in _told_apart(session, row)


def _told_apart(session: Session, row: ReferralRow) -> dict[int, DifferentPersonRow]:
    pair = DifferentPersonRow
    found = session.scalars(select(pair).where(or_(pair.one_id == row.id, pair.other_id == row.id)))
    return {each.other_id if each.one_id == row.id else each.one_id: each for each in found}


def linked(session: Session, row: ReferralRow) -> list[ReferralRow]:
    """Give what was merged into a referral, and what it was merged into: the same person's."""
    rows = list(session.scalars(select(ReferralRow).where(ReferralRow.merged_into_id == row.id)))
    if row.merged_into_id is not None:
        rows.append(session.get_one(ReferralRow, row.merged_into_id))
    return rows
