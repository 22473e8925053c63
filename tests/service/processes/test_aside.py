"""Commands in a process of their own: what they printed, why they failed, how they are ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import UserError
from service.processes.aside import run_aside
from service.settings import Settings


def test_it_gives_the_lines_that_the_command_printed(tmp_path: Path) -> None:
    ticks: list[None] = []
    lines = run_aside(Settings.load(data_dir=tmp_path), "--help", lambda: ticks.append(None))
    assert any("Usage: henvis" in line for line in lines)
    assert ticks


def test_what_the_command_complains_of_is_complained_of(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^there is no database in .*; start \./henvis up first$"):
        run_aside(Settings.load(data_dir=tmp_path), "first-steps", lambda: None)


def test_whoever_stops_waiting_leaves_nothing_running(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_aside(Settings.load(data_dir=tmp_path), "first-steps", stop)
