"""Reads ``nlu/lookups`` and turns its phrases into patterns over folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from nlu.text.normalise import fold

LOOKUPS = Path(__file__).resolve().parent.parent / "lookups"

_ANY_LETTERS = "[a-z]*"
_EDGE_BEFORE = r"(?<![a-z0-9])"
_EDGE_AFTER = r"(?![a-z0-9])"
_REMEMBERED = 4096
_SEPARATORS = re.compile(r"[\s-]+")
_SPELLINGS = {"æ": "(?:ae|a)", "ø": "(?:oe|o)", "å": "(?:aa|a)"}


@cache  # ten components read the same files, which took a third of the engine's start
def read_values(name: str) -> Mapping[str, list[str]]:
    """Return value -> phrases of the lookup file ``name``; raises OSError when it is missing."""
    # Read in C where there is such a loader, by YAML 1.2 still: "on" and "yes" are words.
    loaded = YAML(typ="safe").load((LOOKUPS / f"{name}.yml").read_text("utf-8"))
    return {str(value): [str(phrase) for phrase in phrases] for value, phrases in loaded.items()}


class PhraseMatcher:
    """Finds the phrases of a lookup in folded text (see ``fold``); the longest phrase wins."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        meanings: dict[str, list[str]] = {}
        for value, phrases in values.items():
            for phrase in phrases:
                meanings.setdefault(phrase, []).append(value)
        longest_first = sorted(meanings, key=len, reverse=True)
        self._phrases = [
            (re.compile(phrase_pattern(phrase)), tuple(meanings[phrase]))
            for phrase in longest_first
        ]
        alternatives = "|".join(map(phrase_pattern, longest_first))
        self._pattern = re.compile(f"{_EDGE_BEFORE}(?:{alternatives}){_EDGE_AFTER}")
        self._meaning = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def find(self, folded: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
        """Give each match with its values: several where a phrase stands under several."""
        for match in self._pattern.finditer(folded):
            yield match, self._meaning(match.group())

    def occurs(self, folded: str) -> bool:
        """Tell whether any phrase occurs."""
        return bool(self._pattern.search(folded))

    def _look_up(self, found: str) -> tuple[str, ...]:
        return next(values for pattern, values in self._phrases if pattern.fullmatch(found))


def phrase_pattern(phrase: str) -> str:
    """``*`` is any letters; æøå are ae/oe/aa or a/o/a; space or hyphen are either."""
    parts = map(_word_pattern, _SEPARATORS.split(phrase.strip().lower()))
    return r"[\s-]+".join(parts)


def _word_pattern(word: str) -> str:
    return "".join(
        _ANY_LETTERS if letter == "*" else _SPELLINGS.get(letter) or re.escape(fold(letter))
        for letter in word
    )
