"""Lets the engine's own pipeline read texts, sealed as the service seals them before sending."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary
from referrals.advice.encounter import Step
from tests.nlu.phrases import HERE

NOT_UNDERSTOOD = frozenset({"out_of_scope", "nlu_fallback"})


@dataclass(frozen=True)
class Understood:
    """What the engine made of one message."""

    intent: str
    confidence: float
    entities: list[tuple[str, str]]
    reading: dict[str, Any] | None = None

    @property
    def refused(self) -> bool:
        """Tell whether the message counts as not understood."""
        return self.intent in NOT_UNDERSTOOD


def sealed(text: str, vocabulary: Vocabulary) -> str:
    """Give what the engine is sent of a text that is typed at the first step.

    A text that holds a token already, or is a payload, stands for one that was sealed.
    """
    if "[[" in text or text.startswith("/"):
        return text
    return seal_text(text, Step.STATUS, vocabulary).text


@dataclass(frozen=True)
class Cost:
    """Memory of the engine's process once it has read, and processor time of one message."""

    megabytes: float
    mean_ms: float
    median_ms: float


def understand(
    engine_python: Path, texts: Iterable[str], *arguments: str | Path
) -> dict[str, Understood]:
    """Have ``predict.py`` read each text once. ``arguments`` name a model or a seed to train by.

    Raises AssertionError with what the engine's Python complained of.
    """
    return understand_at_cost(engine_python, texts, *arguments)[0]


def understand_at_cost(
    engine_python: Path, texts: Iterable[str], *arguments: str | Path
) -> tuple[dict[str, Understood], Cost]:
    """Do what ``understand`` does, and tell what it cost."""
    each = sorted(set(texts))
    finished = subprocess.run(
        [engine_python, HERE / "predict.py", *arguments],
        input=json.dumps(each),
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout.splitlines()[-1])
    read = {
        text: Understood(
            one["intent"],
            one["confidence"],
            sorted((name, value) for name, value in one["entities"] if name != "wording_language"),
            one.get("reading"),
        )
        for text, one in zip(each, told["read"], strict=True)
    }
    return read, Cost(**told["cost"])
