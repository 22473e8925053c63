"""TF-IDF of words, letters and concepts with logistic regression, kept as plain arrays.

Knows nothing of Rasa. Stored without pickle: an ``.npz`` of arrays and a JSON vocabulary.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlu.text.concepts import ConceptReader
from nlu.text.lookups import read_values
from nlu.text.spelling import SpellingRepair

FloatArray: TypeAlias = "NDArray[np.float32]"

_ARRAYS = "classifier.npz"
_VOCABULARY = "vocabulary.json"
VIEWS = ("words", "letters", "concepts")


class _View:
    """One way of looking at a text: the terms it holds and their weights."""

    def __init__(self, name: str, prepare: Callable[[str], str], **settings: object) -> None:
        self.name = name
        self._prepare = prepare
        self._settings = {
            "lowercase": False,
            "sublinear_tf": True,
            "dtype": np.float32,
            **settings,
        }
        self._vectorizer = TfidfVectorizer(**self._settings)

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        return self._vectorizer.fit_transform(map(self._prepare, texts))

    def features(self, text: str) -> csr_matrix:
        return self._vectorizer.transform([self._prepare(text)])

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
    persons = frozenset(read_values("small_words")["person"])
    one_person = partial(_with_one_person, persons)
    return (
        _View("words", one_person, **words, ngram_range=(1, 2), min_df=2),
        _View("letters", one_person, analyzer="char_wb", ngram_range=(2, 5), min_df=3),
        _View("concepts", ConceptReader().read, **words, ngram_range=(1, 3), min_df=2),
    )


def _with_one_person(persons: frozenset[str], text: str) -> str:
    """Write every way of naming the patient as the same word."""
    return " ".join("xperson" if word in persons else word for word in text.split())


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
        self.spelling = spelling
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
        *,
        only: Collection[str] = VIEWS,
    ) -> TfidfClassifier:
        """Fit on normalised texts; equal arguments give equal classifiers.

        ``only`` names the views to use; a classifier of fewer views serves comparisons.
        Raises ValueError (from scikit-learn) when fewer than two labels occur.
        """
        views = [view for view in _views() if view.name in only]
        repaired = list(map(spelling.repair, texts))
        features = hstack([view.fit(repaired) for view in views], "csr")
        names = sorted(set(labels))

        def fitted(name: str) -> LogisticRegression:
            regression = LogisticRegression(
                C=inverse_regularisation, solver="liblinear", tol=1e-2, random_state=seed
            )
            return regression.fit(features, [label == name for label in labels])

        # Each label against all others, which liblinear does one by one; it needs no interpreter
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            regressions = list(threads.map(fitted, names))
        return cls(
            names,
            spelling,
            views,
            np.column_stack([each.coef_[0] for each in regressions]).astype(np.float32, "C"),
            np.concatenate([each.intercept_ for each in regressions]).astype(np.float32),
        )

    def probabilities(self, text: str) -> FloatArray:
        """Return one probability a label, in the order of ``labels``, summing to 1."""
        repaired = self.spelling.repair(text)
        features = hstack([view.features(repaired) for view in self._views], "csr")
        scores = features.data @ self._weights[features.indices] + self._bias
        exponentials = np.exp(scores - scores.max())
        result: FloatArray = exponentials / exponentials.sum()
        return result

    def save(self, directory: Path) -> None:
        """Write the classifier into an existing directory."""
        idfs = {f"{view.name}_idf": view.idf for view in self._views}
        np.savez(directory / _ARRAYS, weights=self._weights, bias=self._bias, **idfs)
        vocabulary = {
            "labels": self.labels,
            "spelling": self.spelling.counts,
            "written": self.spelling.written,
        }
        vocabulary.update((view.name, view.vocabulary) for view in self._views)
        (directory / _VOCABULARY).write_text(
            json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, directory: Path) -> TfidfClassifier:
        """Read what ``save`` wrote; raises OSError when a file is missing."""
        vocabulary = json.loads((directory / _VOCABULARY).read_text(encoding="utf-8"))
        views = [view for view in _views() if view.name in vocabulary]
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            for view in views:
                view.restore(vocabulary[view.name], arrays[f"{view.name}_idf"])
            spelling = SpellingRepair(vocabulary["spelling"], vocabulary["written"])
            return cls(vocabulary["labels"], spelling, views, arrays["weights"], arrays["bias"])
