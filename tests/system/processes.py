"""The processes under a running Henvis: finding them, and ending them without a warning."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.conftest import RunningHenvis
from tests.service.waiting import until

Part = Literal["service", "engine"]
_WORDS = {"service": b"serve", "engine": b"nlu.engine"}


def pid_of(running: RunningHenvis, part: Part) -> int:
    """Give the process id of the service or the engine, waiting until there is one."""
    return until(lambda: _find(running.process.pid, part))


def pids_of(running: RunningHenvis, part: Part) -> list[int]:
    """Give the process ids of all services or engines there are, as they were started."""
    return sorted(_found(running.process.pid, part))


def kill(running: RunningHenvis, part: Part) -> None:
    """End the service or the engine as a crash would: ``kill -9``, nothing cleaned up."""
    os.kill(pid_of(running, part), signal.SIGKILL)


@contextmanager
def stopped(running: RunningHenvis, part: Part) -> Iterator[None]:
    """Let the service or the engine stand still, neither answering nor ending."""
    pid = pid_of(running, part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        if _find(running.process.pid, part) == pid:
            os.kill(pid, signal.SIGCONT)


def resident_kb(pid: int) -> int:
    """Give the resident memory of a process in kB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def memory_of(pid: int) -> Iterator[bytes]:
    """Give what a process holds in its own (anonymous, writable) memory, piece by piece."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, _offset, _device, inode, *_name = line.split()
            if not rights.startswith("rw") or inode != "0":
                continue
            start, end = (int(edge, 16) for edge in span.split("-"))
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:  # given back meanwhile, or never readable
                continue


def _find(parent: int, part: Part) -> int | None:
    return next(_found(parent, part), None)


def _found(parent: int, part: Part) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[1]) == parent and after_name[0] != "Z" and _WORDS[part] in command:
            yield int(stat.parent.name)
