"""Compares ways of reading intents on sealed validation and held-out phrases: a Markdown table.

Usage: python -m tests.nlu.compare ENGINE_PYTHON [MODEL NAME]. Settings are chosen by the blind
part of validation; held-out figures stand beside for the record. Each way is trained in the
engine's environment; MODEL adds a trained one. ``compare_public`` compares on public questions.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from tests.nlu import phrases
from tests.nlu.measuring import exam, figures
from tests.nlu.understanding import understand

LETTERS: dict[str, Any] = {"views": ["words", "letters"], "copied": False, "repaired": False}
WITHOUT: dict[str, Any] = {"sentences": False}
WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("words, letters", {**LETTERS, **WITHOUT}),
    ("words, letters, C = 3", {**LETTERS, **WITHOUT, "strength": 3.0}),
    ("with copies", {**LETTERS, **WITHOUT, "copied": True}),
    ("with copies, concepts and spelling repair", WITHOUT),
    ("**the same, then the sentence embedding in a cascade**", {}),
    ("the embedding for every message", {"sure_from": 1.01}),
)
SHOWN = {
    "accuracy, Danish": "da",
    "accuracy, English": "en",
    "in scope refused": "refused",
    "accuracy, typing errors": "typos",
    "accuracy, a/o/a": "a/o/a",
    "far out of scope, recall": "far",
    "near out of scope, recall": "near",
}


def main(engine_python: Path, model: tuple[str, ...]) -> None:
    """Print one table; processor time is of training and of reading all phrases."""
    exams = [exam(phrases.blind_phrases()), exam()]
    texts = exams[0].texts() | exams[1].texts()
    heads = " | ".join((*SHOWN.values(), *SHOWN.values(), "s"))
    print(f"| way | {heads} |\n{'|---' * (2 * len(SHOWN) + 2)}|")
    ways = [(name, ("--way", json.dumps(settings))) for name, settings in WAYS]
    for name, arguments in [*ways, *([(model[1], (model[0],))] if model else [])]:
        before = _processor_time()
        read = understand(engine_python, texts, *arguments)
        seconds = _processor_time() - before
        measured = [figures(each, read) for each in exams]
        cells = " | ".join(f"{each[figure]:.3f}" for each in measured for figure in SHOWN)
        print(f"| {name} | {cells} | {seconds:.0f} |", flush=True)


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:4]))
