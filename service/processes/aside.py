"""Runs a command of ours in a process of its own.

What it imports and remembers goes with it: the supervisor that stays is a tenth of a service.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Callable

from service.errors import Hopeless, UserError
from service.processes.spawn import signal_group, spawn
from service.settings import ROOT, Settings

LOOK_EVERY_S = 0.1
_SAID_BY_US = "henvis: "


def run_aside(settings: Settings, command: str, tick: Callable[[], None]) -> list[str]:
    """Give the lines that a command printed, calling `tick` until it ends.

    Raises UserError with the command's own last line if it failed, Hopeless if another try would
    not help. If `tick` raises, the command is killed.
    """
    argv = (sys.executable, "-P", "-m", "service", command)
    with tempfile.TemporaryFile() as output:
        process = spawn(argv, env=settings.to_env(), cwd=ROOT, output=output)
        try:
            while process.poll() is None:
                tick()
                time.sleep(LOOK_EVERY_S)
        finally:
            signal_group(process, signal.SIGKILL)
            process.wait()
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines()
    if process.returncode:
        why = lines[-1] if lines else f"{command} failed and said nothing"
        hopeless = process.returncode == Hopeless.exit_code
        raise (Hopeless if hopeless else UserError)(why.removeprefix(_SAID_BY_US))
    return lines
