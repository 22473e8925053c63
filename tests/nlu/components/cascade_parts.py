"""Runs in the engine's environment: tries the cascade on few examples, prints what it saw."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy as np

from nlu.components.cascade import Cascade
from nlu.components.sentence_classifier import SentenceClassifier, some_of_each
from nlu.components.sentence_vectors import FloatArray
from nlu.components.tfidf_classifier import TfidfClassifier, _View, _views
from nlu.text.spelling import SpellingRepair
from tests.nlu import ways

EXAMPLES = [
    *(("hvad koster det", "ask_price"), ("hvad er prisen", "ask_price")),
    *(("hun ryger hver dag", "smokes_daily"), ("han ryger dagligt", "smokes_daily")),
    *(("hvad er klokken", "out_of_scope"), ("det regner", "out_of_scope")),
] * 4
MEANS_PRICE = "er det dyrt"
NAMES = ("weather", "price", "smoking")
_HARDLY = 1e-5


class CountingClassifier(SentenceClassifier):
    """Counts how often the sentence embedding is asked."""

    asked = 0

    def probabilities(self, text: str) -> FloatArray:
        """Count, and answer as ever."""
        type(self).asked += 1
        return super().probabilities(text)


def _weighs_alike(view: _View, texts: list[str]) -> bool:
    """Compare a text's features one by one with what scikit-learn makes of all at once."""
    learned = view.fit(texts)
    learned.sort_indices()
    one_by_one = [view.features(text) for text in texts]
    return all(
        list(row.indices) == places and np.allclose(row.data, weights)
        for row, (places, weights) in zip(learned, one_by_one, strict=True)
    )


def main() -> None:
    """Train, ask, save, load."""
    texts, labels = [text for text, _ in EXAMPLES], [label for _, label in EXAMPLES]
    spelling = SpellingRepair.from_texts(texts)
    first = TfidfClassifier.train(texts, labels, spelling, 10.0, 1)
    second = CountingClassifier.train(texts, labels)

    def asked_for(text: str, sure_from: float) -> int:
        cascade = Cascade(first, second, sure_from=sure_from, weight_of_meaning=0.5)
        before = CountingClassifier.asked
        cascade.probabilities(text)
        return CountingClassifier.asked - before

    both = Cascade(first, second, sure_from=1.01, weight_of_meaning=0.5)
    by_words, together = first.probabilities(MEANS_PRICE), both.probabilities(MEANS_PRICE)
    with tempfile.TemporaryDirectory() as directory:
        both.save(Path(directory))
        loaded = Cascade.load(Path(directory), sure_from=1.01, weight_of_meaning=0.5)
    few_views = ways.train(EXAMPLES, 1, views=("words", "letters"), sentences=False)
    with tempfile.TemporaryDirectory() as directory:
        ways.save(few_views, 0.5, Path(directory))
        saved_way = ways.saved_in(Path(directory))(MEANS_PRICE)
    made_way = ways.decision_of(few_views, ways.configured())(MEANS_PRICE)
    alone = Cascade(first, None, sure_from=1.01, weight_of_meaning=0.5)
    chosen = some_of_each(texts, labels, {"out_of_scope": 3}, 1, seed=1)
    by_meaning = second.probabilities(MEANS_PRICE)
    named = SentenceClassifier.train(["ja"] * len(NAMES), NAMES).probabilities(MEANS_PRICE)
    print(
        json.dumps(
            {
                "when_sure": asked_for("hvad koster det", 0.1),
                "when_wavering": asked_for("hvad koster det", 1.01),
                "when_out_of_scope": asked_for("det regner", 0.1),
                "end_alike": bool(
                    (
                        second.probabilities("er det dyrt " * 20)
                        == second.probabilities("er det dyrt " * 20 + "(a+" * 200)
                    ).all()
                ),
                "sum_by_words": float(by_words.sum()),
                "sum_by_meaning": float(by_meaning.sum()),
                "between": bool(
                    (np.minimum(by_words, by_meaning) <= together).all()
                    and (together <= (by_words + by_meaning) / 2 + _HARDLY).all()
                ),
                "loaded_alike": bool(
                    (abs(both.probabilities("pris") - loaded.probabilities("pris")) < 1e-5).all()
                ),
                "alone_alike": bool(
                    (alone.probabilities("pris") == first.probabilities("pris")).all()
                ),
                "weighs_alike": all(_weighs_alike(view, texts) for view in _views()),
                "way_alike": saved_way.intent == made_way.intent
                and abs(saved_way.confidence - made_way.confidence) < _HARDLY,
                "meaning": sorted(set(labels))[int(by_meaning.argmax())],
                "meaning_of_names": sorted(NAMES)[int(named.argmax())],
                "chosen": sorted(chosen[1]),
                "chosen_again": chosen
                == some_of_each(texts, labels, {"out_of_scope": 3}, 1, seed=1),
            }
        )
    )


if __name__ == "__main__":
    main()
