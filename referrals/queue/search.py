"""Finds a referral by what the caller on the phone says: reference, phone number or name.

Exact, along the blind indexes: nobody can leaf through names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from referrals.denmark.contact_details import BadValue, normal_name, normal_phone
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralRow
from referrals.vault.vault import Vault

MOST_FOUND = 50


class SearchKind(StrEnum):
    """What was searched for."""

    REFERENCE = "reference"
    PHONE = "phone"
    NAME = "name"


class CannotSearch(ValueError):
    """The words are neither a reference nor a phone number nor a name."""


@dataclass(frozen=True)
class Sought:
    """What to look for, as it is looked up. Shows nothing of it."""

    kind: SearchKind
    value: str

    def __repr__(self) -> str:
        """Show the kind only."""
        return f"Sought({self.kind})"

    def condition(self, vault: Vault) -> ColumnElement[bool]:
        """Give the condition along an index."""
        if self.kind is SearchKind.REFERENCE:
            return ReferralRow.reference == self.value
        index = ReferralRow.phone_index if self.kind is SearchKind.PHONE else ReferralRow.name_index
        return index == vault.blind_index(self.kind, self.value)


def read(words: str) -> Sought:
    """Tell what was typed. Raises CannotSearch."""
    reference = normal_reference(words)
    if reference is not None:
        return Sought(SearchKind.REFERENCE, reference)
    try:
        return Sought(SearchKind.PHONE, normal_phone(words))
    except BadValue:
        pass
    if any(sign.isdigit() for sign in words):
        raise CannotSearch
    try:
        return Sought(SearchKind.NAME, normal_name(words))
    except BadValue:
        raise CannotSearch from None


def find(session: Session, vault: Vault, code: str, sought: Sought) -> list[ReferralRow]:
    """Give up to fifty referrals that a municipality works or owns, the newest first."""
    ours = or_(
        ReferralRow.municipality_code == code,
        ReferralRow.home_municipality_code == code,
    )
    found = select(ReferralRow).where(sought.condition(vault), ours)
    return list(session.scalars(found.order_by(ReferralRow.id.desc()).limit(MOST_FOUND)))
