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

    def to_json(self) -> dict[str, Any]:
        """Give a form that can be stored."""
        return {**asdict(self), "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        buttons = tuple(Button(**button) for button in stored["buttons"])
        return cls(stored["response"], stored["values"], buttons)


def answer_payload(step: str, value: str, **more: str) -> str:
    """Write the payload of a button that answers ``step``."""
    return "/answer" + json.dumps({"step": step, "value": value, **more}, separators=(",", ":"))
