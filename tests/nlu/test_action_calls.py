"""The light engine's action calls: what is checked and what is sent stays the same."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def seen(engine_python: Path) -> dict[str, Any]:
    """Give what happened to answers and connections."""
    finished = subprocess.run(
        [engine_python, Path(__file__).with_name("light_action_calls.py")],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def test_a_good_answer_passes_and_the_schema_is_not_proved_again(seen: dict[str, Any]) -> None:
    assert seen["good"]
    assert seen["proved again"] == 0


def test_a_bad_answer_is_refused_in_the_words_of_rasa(seen: dict[str, Any]) -> None:
    assert "Failed to validate Action server response" in seen["refused"]


def test_calls_share_a_connection_and_keep_their_headers(seen: dict[str, Any]) -> None:
    assert seen["answers"] == [{"token": "Bearer t"}] * 3
    assert seen["connections"] == 1


def test_an_endpoint_with_a_password_is_left_alone(seen: dict[str, Any]) -> None:
    assert seen["with password"] == {"token": "Basic YTpi"}
