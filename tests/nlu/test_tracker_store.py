"""The engine keeps nothing of a conversation."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent / "engine_parts.py"


@pytest.fixture(scope="module")
def seen(engine_python: Path) -> dict[str, Any]:
    finished = subprocess.run(
        [engine_python, SCRIPT],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    result: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return result


def test_a_tracker_has_its_session_start_behind_it_and_listens(seen: dict[str, Any]) -> None:
    assert seen["sender"] == "one"
    assert seen["events"] == ["action", "session_started", "action"]
    assert seen["latest_action"] == "action_listen"


def test_nothing_of_a_saved_conversation_is_left(seen: dict[str, Any]) -> None:
    assert seen["keys"] == []


def test_rasa_takes_the_store_as_it_is_without_wrapping_it(seen: dict[str, Any]) -> None:
    assert seen["is_async"] is True
