"""Runs in the engine's environment: compares ways of reading intents, prints a Markdown table.

Usage: python -m tests.nlu.compare
Left: validation phrases, which settings are chosen by. Right: held-out phrases, for the record.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from nlu.components.decision import IntentDecider
from nlu.components.entities import EntityFinder
from nlu.components.noise import with_typos
from nlu.components.spelling import SpellingRepair
from nlu.components.tfidf_classifier import VIEWS, TfidfClassifier
from nlu.components.training_copies import normalised_examples, training_copies
from tests.nlu import phrases
from tests.nlu.phrases import LANGUAGES, Phrase

SEED = 20
TYPO_RATE = 0.1
OUTSIDE = frozenset(("out_of_scope", "nlu_fallback"))
WAYS = (
    ("words, letters, no copies", VIEWS[:2], False, False, 10.0),
    ("words, letters, copies", VIEWS[:2], True, False, 10.0),
    ("the same and concepts", VIEWS, True, False, 10.0),
    ("**the same and spelling repair**", VIEWS, True, True, 10.0),
    ("the same, C = 3", VIEWS, True, True, 3.0),
    ("the same, C = 30", VIEWS, True, True, 30.0),
)


def main() -> None:
    """Train each way and print its row."""
    examples = normalised_examples([(one.text, one.intent) for one in phrases.training_phrases()])
    copies = training_copies(examples, SEED)
    spelling = SpellingRepair.from_texts(text for text, _ in examples)
    sets = (phrases.validation_phrases(), phrases.held_out_phrases())
    print("| way | da | en | typos | out of scope | da | en | typos | out of scope | s | ms |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, views, copied, repaired, strength in WAYS:
        texts, labels = copies if copied else tuple(zip(*examples, strict=True))
        began = time.perf_counter()
        classifier = TfidfClassifier.train(
            texts, labels, spelling if repaired else SpellingRepair({}), strength, SEED, only=views
        )
        trained = time.perf_counter() - began
        read = reader(classifier)
        cells = [cell for test_set in sets for cell in figures(read, test_set)]
        began = time.perf_counter()
        for phrase in sets[0]:
            read(phrase.text)
        each = (time.perf_counter() - began) / len(sets[0]) * 1000
        shown = " | ".join(f"{cell:.3f}" for cell in cells)
        print(f"| {name} | {shown} | {trained:.0f} | {each:.1f} |", flush=True)


def reader(classifier: TfidfClassifier) -> Callable[[str], str]:
    """Return a function from text to intent, with the guards and the thresholds in use."""
    decider = IntentDecider(
        classifier,
        lowest_confidence=0.4,
        lowest_yes_confidence=0.5,
        fallback_intent="nlu_fallback",
    )
    finder = EntityFinder()

    def read(text: str) -> str:
        places = (one for one in finder.find(text) if one.entity == "municipality")
        return decider.decide(text, tuple(text[one.start : one.end] for one in places)).intent

    return read


def figures(read: Callable[[str], str], test_set: Sequence[Phrase]) -> list[float]:
    """Return accuracy in each language, accuracy under typing errors, out-of-scope recall."""
    inside = [one for one in test_set if one.intent != "out_of_scope"]
    outside = [one for one in test_set if one.intent == "out_of_scope"]
    rng = random.Random(1)
    mistyped = [
        read(one.text if "[[" in one.text else with_typos(one.text, rng, TYPO_RATE)) == one.intent
        for one in inside
    ]
    return [
        *(
            share([read(one.text) == one.intent for one in inside if one.language == language])
            for language in LANGUAGES
        ),
        share(mistyped),
        share([read(one.text) in OUTSIDE for one in outside]),
    ]


def share(answers: Sequence[bool]) -> float:
    """Return the share of true answers."""
    return sum(answers) / len(answers)


if __name__ == "__main__":
    main()
