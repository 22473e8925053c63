"""How the engine is called: what it is told, and what is made of what it says."""

import stat
from pathlib import Path

import pytest
import yaml

from service.engine import own_user
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


def test_what_lies_elsewhere_for_a_user_of_its_own_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the stop; after a kill, with the next start."""
    monkeypatch.setattr(own_user, "lend", lambda _settings, path, *_mode: path)
    settings = Settings.load(data_dir=tmp_path, engine_user="nobody")
    killed, stopped = own_user.make_folder(settings), own_user.make_folder(settings)
    assert (killed.exists(), (stopped / "home").is_dir()) == (False, True)
    own_user.forget_folder(settings)
    assert not stopped.exists()
    ordinary = own_user.make_folder(Settings.load(data_dir=tmp_path))
    assert ordinary == tmp_path / "engine"
    own_user.forget_folder(settings)
    assert ordinary.exists()


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
