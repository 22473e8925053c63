"""Two classifiers in a row: words and letters first, the sentence's meaning where they waver.

Knows nothing of Rasa. The second one costs ten times the first, so a message that the first is
sure of never reaches it; what the first calls out of scope always does.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlu.components.sentence_classifier import SentenceClassifier
from nlu.components.sentence_vectors import FloatArray
from nlu.components.tfidf_classifier import TfidfClassifier
from nlu.text.normalise import as_written, normalise
from nlu.text.spelling import SpellingRepair

OUT_OF_SCOPE = "out_of_scope"


class Cascade:
    """Gives each label a probability for a message, from one classifier or both."""

    def __init__(
        self,
        first: TfidfClassifier,
        second: SentenceClassifier | None,
        *,
        sure_from: float,
        weight_of_meaning: float,
    ) -> None:
        self.labels = first.labels
        self.first = first
        self._second = second
        self._sure_from = sure_from
        self._weight = weight_of_meaning

    def probabilities(self, text: str) -> FloatArray:
        """Return one probability a label, in the order of ``labels``.

        ``text`` is the message as it was sent: the first classifier reads it normalised, the
        second as it would be written with care. Of one classifier they sum to 1; of both to
        less, the less the more the two disagree, so that a doubtful message is refused.
        """
        first = self.first.probabilities(normalise(text))
        likeliest = int(first.argmax())
        sure = first[likeliest] >= self._sure_from and self.labels[likeliest] != OUT_OF_SCOPE
        if self._second is None or sure:
            return first
        second = self._second.probabilities(self.spelling.rewrite(as_written(text)))
        # By their roots: what one finds impossible weighs more than in the plain mean
        roots = (1 - self._weight) * np.sqrt(first) + self._weight * np.sqrt(second)
        result: FloatArray = roots * roots
        return result

    @property
    def spelling(self) -> SpellingRepair:
        """The spelling repair that both classifiers read through."""
        return self.first.spelling

    def save(self, directory: Path) -> None:
        """Write both classifiers into an existing directory."""
        self.first.save(directory)
        if self._second:
            self._second.save(directory)

    @classmethod
    def load(cls, directory: Path, *, sure_from: float, weight_of_meaning: float) -> Cascade:
        """Read what ``save`` wrote; raises OSError when the first classifier is missing."""
        return cls(
            TfidfClassifier.load(directory),
            SentenceClassifier.load(directory),
            sure_from=sure_from,
            weight_of_meaning=weight_of_meaning,
        )
