"""TF-IDF of words, letters and concepts with logistic regression, kept as plain arrays.

Knows nothing of Rasa. Stored without pickle: an ``.npz`` of arrays and a JSON vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlu.components.concepts import ConceptReader
from nlu.components.spelling import SpellingRepair

FloatArray = NDArray[np.float32]

_ARRAYS = "classifier.npz"
_VOCABULARY = "vocabulary.json"
_PERSONS = frozenset(
    "hun han pt pat patient patienten damen manden fruen herren hende ham fru borgeren she he "
    "her him lady".split()
)


class _View:
    """One way of looking at a text: which terms it holds and how much they weigh."""

    def __init__(
        self,
        name: str,
        prepare: Callable[[str], str],
        weight: float,
        **settings: object,
    ) -> None:
        self.name = name
        self._prepare = prepare
        self._weight = weight
        self._settings = {
            "lowercase": False,
            "sublinear_tf": True,
            "dtype": np.float32,
            **settings,
        }
        self._vectorizer = TfidfVectorizer(**self._settings)

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        return self._vectorizer.fit_transform(map(self._prepare, texts)) * self._weight

    def features(self, text: str) -> csr_matrix:
        return self._vectorizer.transform([self._prepare(text)]) * self._weight

    @property
    def idf(self) -> FloatArray:
        result: FloatArray = self._vectorizer.idf_
        return result

    @property
    def vocabulary(self) -> dict[str, int]:
        return {term: int(at) for term, at in self._vectorizer.vocabulary_.items()}

    def restore(self, vocabulary: dict[str, int], idf: FloatArray) -> None:
        settings = {key: value for key, value in self._settings.items() if key != "min_df"}
        self._vectorizer = TfidfVectorizer(**settings, vocabulary=vocabulary)
        self._vectorizer.idf_ = idf


def _views() -> tuple[_View, ...]:
    words = {"analyzer": "word", "token_pattern": r"\S+"}
    return (
        _View("words", _one_person, 1.0, **words, ngram_range=(1, 2), min_df=2),
        _View("letters", _one_person, 1.0, analyzer="char_wb", ngram_range=(2, 5), min_df=3),
        _View("concepts", ConceptReader().read, 1.0, **words, ngram_range=(1, 3), min_df=2),
    )


def _one_person(text: str) -> str:
    """Write every way of naming the patient as the same word."""
    return " ".join("xperson" if word in _PERSONS else word for word in text.split())


class TfidfClassifier:
    """Gives each label a probability for a normalised text."""

    def __init__(
        self,
        labels: Sequence[str],
        spelling: SpellingRepair,
        views: Sequence[_View],
        weights: FloatArray,
        bias: FloatArray,
    ) -> None:
        self.labels = list(labels)
        self._spelling = spelling
        self._views = tuple(views)
        self._weights = weights
        self._bias = bias

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        spelling: SpellingRepair,
        inverse_regularisation: float,
        seed: int,
    ) -> TfidfClassifier:
        """Fit on normalised texts; equal arguments give equal classifiers.

        Raises ValueError (from scikit-learn) when fewer than two labels occur.
        """
        views = _views()
        repaired = list(map(spelling.repair, texts))
        features = hstack([view.fit(repaired) for view in views], "csr")
        regression = LogisticRegression(
            C=inverse_regularisation, max_iter=200, tol=1e-3, random_state=seed
        )
        regression.fit(features, labels)
        return cls(
            list(regression.classes_),
            spelling,
            views,
            np.ascontiguousarray(regression.coef_.T, dtype=np.float32),
            regression.intercept_.astype(np.float32),
        )

    def probabilities(self, text: str) -> FloatArray:
        """Return one probability a label, in the order of ``labels``, summing to 1."""
        repaired = self._spelling.repair(text)
        features = hstack([view.features(repaired) for view in self._views], "csr")
        scores = features.data @ self._weights[features.indices] + self._bias
        exponentials = np.exp(scores - scores.max())
        result: FloatArray = exponentials / exponentials.sum()
        return result

    def save(self, directory: Path) -> None:
        """Write the classifier into an existing directory."""
        idfs = {f"{view.name}_idf": view.idf for view in self._views}
        np.savez(directory / _ARRAYS, weights=self._weights, bias=self._bias, **idfs)
        vocabulary = {"labels": self.labels, "spelling": self._spelling.counts}
        vocabulary.update((view.name, view.vocabulary) for view in self._views)
        (directory / _VOCABULARY).write_text(
            json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, directory: Path) -> TfidfClassifier:
        """Read what ``save`` wrote; raises OSError when a file is missing."""
        vocabulary = json.loads((directory / _VOCABULARY).read_text(encoding="utf-8"))
        views = _views()
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            for view in views:
                view.restore(vocabulary[view.name], arrays[f"{view.name}_idf"])
            spelling = SpellingRepair(vocabulary["spelling"])
            return cls(
                vocabulary["labels"], spelling, views, arrays["weights"], arrays["bias"]
            )
