"""Runs in the engine's environment: ways of reading intents, on public Danish questions.

Usage: python -m tests.nlu.compare_public FILE (certainlyio/corona_dataset, CSV): intents of
thirteen different questions or more, 679 to train and 203 to test, split anew for each draw.
Prints a Markdown table of means and of the accuracy in each draw. Nothing but the classifiers is
at work, no guard, rule or threshold.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline, make_union

from nlu.components.cascade import Cascade
from nlu.components.noise import with_typos
from nlu.components.normalise import as_written
from nlu.components.sentence_classifier import SentenceClassifier
from nlu.components.tfidf_classifier import VIEWS
from tests.nlu import ways

DRAWS = (0, 1, 7, 13, 42)
FEWEST = 13
HELD_OUT = 0.23
TYPO_RATE = 0.1
WEIGHT_OF_MEANING = 0.6
"""Best of .4, .5, .6 by fourfold cross-validation inside the training parts of two draws."""
_TWO_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

Question = tuple[str, str]
Read = Callable[[str], str]


def main(file: Path) -> None:
    """Print one table."""
    rows: dict[str, list[list[float]]] = defaultdict(list)
    questions = _questions(file)
    intents = [intent for _, intent in questions]
    for draw in DRAWS:
        trained_on, tested = train_test_split(
            questions, test_size=HELD_OUT, random_state=draw, stratify=intents
        )
        for name, read in _ways(trained_on, draw).items():
            rows[name].append(_figures(read, tested, draw))
    print("| way | accuracy | typos | ae/oe/aa | each draw, accuracy |\n|---|---|---|---|---|")
    for name, figures in rows.items():
        shown = " | ".join(f"{mean(column):.3f}" for column in zip(*figures, strict=True))
        print(f"| {name} | {shown} | {' '.join(f'{each[0]:.3f}' for each in figures)} |")


def _questions(file: Path) -> list[Question]:
    with file.open(encoding="utf-8") as lines:
        read = [
            (row[4].strip(), row[2].strip()) for row in csv.reader(lines, skipinitialspace=True)
        ]
    by_intent: dict[str, dict[str, None]] = defaultdict(dict)
    for text, intent in read[1:]:
        if text != "_":
            by_intent[intent][text] = None
    often = {intent for intent, texts in by_intent.items() if len(texts) >= FEWEST}
    return [one for one in dict.fromkeys(read[1:]) if one[1] in often and one[0] != "_"]


def _ways(trained_on: Sequence[Question], seed: int) -> dict[str, Read]:
    texts, labels = [text for text, _ in trained_on], [label for _, label in trained_on]
    letters = ways.train(
        trained_on, seed, views=VIEWS[:2], copied=False, repaired=False, sentences=False
    )
    ours = ways.train(trained_on, seed, sentences=False)
    meaning = SentenceClassifier.train(
        [ours.spelling.rewrite(as_written(text)) for text in texts], labels
    )

    def both(first: Cascade, sure_from: float) -> Cascade:
        return Cascade(
            first.first, meaning, sure_from=sure_from, weight_of_meaning=WEIGHT_OF_MEANING
        )

    return {
        "scikit-learn's TF-IDF of words and letters, logistic regression": _plain(texts, labels),
        "our words and letters": _likeliest(letters),
        "with copies, concepts and spelling repair": _likeliest(ours),
        "our words and letters, and the embedding for every message": _likeliest(both(letters, 2)),
        "**as configured: all that, and the embedding in a cascade**": _likeliest(both(ours, 0.95)),
    }


def _plain(texts: Sequence[str], labels: Sequence[str]) -> Read:
    """Give the plainest way there is, to hold the others against."""
    words_and_letters = make_union(
        TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    )
    model = make_pipeline(words_and_letters, LogisticRegression(C=10, max_iter=1000, tol=1e-2))
    model.fit(texts, labels)
    return lambda text: str(model.predict([text])[0])


def _likeliest(cascade: Cascade) -> Read:
    return lambda text: cascade.labels[int(cascade.probabilities(text).argmax())]


def _figures(read: Read, tested: Sequence[Question], seed: int) -> list[float]:
    rng = random.Random(seed)

    def accuracy(change: Callable[[str], str]) -> float:
        return mean(read(change(text)) == intent for text, intent in tested)

    return [
        accuracy(str),
        accuracy(lambda text: with_typos(text, rng, TYPO_RATE)),
        accuracy(lambda text: text.lower().translate(_TWO_LETTERS)),
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
