"""TF-IDF of words and letters with logistic regression, kept as plain arrays.

Knows nothing of Rasa. Stored without pickle: an ``.npz`` of arrays and a JSON vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

FloatArray = NDArray[np.float32]

_ARRAYS = "classifier.npz"
_VOCABULARY = "vocabulary.json"


def _word_vectorizer(**settings: object) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="word",
        ngram_range=(1, 2),
        token_pattern=r"\S+",
        lowercase=False,
        sublinear_tf=True,
        dtype=np.float32,
        **settings,
    )


def _letter_vectorizer(**settings: object) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        lowercase=False,
        sublinear_tf=True,
        dtype=np.float32,
        **settings,
    )


class TfidfClassifier:
    """Gives each label a probability for a normalised text."""

    def __init__(
        self,
        labels: Sequence[str],
        words: TfidfVectorizer,
        letters: TfidfVectorizer,
        weights: FloatArray,
        bias: FloatArray,
    ) -> None:
        self.labels = list(labels)
        self._words = words
        self._letters = letters
        self._weights = weights
        self._bias = bias

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], inverse_regularisation: float, seed: int
    ) -> TfidfClassifier:
        """Fit on normalised texts; the same texts and seed give the same classifier.

        Raises ValueError (from scikit-learn) when fewer than two labels occur.
        """
        words = _word_vectorizer(min_df=2)
        letters = _letter_vectorizer(min_df=3)
        features = hstack([words.fit_transform(texts), letters.fit_transform(texts)], "csr")
        regression = LogisticRegression(
            C=inverse_regularisation, max_iter=200, tol=1e-3, random_state=seed
        )
        regression.fit(features, labels)
        return cls(
            list(regression.classes_),
            words,
            letters,
            np.ascontiguousarray(regression.coef_.T, dtype=np.float32),
            regression.intercept_.astype(np.float32),
        )

    def probabilities(self, text: str) -> FloatArray:
        """Return one probability a label, in the order of ``labels``, summing to 1."""
        features: csr_matrix = hstack(
            [self._words.transform([text]), self._letters.transform([text])], "csr"
        )
        scores = features.data @ self._weights[features.indices] + self._bias
        exponentials = np.exp(scores - scores.max())
        result: FloatArray = exponentials / exponentials.sum()
        return result

    def save(self, directory: Path) -> None:
        """Write the classifier into an existing directory."""
        np.savez(
            directory / _ARRAYS,
            weights=self._weights,
            bias=self._bias,
            word_idf=self._words.idf_,
            letter_idf=self._letters.idf_,
        )
        vocabulary = {
            "labels": self.labels,
            "words": {term: int(at) for term, at in self._words.vocabulary_.items()},
            "letters": {term: int(at) for term, at in self._letters.vocabulary_.items()},
        }
        (directory / _VOCABULARY).write_text(
            json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, directory: Path) -> TfidfClassifier:
        """Read what ``save`` wrote; raises OSError when a file is missing."""
        vocabulary = json.loads((directory / _VOCABULARY).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            words = _word_vectorizer(vocabulary=vocabulary["words"])
            words.idf_ = arrays["word_idf"]
            letters = _letter_vectorizer(vocabulary=vocabulary["letters"])
            letters.idf_ = arrays["letter_idf"]
            return cls(vocabulary["labels"], words, letters, arrays["weights"], arrays["bias"])
