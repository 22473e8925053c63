"""The real engine answers us alone, takes no endless message, and holds what the paper says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from service.engine.rasa import engine_env
from service.settings import ROOT, Settings
from tests.conftest import RunningHenvis
from tests.system.processes import pid_of

MESSAGE = {"sender": "a-stranger", "message": "hej"}


@pytest.fixture
def engine(running_henvis: RunningHenvis) -> Iterator[httpx.Client]:
    told = Path(f"/proc/{pid_of(running_henvis, 'engine')}/cmdline").read_text().split("\0")
    port = told[told.index("--port") + 1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield client


@pytest.fixture
def secret(running_henvis: RunningHenvis) -> dict[str, str]:
    file = running_henvis.data / "engine" / "credentials.yml"
    assert file.stat().st_mode & 0o777 == 0o600
    [channel] = yaml.safe_load(file.read_text()).values()
    return {"Authorization": f"Bearer {channel['secret']}"}


@pytest.mark.parametrize(
    "shown",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"}, {"Authorization": "x"}],
    ids=["nothing", "empty", "wrong", "no bearer"],
)
def test_who_does_not_show_the_secret_finds_nothing(
    engine: httpx.Client, shown: dict[str, str]
) -> None:
    assert engine.get("/webhooks/rest/", headers=shown).status_code == 404
    answer = engine.post("/webhooks/rest/webhook", json=MESSAGE, headers=shown)
    assert (answer.status_code, answer.content) == (404, b"")


def test_who_shows_it_is_answered(engine: httpx.Client, secret: dict[str, str]) -> None:
    assert engine.get("/webhooks/rest/", headers=secret).status_code == 200


def test_a_message_beyond_all_measure_is_refused(
    engine: httpx.Client, secret: dict[str, str]
) -> None:
    large = {**MESSAGE, "message": "hej " * 20_000}
    for shown in (secret, {}):
        answer = engine.post("/webhooks/rest/webhook", json=large, headers=shown)
        assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/status", "/domain", "/version", "/conversations/x/tracker"])
def test_rasa_s_own_doors_are_shut(engine: httpx.Client, secret: dict[str, str], path: str) -> None:
    assert engine.get(path, headers=secret).status_code == 404


def test_it_runs_behind_the_fence(running_henvis: RunningHenvis) -> None:
    status = Path(f"/proc/{pid_of(running_henvis, 'engine')}/status").read_text()
    assert "NoNewPrivs:\t1" in status


def _listed(heading: str) -> list[str]:
    text = (ROOT / "docs" / "security" / "engine.md").read_text("utf-8")
    [names] = re.findall(rf"^\*\*{heading}:\*\* (.+)\.$", text, re.MULTILINE)
    return str(names).split(", ")


def test_what_is_installed_and_loaded_is_what_the_paper_lists(trained_model: Path) -> None:
    settings = Settings.load()
    done = subprocess.run(
        [settings.engine_python, "-W", "ignore", "-m", "nlu.serving.inventory", trained_model],
        cwd=ROOT,
        env=engine_env(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    told = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, how in told if how == "loaded"] == _listed("Loaded")
    assert [name for name, how in told if how == "installed"] == _listed("Not loaded")


def test_no_tool_of_the_tests_is_installed_beside_the_engine() -> None:
    names = {*_listed("Loaded"), *_listed("Not loaded")}
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "playwright", "pip"}
