"""The closed vocabulary: the words that may go to the engine in the clear.

Whatever the engine was trained on it may read; any other word could be a name and is sealed.
An inflection or a compound of known words is let through, and a typo in a lower-case word that
begins as the known one does, unless it is a common name or has a capital in mid-sentence. A short
word is too like too many names for that: where it misspells a common word, that word is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from referrals.yaml_files import read_yaml

_MARKS = "".join(c for c in map(chr, range(0x300, 0x1E000)) if unicodedata.category(c)[0] == "M")
"""Signs that letters of Hindi, Thai or Arabic carry, and which are no letters to ``re``."""
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*"
WORD = re.compile(rf"{_LETTERS}(?:['’-]{_LETTERS})*")
_MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_WITHOUT_DANISH_LETTERS = (
    str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}),
    str.maketrans({"æ": "a", "ø": "o", "å": "a"}),
)
_ENDINGS = ("s", "e", "t", "n", "r", "en", "et", "er", "ne", "ene", "erne", "ens", "ets", "ing")
EVERYDAY = "everyday_words.yml"
_SHORTEST_FUZZY = 5
_LONG_WORD = 9
_LONGEST_WORD = 40
_SHORTEST_PART = 4
_SHORTEST_MISSPELT = 3
_SHORTEST_COMMON = 4
_COMMON_FROM = 15


@dataclass(frozen=True)
class Vocabulary:
    """Known words in lower case, and common names that are never let through by likeness.

    ``common`` are words of many training examples with the number of those; ``everyday`` are those
    of ``words`` that no example holds.
    """

    words: frozenset[str]
    names: frozenset[str]
    common: Mapping[str, int] = field(default_factory=dict)
    everyday: frozenset[str] = frozenset()

    def knows(self, word: str) -> bool:
        """Tell whether exactly this word, whatever its case, was in the training data."""
        return word.casefold() in self.words

    def lets_through(self, word: str, *, first: bool) -> bool:
        """Tell whether the engine may read a word. ``first`` marks the first of a sentence."""
        low = word.casefold()
        like_a_name = word != low and not first and not word.isupper()
        if low in self.words and not (like_a_name and low in self.everyday):
            return low not in self.names or word.islower()
        if low in self.names or len(low) > _LONGEST_WORD or like_a_name:
            return False
        known = self._inflected(low) or self._compound(low)
        return known or (word == low and self._misspelt(low))

    def meant(self, word: str) -> str | None:
        """Return the common word that a short lower-case word misspells, None for any other.

        It begins alike and is one dropped, added, changed or swapped letter away. The word
        itself stays hidden, so that nothing is given away by a name that is like a word.
        """
        if word in self.names or not word.islower():
            return None
        if not _SHORTEST_MISSPELT <= len(word) <= _SHORTEST_FUZZY:
            return None
        alike = [
            known
            for known in self.common
            if known[0] == word[0] and OSA.distance(known, word, score_cutoff=1) <= 1
        ]
        return max(alike, key=lambda known: (self.common[known], known), default=None)

    def _inflected(self, word: str) -> bool:
        return any(
            word.endswith(ending)
            and len(word) - len(ending) >= _SHORTEST_PART
            and word[: -len(ending)] in self.words
            for ending in _ENDINGS
        )

    def _compound(self, word: str) -> bool:
        if "-" in word:
            return all(part in self.words and part not in self.names for part in word.split("-"))
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            left, right = word[:cut], word[cut:]
            linked = left[:-1] if left.endswith(("s", "e")) else left
            if right in self.words and (left in self.words or linked in self.words):
                return True
        return False

    def _misspelt(self, word: str) -> bool:
        if len(word) < _SHORTEST_FUZZY:
            return False
        allowed = 2 if len(word) >= _LONG_WORD else 1
        alike = (known for known in self.words if known[0] == word[0])
        return extractOne(word, alike, scorer=OSA.distance, score_cutoff=allowed) is not None


def load_vocabulary(nlu_folder: Path) -> Vocabulary:
    """Read the words of all training examples and lookups, and the list of common names."""
    counts: Counter[str] = Counter()
    everyday: set[str] = set()
    for path in sorted(nlu_folder.rglob("*.yml")):
        for text in _texts(read_yaml(path)):
            found = [w.casefold() for w in WORD.findall(_MARKED.sub(r"\1", text))]
            if path.name == EVERYDAY:
                everyday.update(found)
            else:
                counts.update(found)
    words = set(counts) | everyday
    text = files("bot").joinpath("common_names.txt").read_text("utf-8")
    listed = {line.strip().casefold() for line in text.splitlines() if not line.startswith("#")}
    names = listed - {""}
    common = {
        word: count
        for word, count in counts.items()
        if count >= _COMMON_FROM and len(word) >= _SHORTEST_COMMON and word not in names
    }
    known = words | (_respelt(words) - names)
    return Vocabulary(frozenset(known), frozenset(names), common, frozenset(everyday - set(counts)))


def _respelt(words: Iterable[str]) -> set[str]:
    """Give the words as typed without Danish letters: ``får`` as ``faar`` and as ``far``."""
    return {word.translate(letters) for word in words for letters in _WITHOUT_DANISH_LETTERS}


def _texts(node: Any) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
