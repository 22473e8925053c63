"""TF-IDF of words, letters and concepts with logistic regression, kept as plain arrays.

Knows nothing of Rasa. Stored without pickle: an ``.npz`` of arrays and a JSON vocabulary.
"""

from __future__ import annotations

import json
import os
from collections import Counter
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
        self.vocabulary: dict[str, int] = {}
        self.idf: FloatArray = np.zeros(0, np.float32)
        self._prepare = prepare
        self._vectorizer = TfidfVectorizer(
            **{"lowercase": False, "sublinear_tf": True, "dtype": np.float32, **settings}
        )
        self._terms = self._vectorizer.build_analyzer()

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        found = self._vectorizer.fit_transform(map(self._prepare, texts))
        known = {term: int(at) for term, at in self._vectorizer.vocabulary_.items()}
        self.restore(known, self._vectorizer.idf_)
        return found

    def features(self, text: str) -> tuple[list[int], FloatArray]:
        """Return the places of a text's terms and their weights, as the vectorizer would.

        That one checks and copies its input for a millisecond; this is asked for each message.
        """
        told = Counter(self._terms(self._prepare(text)))
        counts = {self.vocabulary[term]: told[term] for term in told if term in self.vocabulary}
        places = sorted(counts)
        often = np.array([counts[place] for place in places], np.float32)
        weights: FloatArray = (np.log(often) + 1) * self.idf[places]
        length = np.linalg.norm(weights)
        return places, weights / length if length else weights

    def restore(self, vocabulary: dict[str, int], idf: FloatArray) -> None:
        self.vocabulary, self.idf = vocabulary, idf.astype(np.float32)


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
        scores, start = self._bias, 0
        for view in self._views:
            places, weights = view.features(repaired)
            scores = scores + weights @ self._weights[start : start + len(view.idf)][places]
            start += len(view.idf)
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
