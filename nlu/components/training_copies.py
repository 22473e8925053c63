"""Multiplies the training examples: as written, mistyped, without æøå, with sealed words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from nlu.text.noise import is_placeholder, with_sealed_words, with_typos
from nlu.text.normalise import normalise, with_single_letters

_RARE_AT_MOST = 3
_OUT_OF_SCOPE = "out_of_scope"
_SEALED_SHARES = {_OUT_OF_SCOPE: (0.4, 0.8, 1.0)}
_SEALED_SHARES_IN_SCOPE = (0.5,)
_TYPO_COPIES = 1


def training_copies(examples: Sequence[tuple[str, str]], seed: int) -> tuple[list[str], list[str]]:
    """Return normalised texts and their intents: every example (text, intent) and its copies.

    Two equal calls return equal lists. A copy that equals its example is left out.
    """
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    normalised = [(normalise(text), intent) for text, intent in examples]
    rare = _rare_words(text for text, _ in normalised)
    texts: list[str] = []
    labels: list[str] = []
    for text, intent in normalised:
        variants = dict.fromkeys([text, *_copies(text, intent, rare, rng)])
        texts.extend(variants)
        labels.extend([intent] * len(variants))
    return texts, labels


def _copies(text: str, intent: str, rare: frozenset[str], rng: random.Random) -> Iterable[str]:
    for _ in range(_TYPO_COPIES):
        yield with_typos(text, rng)
    yield with_single_letters(text)
    for share in _SEALED_SHARES.get(intent, _SEALED_SHARES_IN_SCOPE):
        sealed = with_sealed_words(text, rare, rng, share)
        if sealed:
            yield sealed


def _rare_words(texts: Iterable[str]) -> frozenset[str]:
    counts = Counter(word for text in texts for word in set(text.split()))
    return frozenset(
        word
        for word, count in counts.items()
        if count <= _RARE_AT_MOST and not is_placeholder(word) and word != "?"
    )
