"""Referrals of one person: found by the blind indexes, looked at side by side, merged."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from referrals.referral.tables import ReferralRow

_SHOWN = 10


def is_same_person(one: ReferralRow, other: ReferralRow) -> bool:
    """Tell whether two referrals have the phone number or the name in common."""
    same = {one.phone_index, one.name_index} & {other.phone_index, other.name_index}
    return bool(same - {None})


def of(session: Session, row: ReferralRow) -> list[ReferralRow]:
    """List the open referrals of the same person, and what was merged into this one.

    Each is looked up along an index of its own.
    """
    found: dict[int, ReferralRow] = {}
    for condition in (
        and_(ReferralRow.phone_index == row.phone_index, ReferralRow.open.is_(True)),
        and_(ReferralRow.name_index == row.name_index, ReferralRow.open.is_(True)),
        ReferralRow.merged_into_id == row.id,
    ):
        rows = session.scalars(select(ReferralRow).where(condition).limit(_SHOWN))
        found |= {each.id: each for each in rows}
    return [
        each
        for number, each in sorted(found.items())
        if number != row.id and each.municipality_code == row.municipality_code
    ]


def linked(session: Session, row: ReferralRow) -> list[ReferralRow]:
    """Give what was merged into a referral, and what it was merged into: the same person's."""
    rows = list(session.scalars(select(ReferralRow).where(ReferralRow.merged_into_id == row.id)))
    if row.merged_into_id is not None:
        rows.append(session.get_one(ReferralRow, row.merged_into_id))
    return rows
