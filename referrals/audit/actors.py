"""Who acts: a person, a municipality's system, the patient, or the machine itself. Pure.

The kind stands in the log in front of the name (``machine:clock``, ``service:fagsystem``); a
person's name stands alone, for no user's has a colon. Rows of before name the machine without it.
"""

from __future__ import annotations

from enum import StrEnum


class Machine(StrEnum):
    """What acts although nobody asked for it, or because somebody at the machine did."""

    CLOCK = "clock"
    COMMAND_LINE = "command-line"
    HOUSEKEEPING = "housekeeping"
    TELEGRAM = "telegram"


class Kind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    SERVICE = "service"
    PATIENT = "patient"
    MACHINE = "machine"


OWN_PAGE = "own_page"
"""The patient, by the page behind the link on the receipt."""
RESERVED = frozenset({*Machine, *Kind, OWN_PAGE, "system", "henvis"})
"""What no user may be called, nor ever could be mistaken for."""


def typed(actor: str) -> str:
    """Give the actor as the log writes it. Raises ValueError for nobody, or for no known kind."""
    kind, colon, name = actor.partition(":")
    if not actor or (colon and (kind not in set(Kind) or not name)):
        raise ValueError("the audit log needs an actor of a known kind")
    if actor in set(Machine):
        return f"{Kind.MACHINE}:{actor}"
    return f"{Kind.PATIENT}:{actor}" if actor == OWN_PAGE else actor


def kind_of(actor: str) -> Kind:
    """Tell of which kind an actor in the log is, in older rows as well."""
    told = typed(actor)
    return Kind(told.partition(":")[0]) if ":" in told else Kind.PERSON
