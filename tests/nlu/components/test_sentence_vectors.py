"""What a training made of its sentences is kept for the next one, and never believed blindly."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

YES, NO, PERHAPS = [2.0, 106.0], [3.0, 110.0], [5.0, 109.0]


@pytest.fixture(scope="module")
def seen(engine_python: Path) -> dict[str, Any]:
    """Give the vectors of each training, and the sentences that it had to ask for."""
    script = Path(__file__).with_name("vectors_parts.py")
    finished = subprocess.run([engine_python, script], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize(
    ("training", "vectors", "asked"),
    [
        ("nowhere", [YES, NO], [["ja", "nej"]]),
        ("first", [YES, NO], [["ja", "nej"]]),
        ("again", [NO, YES], []),
        ("one more", [YES, NO, PERHAPS], [["måske"]]),
        ("forgotten", [NO, YES], [["nej"]]),
        ("broken", [YES], [["ja"]]),
        ("mended", [YES], []),
        ("unwritable", [YES], [["ja"]]),
    ],
)
def test_each_sentence_has_its_own_vector_and_only_new_ones_are_asked_for(
    seen: dict[str, Any], training: str, vectors: list[list[float]], asked: list[list[str]]
) -> None:
    assert seen[training] == [vectors, asked]
