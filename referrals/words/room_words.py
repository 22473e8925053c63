"""The words of one room, from the YAML file beside its code: code, language, text.

Codes may stand in groups. Gaps are written ``{name}`` and filled by whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any

from referrals.words.yaml_files import read_yaml


class RoomWords:
    """Looks up the words of a room; Danish stands in for a language that is not known.

    Reads the file when a word is first asked for.
    """

    def __init__(self, room: str, file: str = "words.yml") -> None:
        self._room = room
        self._file = file

    @cached_property
    def all(self) -> Mapping[str, Any]:
        """The whole file: groups where it has them, code, language."""
        loaded: dict[str, Any] = read_yaml(files(self._room).joinpath(self._file))
        return loaded

    def word(self, code: str, language: str) -> str:
        """Give the text for a code that stands in no group. Raises KeyError."""
        return in_language(self.all[code], language)

    def spoken(self, language: str, group: str | None = None) -> dict[str, str]:
        """Give all texts of a group, or of a file without groups, by code. Raises KeyError."""
        texts = self.all if group is None else self.all[group]
        return {code: in_language(text, language) for code, text in texts.items()}


def in_language(text: Mapping[str, str], language: str) -> str:
    """Choose the text of a language; Danish for one that is not there."""
    return text.get(language, text["da"])
