"""The light engine's decisions: another way to run the same graph and to find the same rules."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path


def test_decisions_are_the_same_as_in_plain_rasa(engine_python: Path) -> None:
    finished = subprocess.run(
        [engine_python, Path(__file__).with_name("light_graph_runs.py")],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    seen = json.loads(finished.stdout.splitlines()[-1])
    domains = {name: seen[name].pop("domains") for name in ("ours", "rasa")}
    assert seen["ours"] == seen["rasa"]
    assert domains["ours"]["ours"] == domains["rasa"]["ours"]
    assert domains["rasa"]["wrong"] == "YamlValidationException"  # what training refuses
    assert domains["ours"]["wrong"] is True
    assert seen["ours"]["graphs"]["each once"]
    assert seen["ours"]["rules"] == [["greet"], ["help"], ["greet"], []]
    assert seen["copied"] == [0, 0]  # but for logs, in the modules whose copies are left out
