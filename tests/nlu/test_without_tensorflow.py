"""The engine runs without TensorFlow, unless the configuration names what needs it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.engine import config_file
from nlu.without_tensorflow import COMPONENTS, needs_tensorflow
from service.settings import ROOT

LIGHT = [{"name": "WhitespaceTokenizer"}, {"name": "nlu.components.own.Own"}]
RULES = [{"name": "RulePolicy"}]


@pytest.fixture(scope="module")
def seen(engine_python: Path, trained_model: Path) -> dict[str, Any]:
    """Give what the engine imports, and what it says of what was left out."""
    finished = subprocess.run(
        [engine_python, Path(__file__).with_name("light_engine.py"), trained_model],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def test_our_model_is_loaded_without_tensorflow(seen: dict[str, Any]) -> None:
    assert seen["ready"]
    assert not seen["tensorflow"]


def test_what_was_left_out_says_so_when_it_is_used(seen: dict[str, Any]) -> None:
    assert seen["refused"].startswith("DIETClassifier needs TensorFlow")


def test_every_module_that_is_left_out_needs_tensorflow(seen: dict[str, Any]) -> None:
    assert seen["without the import"] == []


def test_every_name_that_stands_in_is_the_name_of_a_class_of_rasa(seen: dict[str, Any]) -> None:
    assert seen["without the name"] == []
    assert set(seen["known"]) >= {name for names in COMPONENTS.values() for name in names}


def test_our_own_configuration_needs_no_tensorflow() -> None:
    assert not needs_tensorflow(yaml.safe_load((ROOT / "config.yml").read_text("utf-8")))


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(
            {"pipeline": [*LIGHT, {"name": "DIETClassifier"}], "policies": RULES}, id="DIET"
        ),
        pytest.param({"pipeline": LIGHT, "policies": [{"name": "TEDPolicy"}]}, id="TED"),
        pytest.param(
            {
                "pipeline": [{"name": "rasa.nlu.classifiers.diet_classifier.DIETClassifier"}],
                "policies": RULES,
            },
            id="DIET by its path",
        ),
        pytest.param({"pipeline": LIGHT, "policies": None}, id="default policies"),
        pytest.param({"policies": RULES}, id="default pipeline"),
    ],
)
def test_a_configuration_that_names_a_neural_component_gets_tensorflow(
    config: dict[str, Any],
) -> None:
    assert needs_tensorflow(config)


def test_a_configuration_without_neural_components_does_without() -> None:
    assert not needs_tensorflow({"pipeline": LIGHT, "policies": RULES})


@pytest.mark.parametrize(
    ("arguments", "file"),
    [(["run", "--port", "1"], "config.yml"), (["train", "--config", "a/b.yml"], "a/b.yml")],
)
def test_the_configuration_is_the_one_that_the_command_names(
    arguments: list[str], file: str
) -> None:
    assert config_file(arguments) == Path(file)
