"""What is said next, without wording: a response of ``domain.yml`` by name, with its values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Button:
    """A button whose title is a name, not a sentence; sentences stand in ``domain.yml``."""

    title: str
    payload: str


@dataclass(frozen=True)
class Say:
    """One response: its name, the values of its gaps, and buttons that only the data knows."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()

    @property
    def asks_consent(self) -> bool:
        """Tell whether it asks for a yes to a text, whose hash it then holds as well."""
        return "text_hash" in self.values

    def to_json(self) -> dict[str, Any]:
        """Give a form that can be stored."""
        return {**asdict(self), "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        buttons = tuple(Button(**button) for button in stored["buttons"])
        return cls(stored["response"], stored["values"], buttons)


def agrees_to(payload: str) -> str:
    """Give the hash of the text that a button says yes to; empty for every other button."""
    _, brace, rest = payload.partition("{")
    entities = json.loads(brace + rest) if brace else {}
    return str(entities.get("text_hash", "")) if entities.get("value") == "yes" else ""


def answer_payload(step: str, value: str, **more: str) -> str:
    """Write the payload of a button that answers ``step``."""
    return "/answer" + json.dumps({"step": step, "value": value, **more}, separators=(",", ":"))
