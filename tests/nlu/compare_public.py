"""Runs in the engine's environment: ways of reading intents, on public Danish questions.

Usage: python -m tests.nlu.compare_public FILE [40] (certainlyio/corona_dataset, CSV): intents of
thirteen different questions or more, 679 to train and 203 to test, split anew for each draw.
Prints a Markdown table of means and of the accuracy in each draw. With a number it draws so often
and compares the plainest way with the configured one only, over all draws and over those as easy
as the one that earlier figures come from. Nothing but the classifiers is at work, no guard, rule
or threshold.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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
WEIGHT_OF_MEANING = 0.7
"""Best of .5, .6, .7, .8 by fourfold cross-validation inside the training parts of five draws."""
EARLIER, ABOUT = 0.837, 0.01
"""What the plainest way reached on the one draw of the earlier figures; how close counts."""
PLAINEST = "scikit-learn's TF-IDF of words and letters, logistic regression"
CONFIGURED = "**as configured: all that, and the embedding in a cascade**"
_TWO_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

Question = tuple[str, str]
Read = Callable[[str], str]
Figures = list[float]
Ways = Callable[[Sequence[Question], int], dict[str, Read]]


def main(file: Path) -> None:
    """Print one table of all ways."""
    rows = _figures_of_draws(file, DRAWS, _ways)
    print("| way | accuracy | typos | ae/oe/aa | each draw, accuracy |\n|---|---|---|---|---|")
    for name, figures in rows.items():
        shown = " | ".join(f"{mean(column):.3f}" for column in zip(*figures, strict=True))
        print(f"| {name} | {shown} | {' '.join(f'{each[0]:.3f}' for each in figures)} |")


def main_of_many(file: Path, draws: int) -> None:
    """Print one table of accuracy for two ways: all draws, and the ones like the earlier one."""
    rows = _figures_of_draws(file, range(draws), _two_ways)
    likely = [at for at, each in enumerate(rows[PLAINEST]) if abs(each[0] - EARLIER) <= ABOUT]
    print(f"| way | {draws} draws | draws {', '.join(map(str, likely))} |\n|---|---|---|")
    for name, figures in rows.items():
        like_it = mean(figures[at][0] for at in likely) if likely else float("nan")
        print(f"| {name} | {mean(each[0] for each in figures):.3f} | {like_it:.3f} |")


def _figures_of_draws(file: Path, draws: Iterable[int], ways_of: Ways) -> dict[str, list[Figures]]:
    rows: dict[str, list[Figures]] = defaultdict(list)
    questions = _questions(file)
    intents = [intent for _, intent in questions]
    for draw in draws:
        trained_on, tested = train_test_split(
            questions, test_size=HELD_OUT, random_state=draw, stratify=intents
        )
        for name, read in ways_of(trained_on, draw).items():
            rows[name].append(_figures(read, tested, draw, misspelt=ways_of is _ways))
    return rows


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
    letters = ways.train(
        trained_on, seed, views=VIEWS[:2], copied=False, repaired=False, sentences=False
    )
    ours = ways.train(trained_on, seed, sentences=False)
    meaning = _meaning(trained_on, ours)
    always = _both(letters, meaning, sure_from=2)
    return {
        PLAINEST: _plain(trained_on),
        "our words and letters": _likeliest(letters),
        "with copies, concepts and spelling repair": _likeliest(ours),
        "our words and letters, and the embedding for every message": _likeliest(always),
        CONFIGURED: _likeliest(_as_configured(ours, meaning)),
    }


def _two_ways(trained_on: Sequence[Question], seed: int) -> dict[str, Read]:
    ours = ways.train(trained_on, seed, sentences=False)
    both = _as_configured(ours, _meaning(trained_on, ours))
    return {PLAINEST: _plain(trained_on), CONFIGURED: _likeliest(both)}


def _meaning(trained_on: Sequence[Question], first: Cascade) -> SentenceClassifier:
    written = [first.spelling.rewrite(as_written(text)) for text, _ in trained_on]
    return SentenceClassifier.train(written, [label for _, label in trained_on])


def _as_configured(first: Cascade, meaning: SentenceClassifier) -> Cascade:
    return _both(first, meaning, float(ways.configured()["sure_from"]))


def _both(first: Cascade, meaning: SentenceClassifier, sure_from: float) -> Cascade:
    return Cascade(first.first, meaning, sure_from=sure_from, weight_of_meaning=WEIGHT_OF_MEANING)


def _plain(trained_on: Sequence[Question]) -> Read:
    """Give the plainest way there is, to hold the others against."""
    words_and_letters = make_union(
        TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    )
    model = make_pipeline(words_and_letters, LogisticRegression(C=10, max_iter=1000, tol=1e-2))
    model.fit([text for text, _ in trained_on], [label for _, label in trained_on])
    return lambda text: str(model.predict([text])[0])


def _likeliest(cascade: Cascade) -> Read:
    return lambda text: cascade.labels[int(cascade.probabilities(text).argmax())]


def _figures(read: Read, tested: Sequence[Question], seed: int, *, misspelt: bool) -> Figures:
    rng = random.Random(seed)

    def accuracy(change: Callable[[str], str]) -> float:
        return mean(read(change(text)) == intent for text, intent in tested)

    if not misspelt:
        return [accuracy(str)]
    return [
        accuracy(str),
        accuracy(lambda text: with_typos(text, rng, TYPO_RATE)),
        accuracy(lambda text: text.lower().translate(_TWO_LETTERS)),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main_of_many(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
