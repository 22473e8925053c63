"""Noisy copies of training sentences: typing errors, other spellings of æøå, sealed words.

Works on normalised text (see ``normalise``). Every function takes its random generator, so
that the same seed gives the same copies.
"""

from __future__ import annotations

import random
from collections.abc import Collection

from nlu.text.normalise import SEALED_KINDS

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_PLACEHOLDERS = frozenset(f"x{kind}" for kind in (*SEALED_KINDS, "reference", "postcode", "number"))
_SHORTEST_TYPO_WORD = 4


def with_typos(text: str, rng: random.Random, rate: float = 0.25) -> str:
    """Return the text with one typing error in about ``rate`` of its longer words.

    At least one longer word is changed; a text without any is returned unchanged.
    """
    words = text.split()
    long_words = [
        index
        for index, word in enumerate(words)
        if len(word) >= _SHORTEST_TYPO_WORD and not is_placeholder(word)
    ]
    if not long_words:
        return text
    chosen = [index for index in long_words if rng.random() < rate] or [rng.choice(long_words)]
    for index in chosen:
        words[index] = misspell(words[index], rng)
    return " ".join(words)


def misspell(word: str, rng: random.Random) -> str:
    """Return the word with one letter dropped, doubled, swapped or hit next to its key."""
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice(_NEIGHBOURS.get(word[at], word[at])) + word[at + 1 :]


def with_sealed_words(
    text: str, rare: Collection[str], rng: random.Random, share: float = 0.5
) -> str | None:
    """Return the text with some of its rare words replaced by the sealed-word placeholder.

    ``share`` is the chance for each rare word; at least one is replaced. None when the text
    holds no rare word.
    """
    words = text.split()
    candidates = [index for index, word in enumerate(words) if word in rare]
    if not candidates:
        return None
    chosen = [index for index in candidates if rng.random() < share] or [rng.choice(candidates)]
    for index in chosen:
        words[index] = "xword"
    return " ".join(words)


def is_placeholder(word: str) -> bool:
    """Tell whether a normalised word stands for a sealed value or a number."""
    return word in _PLACEHOLDERS
