"""Repairs slips of the keyboard in a message before names and days are looked up in it.

Knows the words of the training examples and the lookups, nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nlu.text.lookups import LOOKUPS, read_values
from nlu.text.normalise import fold
from nlu.text.spelling import SpellingRepair

_INTENTS = LOOKUPS.parent / "intents"
_WORD = re.compile(r"[a-z]+")
_BEGINNING = re.compile(r"(?:.*[ -])?([a-z]{5,})\*")
_NAMES = ("municipalities", "towns", "weekdays", "periods", "course_formats", "audiences")
_OFTEN = 1_000
"""A name is likelier than any other word that a slip could stand for."""


class SlipRepair:
    """Repairs words one typing error away from a known word. Reads its words when it is made."""

    def __init__(self, intents: Path = _INTENTS) -> None:
        counts: Counter[str] = Counter()
        for path in sorted(intents.glob("*.yml")):
            counts.update(_WORD.findall(fold(path.read_text("utf-8"))))
        beginnings = set()
        for path in sorted(LOOKUPS.glob("*.yml")):
            weight = _OFTEN if path.stem in _NAMES else 1
            for phrases in read_values(path.stem).values():
                for phrase in map(fold, phrases):
                    counts.update(dict.fromkeys(_WORD.findall(phrase), weight))
                    if begins := _BEGINNING.fullmatch(phrase):
                        beginnings.add(begins[1])
        self._spelling = SpellingRepair(dict(counts))
        self._beginnings = tuple(sorted(beginnings))

    def repairs(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Give start, end and right spelling of each word of folded text that is misspelt."""
        for match in _WORD.finditer(folded):
            if match.group().startswith(self._beginnings):
                continue
            right = self._spelling.repair(match.group())
            if right != match.group():
                yield match.start(), match.end(), right
