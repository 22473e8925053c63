"""How the engine is called: what it is told, and what is made of what it says."""

import stat
from pathlib import Path

import pytest
import yaml

from service.engine.rasa import engine_env, failure_reason, write_endpoints
from service.settings import Settings


def test_the_engine_is_told_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HENVIS_DATABASE_URL", "postgresql://somebody:secret@somewhere/henvis")
    env = engine_env(Settings.load(data_dir=tmp_path))
    assert not [name for name in env if name.startswith("HENVIS_")]
    assert "secret" not in str(env)
    assert env["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_engine_calls_our_actions_with_the_token_of_this_start(tmp_path: Path) -> None:
    path = write_endpoints(Settings.load(data_dir=tmp_path, port=8123), "token-of-this-start")
    endpoints = yaml.safe_load(path.read_text())
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:8123/engine/webhook"
    assert endpoints["action_endpoint"]["headers"]["Authorization"] == "Bearer token-of-this-start"
    assert endpoints["tracker_store"]["type"].startswith("nlu.")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["KeyError: 'x'", "rasa.E.YamlException: no file", "  line 3"], "no file line 3"),
        (["\x1b[91mImportError: No module named 'nope'\x1b[0m"], "No module named 'nope'"),
        (["io.py: UserWarning: 'a' is not listed", "completed with errors"], "'a' is not listed"),
        (["io.py: UserWarning: 'utter_a' is not used in any story", "it ended"], "it ended"),
        ([], "it said nothing"),
    ],
    ids=["exception", "coloured", "warning", "harmless warning", "silence"],
)
def test_the_reason_is_found_in_what_the_engine_says(said: list[str], reason: str) -> None:
    assert failure_reason(said) == reason
