"""Compares ways of reading intents on sealed validation and held-out phrases: a Markdown table.

Usage: python -m tests.nlu.compare ENGINE_PYTHON [MODEL NAME TRAINING_SECONDS]. Settings are chosen
by the blind part of validation; held-out figures stand beside for the record. Each way is trained
in the engine's environment, saved, and read from by a new process; MODEL adds a trained one.
``compare_public`` compares on public questions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.nlu import phrases
from tests.nlu.measuring import exam, figures
from tests.nlu.understanding import understand_at_cost

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
    """Print one row a way: what it understands, then what it costs; each message is read once."""
    exams = [exam(phrases.blind_phrases()), exam()]
    texts = exams[0].texts() | exams[1].texts()
    heads = (*SHOWN.values(), *SHOWN.values(), "training, s", "median ms", "mean ms", "MB")
    print(f"| way | {' | '.join(heads)} |\n{'|---' * (len(heads) + 1)}|")
    with tempfile.TemporaryDirectory() as directory:
        for name, trained, seconds in _trained(engine_python, Path(directory), model):
            read, cost = understand_at_cost(engine_python, texts, trained)
            measured = [figures(each, read) for each in exams]
            cells = [f"{each[figure]:.3f}" for each in measured for figure in SHOWN]
            costs = f"{seconds:.0f} | {cost.median_ms:.1f} | {cost.mean_ms:.1f}"
            print(f"| {name} | {' | '.join(cells)} | {costs} | {cost.megabytes:.0f} |", flush=True)


def _trained(
    engine_python: Path, directory: Path, model: tuple[str, ...]
) -> Iterator[tuple[str, Path, float]]:
    """Give each way's name, where it lies, and the processor time of its training."""
    for number, (name, settings) in enumerate(WAYS):
        place = directory / str(number)
        place.mkdir()
        command = [engine_python, "-m", "tests.nlu.train_way", place, json.dumps(settings)]
        quietly = {**os.environ, "PYTHONWARNINGS": "ignore"}
        told = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, env=quietly
        ).stdout
        yield name, place, float(told.splitlines()[-1])
    if model:
        yield model[1], Path(model[0]), float(model[2])


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:5]))
