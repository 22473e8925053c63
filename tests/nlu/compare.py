"""Runs in the engine's environment: compares ways of reading intents, prints a Markdown table.

Usage: python -m tests.nlu.compare [FILE]. Without a file: validation phrases, which settings are
chosen by, and held-out phrases, for the record. With the public Danish questions of FILE
(certainlyio/corona_dataset, CSV): intents of thirteen questions or more, 23 % of each held out,
mean over three draws; then nothing but the classifiers is at work, no guard, rule or threshold.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from nlu.components.cascade import Cascade
from nlu.components.noise import with_typos
from nlu.components.tfidf_classifier import VIEWS
from tests.nlu import phrases, ways
from tests.nlu.phrases import LANGUAGES, Phrase

SEEDS = (20, 21, 22)
TYPO_RATE = 0.1
FEWEST_PUBLIC = 13
PUBLIC_HELD_OUT = 0.23
OUTSIDE = frozenset(("out_of_scope", "nlu_fallback"))
LETTERS: dict[str, Any] = {"views": VIEWS[:2], "copied": False, "repaired": False}
WITHOUT: dict[str, Any] = {"sentences": False}
WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("words, letters", {**LETTERS, **WITHOUT}),
    ("words, letters, C = 3", {**LETTERS, **WITHOUT, "strength": 3.0}),
    ("words, letters, C = 30", {**LETTERS, **WITHOUT, "strength": 30.0}),
    ("with copies", {**LETTERS, **WITHOUT, "copied": True}),
    ("with copies, concepts and spelling repair", WITHOUT),
    ("**the same, then the sentence embedding in a cascade**", {}),
    ("the embedding for every message", {"sure_from": 1.01}),
)


def main(public: Path | None) -> None:
    """Print one table."""
    if public:
        _compare_on_public(public)
    else:
        _compare_on_own()


def _compare_on_own() -> None:
    examples = [(one.text, one.intent) for one in phrases.training_phrases()]
    sets = (phrases.validation_phrases(), phrases.held_out_phrases())
    heads = ("da", "en", "typos", "far", "near")
    print("| way |", " | ".join((*heads, *heads, "s", "ms")), "|")
    print("|---" * (2 * len(heads) + 3) + "|")
    for name, settings in WAYS:
        began = time.perf_counter()
        cascade = ways.train(examples, SEEDS[0], **settings)
        trained = time.perf_counter() - began
        decide = ways.decision_of(cascade, ways.configured())
        cells = [cell for each in sets for cell in _figures(decide, each)]
        shown = " | ".join(f"{cell:.3f}" for cell in cells)
        print(f"| {name} | {shown} | {trained:.0f} | {_milliseconds(cascade, sets[0]):.1f} |")
        sys.stdout.flush()


def _figures(decide: ways.Decide, test_set: Sequence[Phrase]) -> list[float]:
    """Return accuracy in each language and under typing errors, recall of far and near."""

    def read(text: str) -> str:
        return decide(text).intent

    inside = [one for one in test_set if not one.kind]
    rng = random.Random(1)
    mistyped = [
        read(one.text if "[[" in one.text else with_typos(one.text, rng, TYPO_RATE)) == one.intent
        for one in inside
    ]
    return [
        *(
            mean(read(one.text) == one.intent for one in inside if one.language == language)
            for language in LANGUAGES
        ),
        mean(mistyped),
        *(
            mean(read(one.text) in OUTSIDE for one in test_set if one.kind == kind)
            for kind in phrases.KINDS
        ),
    ]


def _compare_on_public(file: Path) -> None:
    print("| way | accuracy | typos | ae/oe/aa | s |\n|---|---|---|---|---|")
    for name, settings in WAYS:
        rows, seconds = [], []
        for seed in SEEDS:
            trained_on, tested = _public_questions(file, seed)
            began = time.perf_counter()
            cascade = ways.train(trained_on, seed, **settings)
            seconds.append(time.perf_counter() - began)
            rows.append(_public_figures(cascade, tested, seed))
        cells = [mean(column) for column in zip(*rows, strict=True)]
        shown = " | ".join(f"{cell:.3f}" for cell in cells)
        print(f"| {name} | {shown} | {mean(seconds):.0f} |", flush=True)


def _public_questions(file: Path, seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for row in csv.reader(lines, skipinitialspace=True):
            by_intent[row[2].strip()].append(row[4].strip())
    rng = random.Random(seed)
    trained_on, tested = [], []
    for intent, texts in sorted(by_intent.items()):
        real = sorted(text for text in texts if text not in ("_", "Text"))
        if len(real) < FEWEST_PUBLIC:
            continue
        rng.shuffle(real)
        held_out = round(PUBLIC_HELD_OUT * len(real))
        tested += [(text, intent) for text in real[:held_out]]
        trained_on += [(text, intent) for text in real[held_out:]]
    return trained_on, tested


def _public_figures(cascade: Cascade, tested: list[tuple[str, str]], seed: int) -> list[float]:
    rng = random.Random(seed)
    two_letters = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

    def accuracy(change: Callable[[str], str]) -> float:
        return mean(_likeliest(cascade, change(text)) == intent for text, intent in tested)

    return [
        accuracy(str),
        accuracy(lambda text: with_typos(text, rng, TYPO_RATE)),
        accuracy(lambda text: text.lower().translate(two_letters)),
    ]


def _likeliest(cascade: Cascade, text: str) -> str:
    return cascade.labels[int(cascade.probabilities(text).argmax())]


def _milliseconds(cascade: Cascade, test_set: Sequence[Phrase]) -> float:
    texts = [one.text for one in test_set]
    began = time.perf_counter()
    for text in texts:
        cascade.probabilities(text)
    return (time.perf_counter() - began) / len(texts) * 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
