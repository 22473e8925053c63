"""Gives words the spelling that the training examples have: typing errors, a/o/a for æøå.

Small closed vocabulary only: the words of the training examples, and everyday words, which are
right as they stand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from nlu.text.lookups import read_values
from nlu.text.noise import is_placeholder
from nlu.text.normalise import WRITTEN_WORD, normalise, with_single_letters

_SHORTEST = 4
_SEEN_OFTEN = 3


class SpellingRepair:
    """Knows words with their counts and finds the likeliest one for a misspelled word.

    Words are normalised ones; ``written`` gives the way to write those that hold æøå.
    """

    def __init__(self, counts: dict[str, int], written: dict[str, str] | None = None) -> None:
        self.counts = counts
        self.written = written or {}
        self._by_bare: dict[str, str] = {}
        self._by_shortened: dict[str, list[str]] = defaultdict(list)
        for word in sorted(counts, key=lambda known: (-counts[known], known)):
            bare = with_single_letters(word)
            likeliest = self._by_bare.setdefault(bare, word)
            if likeliest == word and len(word) >= _SHORTEST:
                for shortened in _shortened(bare):
                    self._by_shortened[shortened].append(word)

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> SpellingRepair:
        """Learn the words of messages as they were written, everyday words besides."""
        counts: Counter[str] = Counter()
        as_typed: Counter[str] = Counter()
        for text in (*texts, *_everyday_words()):
            counts.update(normalise(text).split())
            as_typed.update(WRITTEN_WORD.findall(text.lower()))
        likeliest: dict[str, str] = {}
        for way, _ in as_typed.most_common():
            likeliest.setdefault(normalise(way), way)
        return cls(dict(counts), {word: way for word, way in likeliest.items() if way != word})

    def repair(self, text: str) -> str:
        """Return a normalised text with every misspelled word replaced by a known one.

        Known words and placeholders stay; so does a word that is written like no known one
        without æøå and, from four letters on, more than one dropped, added, changed or swapped
        letter away from every known word.
        """
        return " ".join(map(self._repaired, text.split()))

    def rewrite(self, text: str) -> str:
        """Return a message with its words written with æøå and what was surely mistyped repaired.

        A word is taken for a misspelt one of a word seen three times or more, not of a rarer
        one: who reads this knows more words than these, and "rask" is no "risk".
        """
        return WRITTEN_WORD.sub(self._rewritten, text)

    def _rewritten(self, match: re.Match[str]) -> str:
        word = normalise(match[0])
        repaired = self._repaired(word, _SEEN_OFTEN)
        if repaired == word and word not in self.written:
            return match[0]
        return self.written.get(repaired, repaired)

    def _repaired(self, word: str, seen: int = 1) -> str:
        if word in self.counts or is_placeholder(word):
            return word
        bare = with_single_letters(word)
        if bare in self._by_bare:
            return self._by_bare[bare]
        if len(word) < _SHORTEST:
            return word
        candidates = {
            known
            for shortened in _shortened(bare)
            for known in self._by_shortened.get(shortened, ())
            if self.counts[known] >= seen and _is_one_error_away(bare, with_single_letters(known))
        }
        if not candidates:
            return word
        return max(candidates, key=lambda known: (known[0] == word[0], self.counts[known], known))


def _everyday_words() -> Iterator[str]:
    for words in read_values("everyday_words").values():
        yield from words


def _shortened(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _is_one_error_away(word: str, known: str) -> bool:
    if abs(len(word) - len(known)) > 1:
        return False
    if len(word) != len(known):
        shorter, longer = sorted((word, known), key=len)
        return any(shorter == longer[:at] + longer[at + 1 :] for at in range(len(longer)))
    differing = [at for at, pair in enumerate(zip(word, known, strict=True)) if pair[0] != pair[1]]
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and word[differing[0]] == known[differing[1]]
        and word[differing[1]] == known[differing[0]]
    )
