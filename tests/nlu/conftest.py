"""Understands every test phrase once, with the trained model, for all tests of this folder."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.nlu import phrases

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Understood:
    """What the engine made of one message."""

    intent: str
    confidence: float
    entities: list[tuple[str, str]]

    @property
    def refused(self) -> bool:
        """Tell whether the message counts as not understood."""
        return self.intent in {"out_of_scope", "nlu_fallback"}


@pytest.fixture(scope="session")
def understood(engine_python: Path, trained_model: Path) -> dict[str, Understood]:
    """Give what the trained pipeline understands of each test phrase; loads the model once."""
    texts = sorted(
        {phrase.text for phrase in phrases.held_out_phrases()}
        | {text for text, _ in phrases.entity_examples()}
        | set(phrases.refusals())
        | set(phrases.read(HERE / "payloads.yml"))
    )
    finished = subprocess.run(
        [engine_python, HERE / "predict.py", trained_model],
        input=json.dumps(texts),
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return {
        text: Understood(
            one["intent"],
            one["confidence"],
            sorted((name, value) for name, value in one["entities"] if name != "wording_language"),
        )
        for text, one in zip(texts, json.loads(finished.stdout.splitlines()[-1]), strict=True)
    }
