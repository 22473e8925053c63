"""Starts what is measured, finds its processes, reads their memory, stops all at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.engine.rasa import free_port
from service.settings import ROOT

START_S = 240.0
AT_MACHINE_SPEED = {"HENVIS_TAP_WAIT_MS": "0", "HENVIS_LOOK_UPS": "1000000"}
"""A benchmark presses buttons as soon as they are there, which no person may."""


@dataclass(frozen=True)
class Running:
    """A Henvis to measure: its address, a nurse's token, its data and the supervisor's process."""

    url: str
    token: str
    supervisor: int
    data: Path
    started_in_s: float


@contextmanager
def a_henvis(
    data: Path, env: Mapping[str, str] | None = None, checkout: Path = ROOT
) -> Iterator[Running]:
    """Run a Henvis with demo data, of another checkout with its own environment and model.

    Raises SystemExit if it does not start.
    """
    service = [_python(checkout), "-P", "-m", "service"]
    env = {**_inherited(checkout), **AT_MACHINE_SPEED, "PYTHONPATH": str(checkout), **(env or {})}
    began = time.monotonic()
    with subprocess.Popen(
        [*service, "up", "--port", str(free_port()), "--data", str(data)],
        cwd=checkout,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
    ) as process:
        try:
            ready = process.stdout.readline().split() if process.stdout else []
            if not ready:
                raise SystemExit(f"Henvis did not start; see {data}/logs")
            took = time.monotonic() - began
            ask = [*service, "token", "demo-nurse", "--data", str(data)]
            token = subprocess.check_output(ask, cwd=checkout, env=env, text=True).strip()
            yield Running(ready[1], token, process.pid, data, took)
        finally:
            process.terminate()
            process.wait()


def _python(checkout: Path) -> str:
    return sys.executable if checkout == ROOT else str(checkout / ".henvis/modern/bin/python")


def _inherited(checkout: Path) -> dict[str, str]:
    """Give the environment; another checkout sets up its own environments and its model."""
    if checkout == ROOT:
        return dict(os.environ)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HENVIS_")}
    kept.pop("PYTHONPATH", None)
    said = subprocess.check_output(["./henvis", "train"], cwd=checkout, env=kept, text=True)
    return kept | {"PYTHONPATH": str(checkout), "HENVIS_MODEL": said.split()[-1]}


@contextmanager
def a_process(
    argv: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the end of the block; what it says goes to a file."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in argv],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a 200. Raises SystemExit if the process ends or takes too long."""
    give_up_at = time.monotonic() + START_S
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{url} does not answer; see {log}")


def children_of(parent: int) -> Iterator[tuple[int, list[str]]]:
    """Give the processes that a process started, each with its command."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            ppid = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if ppid == parent:
            yield int(stat.parent.name), command


def child_of(parent: int, word: str) -> int:
    """Find the child process whose command holds a word. Raises LookupError."""
    for pid, command in children_of(parent):
        if word in command:
            return pid
    raise LookupError(f"process {parent} has no child that is called with {word}")


def resident_mb(pid: int) -> float:
    """Give the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGESIZE") / 1e6, 1)


def whole_memory_mb(pid: int) -> float:
    """Give the resident memory of a process and all that it started, in MB."""
    return resident_mb(pid) + sum(whole_memory_mb(child) for child, _ in children_of(pid))


def processor_ms(pid: int) -> float:
    """Give the processor time that a process took so far, in ms, as exact as Linux counts it."""
    scheduled = 2  # the clock of what the scheduler counted, as clock_getcpuclockid(3) names it
    return time.clock_gettime_ns(~pid << 3 | scheduled) / 1e6
