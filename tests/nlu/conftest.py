"""Understands every test phrase once, with the trained model, for all tests of this folder."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sealing import seal_text
from bot.vocabulary import load_vocabulary
from referrals.encounter import Step
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
def sealed_questions() -> dict[str, str]:
    """Give what the engine is sent of each question about courses, as sealed at the first step."""
    vocabulary = load_vocabulary(phrases.PROJECT / "nlu")
    return {
        text: seal_text(text, Step.STATUS, vocabulary).text
        for text in phrases.course_question_texts()
    }


@pytest.fixture(scope="session")
def understood(
    engine_python: Path, trained_model: Path, sealed_questions: dict[str, str]
) -> dict[str, Understood]:
    """Give what the trained pipeline understands of each test phrase; loads the model once."""
    texts = sorted(
        {phrase.text for phrase in phrases.held_out_phrases()}
        | {text for text, _ in phrases.entity_examples()}
        | set(phrases.refusals())
        | set(sealed_questions.values())
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
