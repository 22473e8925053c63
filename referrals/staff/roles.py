"""Who works with Henvis, and what each role may do. Pure. Denied unless named here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The hats. A lead reads aggregates of a ward or hospital, an administrator no identity."""

    NURSE = "nurse"
    LEAD = "lead"
    ADVISER = "adviser"
    COURSE_MANAGER = "course_manager"
    ADMINISTRATOR = "administrator"


class NotSignedIn(Exception):
    """Nobody is signed in where somebody must be."""


class NotAllowed(Exception):
    """The signed-in person's role may not enter here."""


MUNICIPAL_ROLES = frozenset({Role.ADVISER, Role.COURSE_MANAGER})


@dataclass(frozen=True)
class Staff:
    """A signed-in member of staff with the scope that the role is bound to."""

    id: int
    name: str
    display_name: str
    role: Role
    language: str = "da"
    ward_id: str | None = None
    hospital_id: str | None = None
    municipality_code: str | None = None

    @property
    def is_nurse(self) -> bool:
        """Tell whether this person leads encounters on a ward."""
        return self.role is Role.NURSE and self.ward_id is not None

    @property
    def is_municipal(self) -> bool:
        """Tell whether this person works a municipality's queue."""
        return self.role in MUNICIPAL_ROLES and self.municipality_code is not None
