"""Who works with Henvis, and what each role may do. Pure. Denied unless named here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The hats. A lead reads aggregates of a ward or hospital, an administrator no identity.

    A service is no person: a municipality's system that works its queue by the API.
    """

    NURSE = "nurse"
    LEAD = "lead"
    ADVISER = "adviser"
    COURSE_MANAGER = "course_manager"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Scope(StrEnum):
    """What a system may do in its municipality."""

    READ = "read"
    WRITE = "write"


class NotSignedIn(Exception):
    """Nobody is signed in where somebody must be."""


class NotFresh(Exception):
    """Who is signed in has to prove again who they are before they change how they do."""


class NotAllowed(Exception):
    """The signed-in person's role may not enter here."""


PEOPLE = tuple(role for role in Role if role is not Role.SERVICE)
SYSTEM = f"{Role.SERVICE.value}:"
"""How the name of a system begins, in the audit log as well; no person's can."""
INVITERS = frozenset({Role.ADMINISTRATOR, Role.LEAD})
MUNICIPAL_ROLES = frozenset({Role.ADVISER, Role.COURSE_MANAGER})
WATCHED = MUNICIPAL_ROLES | {Role.ADMINISTRATOR}
"""Who reads the identity of a municipality, or decides on who does."""


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
    def actor(self) -> str:
        """Give ``role:name``, as histories write it."""
        return f"{self.role.value}:{self.name}"

    @property
    def is_nurse(self) -> bool:
        """Tell whether this person leads encounters on a ward."""
        return self.role is Role.NURSE and self.ward_id is not None

    @property
    def is_municipal(self) -> bool:
        """Tell whether this person works a municipality's queue."""
        return self.role in MUNICIPAL_ROLES and self.municipality_code is not None

    @property
    def is_administrator(self) -> bool:
        """Tell whether this person keeps users, places and rules."""
        return self.role is Role.ADMINISTRATOR

    @property
    def reads(self) -> bool:
        """Tell whether identity of the own municipality is shown to this person."""
        return True

    @property
    def may_invite(self) -> bool:
        """Tell whether this person may invite others to Henvis."""
        return self.role in INVITERS


@dataclass(frozen=True)
class System(Staff):
    """A municipality's system, with what it may do. Its name says that it is one."""

    scopes: frozenset[Scope] = frozenset()

    @property
    def reads(self) -> bool:
        """Tell whether it may read, and not write alone."""
        return Scope.READ in self.scopes

    @property
    def actor(self) -> str:
        """Give ``service:name``, which the name is already."""
        return self.name


def administrators_only(staff: Staff) -> None:
    """Raise NotAllowed for anybody but an administrator."""
    if not staff.is_administrator:
        raise NotAllowed


def municipality_of(staff: Staff) -> str:
    """Give the code of the municipality whose queue somebody works. Raises NotAllowed."""
    works = staff.is_municipal or isinstance(staff, System)
    if not works or staff.municipality_code is None:
        raise NotAllowed
    return staff.municipality_code
