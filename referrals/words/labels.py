"""The words for codes, from ``labels.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from referrals.yaml_files import read_yaml


@cache
def _groups() -> Mapping[str, Any]:
    loaded: dict[str, Any] = read_yaml(files("referrals").joinpath("labels.yml"))
    return loaded


class Labels:
    """Looks up the word for a code in a group, in Danish or English."""

    @property
    def groups(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """All groups: group, code, language."""
        return _groups()

    def word(self, group: str, code: str | None, language: str = "da") -> str:
        """Give the word for ``code``; nothing for None, the code itself if it is unknown."""
        if code is None:
            return ""
        words = self.groups[group].get(code)
        return words.get(language, words["da"]) if words else code
