"""The closed vocabulary: the only words that go to the engine in the clear.

Whatever the engine was trained on it may read; any other word could be a name. An inflection, a
compound or a typo of known words goes on as those words, never as it was typed: a name that is
like a word gives nothing away. Listed names are never taken for a slip.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from referrals.denmark.second_contact import contact_words
from referrals.words.yaml_files import read_yaml

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
_LANGUAGES = (
    "da", "no", "sv", "is", "fi", "de", "nl", "pl", "cs", "hr", "hu", "et", "tr", "ar-dz", "fr",
    "es", "it", "pt", "en",
)  # fmt: skip
"""Where the families of Danes and of people in Denmark come from, in Latin letters."""
EVERYDAY = "everyday_words.yml"
_OF_NUMBERS = ("relations", "denying", "wrong_number", "former")
_SHORTEST_FUZZY = 5
_LONG_WORD = 9
_LONGEST_WORD = 40
_HELD = re.compile(r"(.)\1{2,}")
_SHORTEST_PART = 4
_SHORTEST_MISSPELT = 3
_SHORTEST_COMMON = 4
_COMMON_FROM = 15


@dataclass(frozen=True)
class Vocabulary:
    """Known words in lower case, and names that are never taken for a form of such a word.

    ``common`` are words of many training examples with the number of those; ``everyday`` are those
    of ``words`` that no example holds. ``rarely_names`` are words that are names only where nothing
    else is said.
    """

    words: frozenset[str]
    names: frozenset[str]
    common: Mapping[str, int] = field(default_factory=dict)
    everyday: frozenset[str] = frozenset()
    rarely_names: frozenset[str] = frozenset()

    def knows(self, word: str) -> bool:
        """Tell whether exactly this word, whatever its case, was in the training data."""
        return word.casefold() in self.words

    def is_name(self, word: str) -> bool:
        """Tell whether a word, or each part of it between hyphens, is listed as a name."""
        return all(part in self.names for part in word.casefold().split("-"))

    def may_be_name(self, word: str) -> bool:
        """Tell a listed name from a word that is never one, where it stands like a name."""
        return self.is_name(word) or word.casefold() in self.rarely_names

    def lets_through(self, word: str, *, first: bool) -> bool:
        """Tell whether the engine may read what a word says."""
        return self.known_form(word, first=first) is not None

    def known_form(self, word: str, *, first: bool) -> str | None:
        """Give what the engine may read for a word; None for what may be a name.

        That is the word itself where it is known, else the known words that it is made of or
        misspells. ``first`` marks the first of a sentence.
        """
        low = word.casefold()
        like_a_name = word != low and not first and not word.isupper()
        if low in self.words and not (like_a_name and low in self.everyday):
            return None if self.is_name(low) and not word.islower() else word
        if self.is_name(low) or len(low) > _LONGEST_WORD or like_a_name:
            return None
        found = self._inflected(low) or self._compound(low) or self._drawn_out(low)
        return found or self._misspelt(word)

    @cached_property
    def _by_first_letter(self) -> dict[str, list[str]]:
        """Give the words by how they begin: a slip is looked for among a few hundred, not all."""
        found: dict[str, list[str]] = {}
        for word in self.words:
            found.setdefault(word[0], []).append(word)
        return found

    def _drawn_out(self, low: str) -> str | None:
        """Give the known word in "joooo": a letter that is held stands for one, or for two."""
        shorter = (_HELD.sub(letters, low) for letters in (r"\1", r"\1\1"))
        return next(
            (s for s in shorter if s != low and s in self.words and s not in self.names), None
        )

    def meant(self, word: str) -> str | None:
        """Return the common word that a short lower-case word misspells, None for any other.

        It begins alike and is one dropped, added, changed or swapped letter away.
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

    def _inflected(self, word: str) -> str | None:
        bases = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return next((b for b in bases if len(b) >= _SHORTEST_PART and b in self.words), None)

    def _compound(self, word: str) -> str | None:
        if "-" in word:
            parts = word.split("-")
            if self.is_name("".join(parts)):
                return None
            fit = all(part in self.words and part not in self.names for part in parts)
            return word if fit else None
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            left, right = word[:cut], word[cut:]
            end = right if right in self.words else self._inflected(right)
            for begin in (left, left[:-1] if left.endswith(("s", "e")) else left):
                if end and begin in self.words:
                    return f"{begin} {end}"
        return None

    def _misspelt(self, word: str) -> str | None:
        if not word.islower() or len(word) < _SHORTEST_FUZZY:
            return None
        allowed = 2 if len(word) >= _LONG_WORD else 1
        alike = (
            (-distance, self.common.get(known, 0), known)
            for known in self._by_first_letter.get(word[0], ())
            if abs(len(known) - len(word)) <= allowed
            if (distance := OSA.distance(known, word, score_cutoff=allowed)) <= allowed
        )
        return max(alike, default=(0, 0, None))[2]


@cache
def load_vocabulary(nlu_folder: Path) -> Vocabulary:
    """Read the words of all training examples and lookups, and the list of common names.

    Words that tell whose a number is, or that it is none of use, are known too: hidden, the number
    would be the patient's.
    """
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
    names = load_names(words)
    common = {
        word: count
        for word, count in counts.items()
        if count >= _COMMON_FROM and len(word) >= _SHORTEST_COMMON and word not in names
    }
    never = {line[:-1] for line in _own_names() if line.endswith("!")}
    of_numbers = {word for group in _OF_NUMBERS for word in contact_words()[group]}
    known = (words | of_numbers | (_respelt(words) - names)) - never
    rarely = frozenset(line[:-1] for line in _own_names() if line.endswith("?"))
    only_everyday = frozenset(everyday - set(counts))
    return Vocabulary(frozenset(known), frozenset(names), common, only_everyday, rarely)


def load_names(words: Collection[str] = frozenset()) -> frozenset[str]:
    """Read the names of the mimesis package and our own, in lower case.

    A name of the package that is one of ``words`` as well counts as a word; ours that are words
    are names too: they stand in the list for that.
    """
    listed: set[str] = set()
    for language in _LANGUAGES:
        path = files("mimesis").joinpath(f"datasets/{language}/person.json")
        person = json.loads(path.read_text("utf-8"))
        listed.update(_strings(person["names"]), _strings(person["surnames"]))
    own = {line.rstrip("!") for line in _own_names() if not line.endswith("?")}
    folded = {part for name in listed for part in re.split(r"[\s-]", name.casefold())}
    listed = own | {name for name in folded if len(name) > 1} - set(words)
    return frozenset(listed - contact_words()["relations"])


def _own_names() -> list[str]:
    lines = files("bot.sealing").joinpath("own_names.txt").read_text("utf-8").splitlines()
    return [line.casefold() for line in lines if line and not line.startswith("#")]


def _strings(node: Any) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    else:
        for value in node.values() if isinstance(node, dict) else node:
            yield from _strings(value)


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
