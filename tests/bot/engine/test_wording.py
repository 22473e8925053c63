"""What stands in for the engine words every response as the engine does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.engine.wording import Wording, load_wording
from service.settings import ROOT

DOMAIN = ROOT / "domain.yml"
RESPONSES: dict[str, Any] = yaml.safe_load(DOMAIN.read_text("utf-8"))["responses"]
BUTTON = {"title": "Hold {1} {{a}}", "payload": '/show_course{"course":"12"}'}


def gaps_of(response: str) -> dict[str, str]:
    """Fill every gap of a response with something that must not be taken for a gap."""
    names = re.findall(r"\{([a-z_]+)\}", json.dumps(RESPONSES[response]))
    return {name: f"{{{name}}} 100 %" for name in names}


@pytest.fixture(scope="module")
def worded(engine_python: Path) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Give what Rasa and what we make of each response, in both languages."""
    calls = [
        [name, language, {**gaps_of(name), "text": None, "buttons": buttons}]
        for name in RESPONSES
        for language in ("da", "en")
        for buttons in ([[BUTTON]] if name == "utter_courses" else [[]])
    ]
    calls.append(["utter_which_detail", "da", {"text": None, "buttons": [BUTTON]}])
    finished = subprocess.run(
        [engine_python, Path(__file__).with_name("worded_by_engine.py"), DOMAIN],
        input=json.dumps(calls),
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    ours = load_wording(DOMAIN)
    return {
        (name, language): (said, ours.parts(name, {"wording_language": language}, more))
        for (name, language, more), said in zip(
            calls, json.loads(finished.stdout.splitlines()[-1]), strict=True
        )
    }


def test_every_response_is_worded_as_the_engine_words_it(
    worded: dict[tuple[str, str], tuple[Any, Any]],
) -> None:
    different = {call for call, (engine, ours) in worded.items() if engine != ours}
    assert different == set()
    assert any("custom" in part for engine, _ in worded.values() for part in engine)
    assert any("buttons" in part for engine, _ in worded.values() for part in engine)


def test_a_response_without_a_wording_says_nothing() -> None:
    assert Wording({}).parts("utter_unknown", {}, {}) == []


def test_with_a_gap_unknown_the_text_stays_as_it_is() -> None:
    wording = Wording({"utter_hello": [{"text": "Hej {name}"}]})
    assert wording.parts("utter_hello", {}, {}) == [{"text": "Hej {name}"}]
