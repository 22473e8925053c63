"""The supervisor, with real processes: what it starts, restarts, and never leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.waiting import until

Supervise = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Start a supervisor over children given as name=kind; kill it after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**kinds: str) -> subprocess.Popen[str]:
        program = str(Path(__file__).with_name("supervised.py"))
        words = [f"{name}={kind}" for name, kind in kinds.items()]
        process = subprocess.Popen(
            [sys.executable, program, str(tmp_path), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().rstrip()


def pids(folder: Path, name: str) -> list[int]:
    path = folder / f"{name}.pids"
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def is_gone(pid: int) -> bool:
    """A process is gone when the kernel has no entry, or only one that waits to be read."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_it_is_ready_when_every_child_is(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="good", service="good")
    assert line(process) == "ready"
    assert len(pids(tmp_path, "engine")) == len(pids(tmp_path, "service")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_stops_every_child_and_ends_well(
    supervise: Supervise, tmp_path: Path, number: signal.Signals
) -> None:
    process = supervise(engine="good", service="good")
    assert line(process) == "ready"
    process.send_signal(number)
    assert line(process) == "stopped"
    assert process.wait(timeout=5) == 0
    assert all(is_gone(pid) for pid in pids(tmp_path, "engine") + pids(tmp_path, "service"))


def test_a_child_that_does_not_stop_is_killed(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="stubborn")
    assert line(process) == "ready"
    process.terminate()
    assert line(process) == "stopped"
    assert is_gone(pids(tmp_path, "engine")[0])


def test_a_second_stop_signal_does_not_wait(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="stubborn", service="stubborn")
    assert line(process) == "ready"
    process.terminate()
    process.terminate()
    assert line(process) == "stopped"


def test_a_killed_child_is_started_again_within_a_second_and_told_in_a_line(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="good", service="good")
    assert line(process) == "ready"
    [first] = pids(tmp_path, "engine")
    killed_at = time.monotonic()
    os.kill(first, signal.SIGKILL)
    assert line(process) == "engine ended (killed by SIGKILL); starting it again in 0.2 s"
    assert line(process) == "engine is back"
    assert time.monotonic() - killed_at < 1
    _, second = until(lambda: len(found := pids(tmp_path, "engine")) == 2 and found)
    assert not is_gone(second)
    assert len(pids(tmp_path, "service")) == 1


def test_a_child_may_be_killed_again_and_again_once_all_were_ready(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="good")
    assert line(process) == "ready"
    for count in range(1, 6):
        present = until(lambda: len(found := pids(tmp_path, "engine")) == count and found)[-1]  # noqa: B023
        os.kill(present, signal.SIGKILL)
        assert "killed by SIGKILL" in line(process)
        assert line(process) == "engine is back"


def test_a_child_that_stops_answering_is_killed_and_started_again(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="mute", service="good")
    assert line(process) == "ready"
    [first] = pids(tmp_path, "engine")
    assert line(process) == "engine does not answer any more; killing it"
    assert line(process) == "engine ended (killed by SIGKILL); starting it again in 0.2 s"
    assert line(process) == "engine is back"
    assert is_gone(first)
    assert len(pids(tmp_path, "service")) == 1


def test_killing_the_supervisor_leaves_no_orphan(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="stubborn", service="good")
    assert line(process) == "ready"
    process.kill()
    for name in ("engine", "service"):
        until(lambda: all(is_gone(pid) for pid in pids(tmp_path, name)))  # noqa: B023


def test_what_a_child_started_itself_goes_with_it(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="parent")
    assert line(process) == "ready"
    grandchild = int((tmp_path / "engine.pids.grandchild").read_text())
    process.terminate()
    assert line(process) == "stopped"
    until(lambda: is_gone(grandchild))


def test_it_gives_up_on_a_child_that_never_starts_and_says_why(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="broken", service="good")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    why = "engine does not start (exit code 3): ValueError: the wheel is missing"
    assert errors.splitlines() == [f"{why} (whole story: {tmp_path / 'engine.log'})"]
    assert all(is_gone(pid) for pid in pids(tmp_path, "service"))


def test_it_does_not_try_again_what_is_hopeless_and_says_why(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="good", service="hopeless")
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.splitlines()) == (1, ["the disk is gone; buy another"])
    assert all(is_gone(pid) for pid in pids(tmp_path, "engine"))


def test_a_child_that_comes_after_another_waits_until_that_is_ready(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(two="second", one="good")
    assert line(process) == "ready"
    assert (tmp_path / "two.pids.order").read_text() == "True"


def test_a_stop_while_starting_leaves_nothing_running(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(engine="late", service="good")
    [pid] = until(lambda: pids(tmp_path, "late"))
    process.terminate()
    process.communicate(timeout=5)
    assert process.returncode != 0
    assert is_gone(pid)


def test_what_a_child_says_stands_in_its_log_with_the_time(
    supervise: Supervise, tmp_path: Path
) -> None:
    process = supervise(engine="good")
    assert line(process) == "ready"
    said = until(lambda: (tmp_path / "engine.log").read_text())
    assert said.rstrip().endswith(f"hello from {tmp_path / 'engine.pids'}")
    assert said[:2] == "20"
