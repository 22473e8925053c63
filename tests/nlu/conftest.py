"""Understands every test phrase once, with the trained model, for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sealing.vocabulary import load_vocabulary
from tests.nlu import phrases
from tests.nlu.measuring import Exam, exam
from tests.nlu.understanding import Understood, sealed, understand

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def sealed_questions() -> dict[str, str]:
    """Give what the engine is sent of each question about courses, as sealed at the first step."""
    vocabulary = load_vocabulary(phrases.PROJECT / "nlu")
    return {text: sealed(text, vocabulary) for text in phrases.course_question_texts()}


@pytest.fixture(scope="session")
def asked() -> Exam:
    """Give what the engine is asked about the held-out phrases."""
    return exam()


@pytest.fixture(scope="session")
def understood(
    engine_python: Path, trained_model: Path, sealed_questions: dict[str, str], asked: Exam
) -> dict[str, Understood]:
    """Give what the trained pipeline understands of each test phrase; loads the model once."""
    texts = (
        asked.texts() | set(sealed_questions.values()) | set(phrases.read(HERE / "payloads.yml"))
    )
    return understand(engine_python, texts, trained_model)
