"""Where somebody of the staff belongs, and how that is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from referrals.staff.tables import HospitalRow, MunicipalityRow, WardRow


@dataclass(frozen=True)
class Place:
    """Where somebody belongs: a ward, a hospital or a municipality, or nowhere."""

    ward_id: str | None = None
    hospital_id: str | None = None
    municipality_code: str | None = None


NOWHERE = Place()


class AtAPlace(Protocol):
    """A row that belongs to a place."""

    @property
    def ward_id(self) -> str | None:
        """Its ward."""

    @property
    def hospital_id(self) -> str | None:
        """Its hospital."""

    @property
    def municipality_code(self) -> str | None:
        """Its municipality."""


def place_of(row: AtAPlace) -> Place:
    """Give where somebody or something belongs."""
    return Place(row.ward_id, row.hospital_id, row.municipality_code)


def place_name(session: Session, row: AtAPlace) -> str:
    """Write where somebody belongs; nothing for nowhere."""
    if row.ward_id:
        ward = session.get_one(WardRow, row.ward_id)
        return f"{ward.name}, {session.get_one(HospitalRow, ward.hospital_id).name}"
    if row.hospital_id:
        return session.get_one(HospitalRow, row.hospital_id).name
    if row.municipality_code:
        return session.get_one(MunicipalityRow, row.municipality_code).name
    return ""
