"""What a reading is made of: facts, and the places that looked like one."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import NamedTuple

PATIENT, RELATIVE, STAFF, UNKNOWN = "patient", "relative", "staff", "unknown"
"""Whose a fact is. Unknown: named in a way that may mean the patient or somebody close."""

STATED, QUESTION, CONDITION, WISH, INSTRUCTION, HEDGE, IRONY, PARTIAL = (
    "stated",
    "question",
    "condition",
    "wish",
    "instruction",
    "hedge",
    "irony",
    "partial",
)
"""How sure a fact is. Partial: words stand beside it that the reading does not know."""


@dataclass(frozen=True)
class Fact:
    """One thing that a sentence asserts. ``start`` and ``end`` count characters of its text.

    ``polarity`` is False for what is denied: "ikke om formiddagen", "ingen tolk".
    """

    kind: str
    value: str
    polarity: bool
    whose: str
    certainty: str
    start: int
    end: int


class Reading(NamedTuple):
    """All facts of a message in text order, and spans that looked like one and are none."""

    facts: tuple[Fact, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()

    def to_json(self) -> dict[str, list[list[object]]]:
        """Give the form that travels with a message."""
        return {
            "facts": [list(astuple(fact)) for fact in self.facts],
            "unread": [list(span) for span in self.unread],
        }
