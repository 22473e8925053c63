"""Starting a whole Henvis as a person would, and ending it; knows nothing of pytest."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from demo.log_in import PASSWORD
from service.settings import ROOT, Settings

AT_MACHINE_SPEED = {"HENVIS_TAP_WAIT_MS": "0", "HENVIS_LOOK_UPS": "1000000"}
"""Tests tap faster than anybody may; those of a second tap say how long it takes."""


@dataclass
class RunningHenvis:
    """A whole Henvis: supervisor, engine and service, with demo data in ``data``."""

    url: str
    data: Path
    process: subprocess.Popen[str]
    output: Path
    password: str = PASSWORD

    def token(self, name: str) -> str:
        """Give a fresh bearer token, as the command line would, without starting one."""
        from service.commands.tokens import new_token  # the app, which few tests here need

        return new_token(Settings.load(data_dir=self.data), name)

    def client(self, name: str) -> httpx.Client:
        """Give an HTTP client that is signed in."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def run(self, *command: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command of ``./henvis`` on the same data."""
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "service", *command, "--data", str(self.data)],
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=True,
            **options,
        )


def start_henvis(
    folder: Path,
    *options: str,
    code: Path = ROOT,
    by: Sequence[str] = (sys.executable,),
    **env: str,
) -> RunningHenvis:
    """Start a whole Henvis in ``folder`` and wait until it says that it is ready.

    It may run from another place than ours, where ``code`` is a copy, and ``by`` another Python.
    """
    if code != ROOT:
        env = {"PYTHONPATH": str(code), **env}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, output = folder / "data", folder / "output.txt"
    with output.open("w") as out:
        process = subprocess.Popen(
            [
                *(*by, "-m", "service", "up"),
                *("--port", str(port), "--data", str(data), *options),
            ],
            cwd=code,
            text=True,
            stdout=subprocess.PIPE,
            stderr=out,
            env={**AT_MACHINE_SPEED, **os.environ, **env},
        )
    assert process.stdout is not None
    with output.open("a") as out:
        for line in process.stdout:
            out.write(line)
            if line.startswith("ready "):
                return RunningHenvis(line.split()[1], data, process, output)
    process.wait()
    process.stdout.close()
    raise AssertionError(f"Henvis did not start:\n{output.read_text()}")


def stop_henvis(running: RunningHenvis) -> None:
    """Stop it as Ctrl-C would, and wait."""
    running.process.send_signal(signal.SIGTERM)
    assert running.process.stdout is not None
    with running.output.open("a") as out:
        out.write(running.process.stdout.read())
    running.process.wait(timeout=30)
    running.process.stdout.close()
