"""Words responses as the engine does, from the same ``domain.yml``, while no engine answers.

It knows what our wording uses: variations by slot, gaps, buttons, custom parts. Channel-specific
variations, images and quick replies it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from referrals.words.yaml_files import read_yaml

Part = dict[str, Any]
"""One message of the engine's REST channel: ``text`` with or without ``buttons``, or ``custom``."""


class Wording:
    """The responses of a domain file by name."""

    def __init__(self, responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._responses = responses

    def parts(self, response: str, slots: Mapping[str, str], more: Mapping[str, Any]) -> list[Part]:
        """Give a response as the engine's REST channel would; ``more`` holds gaps and buttons.

        A response without a wording gives nothing, as it does there.
        """
        variation = self._variation(response, slots)
        if variation is None:
            return []
        gaps = {**slots, **more}
        text = _filled(variation["text"], gaps)
        buttons = [
            {key: _filled(value, gaps) for key, value in button.items()}
            for button in variation.get("buttons", ())
        ]
        buttons += more.get("buttons") or []
        # Without buttons, the engine sends each paragraph by itself.
        said: list[Part] = (
            [{"text": text, "buttons": buttons}]
            if buttons
            else [{"text": paragraph} for paragraph in text.strip().split("\n\n")]
        )
        custom = variation.get("custom")
        return [*said, {"custom": dict(custom)}] if custom else said

    def _variation(self, response: str, slots: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Choose the first variation whose conditions hold, else the first without any."""
        variations = self._responses.get(response, ())
        fitting = [each for each in variations if _holds(each.get("condition"), slots)]
        default = [each for each in variations if not each.get("condition")]
        return next(iter(fitting + default), None)


def load_wording(domain: Path) -> Wording:
    """Read the responses of a domain file."""
    return Wording(read_yaml(domain)["responses"])


def _holds(conditions: Sequence[Mapping[str, str]] | None, slots: Mapping[str, str]) -> bool:
    return bool(conditions) and all(
        slots.get(each["name"]) == each["value"] for each in conditions or ()
    )


def _filled(text: str, gaps: Mapping[str, Any]) -> str:
    """Fill gaps written ``{name}``; ``{{`` and ``}}`` are braces. One gap unknown: all stay."""
    try:
        return text.format_map(gaps)
    except KeyError:
        return text
