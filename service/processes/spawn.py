"""Starts processes that never outlive us, however we end."""

import ctypes
import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG, PR_CAP_AMBIENT, CLEAR_ALL = 1, 47, 4


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    pass_fds: Sequence[int] = (),
    keep_rights: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, its output and errors going to `output`.

    Its own group keeps a Ctrl-C at the terminal from it: we stop it in our order. On Linux the
    kernel kills it when we die, `kill -9` included. It is given the rights that a service manager
    gave us, to become another user, unless it is to ``keep_rights`` no longer. Raises OSError if it
    cannot be started.
    """
    before = _dies_with(os.getpid(), keep_rights=keep_rights)
    return subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=pass_fds,
        process_group=0,
        preexec_fn=before if sys.platform == "linux" else None,
    )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a process and to all that it started; to nobody if all are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def how_it_ended(returncode: int) -> str:
    """Put an exit code of subprocess into words."""
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


@functools.cache
def _dies_with(parent: int, *, keep_rights: bool) -> Callable[[], None]:
    """Return what a child of `parent` does before it becomes its program."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here, not between fork and exec
    kill = int(signal.SIGKILL)

    def ask_to_be_killed() -> None:
        if not keep_rights:
            prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
        prctl(PR_SET_PDEATHSIG, kill, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_to_be_killed
