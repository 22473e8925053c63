"""The words for codes, from ``labels.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any

import yaml


class Labels:
    """Looks up the word for a code in a group, in Danish or English."""

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """All groups: group, code, language."""
        text = files("referrals").joinpath("labels.yml").read_text("utf-8")
        loaded: dict[str, Any] = yaml.safe_load(text)
        return loaded

    def word(self, group: str, code: str | None, language: str = "da") -> str:
        """Give the word for ``code``; nothing for None, the code itself if it is unknown."""
        if code is None:
            return ""
        words = self.groups[group].get(code)
        return words.get(language, words["da"]) if words else code
