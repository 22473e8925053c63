"""Repairs words that are one typing error away from a known word.

Small closed vocabulary only: the words of the training examples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from nlu.components.noise import is_placeholder

_SHORTEST = 4


class SpellingRepair:
    """Knows words with their counts and finds the likeliest one for a misspelled word."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self._by_shortened: dict[str, list[str]] = defaultdict(list)
        for word in counts:
            if len(word) >= _SHORTEST:
                for shortened in _shortened(word):
                    self._by_shortened[shortened].append(word)

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> SpellingRepair:
        """Learn the words of normalised texts."""
        return cls(dict(Counter(word for text in texts for word in text.split())))

    def repair(self, text: str) -> str:
        """Return a normalised text with every misspelled word replaced by a known one.

        Words under four letters, known words and placeholders stay; so does a word that is
        more than one dropped, added, changed or swapped letter away from every known word.
        """
        return " ".join(map(self._repaired, text.split()))

    def _repaired(self, word: str) -> str:
        if len(word) < _SHORTEST or word in self.counts or is_placeholder(word):
            return word
        candidates = {
            known
            for shortened in _shortened(word)
            for known in self._by_shortened.get(shortened, ())
            if _is_one_error_away(word, known)
        }
        if not candidates:
            return word
        return max(candidates, key=lambda known: (known[0] == word[0], self.counts[known], known))


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
