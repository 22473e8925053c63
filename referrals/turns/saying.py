"""What is said next, without wording: a response of ``domain.yml`` by name, with its values.

Marks such as ``[[name:3f9a2c1b7d60]]`` are exchanged for what they stand for when a reply is shown.
A value may hold what somebody once stored, a course's title for one: what looks like a mark there
is put apart as it enters a reply, and stays the text that it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from referrals.advice.script import SEALED
from referrals.vault.vault import TOKEN

PUT_APART = "[\u2060"
"""Stands for the first ``[`` of what looks like a mark and is none; what follows it is unseen."""
_SEALED_VALUES = frozenset(
    {*(step.value for step in SEALED), "number", "noted", "what", "words", "value"}
)
"""Gaps that our own code fills with tokens of the vault."""
_RECEIPT = "receipt"
"""The gap that our own code fills with the mark of a receipt."""
_MARK = re.compile(r"\[(?=\[)")
_MARK_BUT_TOKEN = re.compile(rf"(?!{TOKEN.pattern})\[(?=\[)")


@dataclass(frozen=True)
class Button:
    """A button whose title is a name, not a sentence; sentences stand in ``domain.yml``."""

    title: str
    payload: str

    def __post_init__(self) -> None:
        """Leave no mark in the title but tokens."""
        object.__setattr__(self, "title", _MARK_BUT_TOKEN.sub(PUT_APART, self.title))


@dataclass(frozen=True)
class Say:
    """One response: its name, the values of its gaps, and buttons that only the data knows.

    Marks in values stay plain text, but for tokens and the receipt in the gaps that are for them.
    """

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()

    def __post_init__(self) -> None:
        """Put apart what looks like a mark, whoever wrote it."""
        values = {gap: _plain(gap, value) for gap, value in self.values.items()}
        object.__setattr__(self, "values", values)

    @property
    def asks_consent(self) -> bool:
        """Tell whether it asks for a yes to a text, whose hash it then holds as well."""
        return "text_hash" in self.values

    def to_json(self) -> dict[str, Any]:
        """Give a form that can be stored."""
        buttons = [{"title": b.title, "payload": b.payload} for b in self.buttons]
        return {"response": self.response, "values": dict(self.values), "buttons": buttons}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        buttons = tuple(Button(**button) for button in stored["buttons"])
        return cls(stored["response"], stored["values"], buttons)


def _plain(gap: str, value: str) -> str:
    if gap == _RECEIPT:
        return value
    mark = _MARK_BUT_TOKEN if gap in _SEALED_VALUES else _MARK
    return mark.sub(PUT_APART, value)


def agrees_to(payload: str) -> str:
    """Give the hash of the text that a button says yes to; empty for every other button."""
    _, brace, rest = payload.partition("{")
    entities = json.loads(brace + rest) if "text_hash" in rest else {}
    return str(entities.get("text_hash", "")) if entities.get("value") == "yes" else ""


def answer_payload(step: str, value: str, **more: str) -> str:
    """Write the payload of a button that answers ``step``."""
    return "/answer" + json.dumps({"step": step, "value": value, **more}, separators=(",", ":"))
