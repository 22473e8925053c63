"""One supervised process: how it is started, what it says, whether it is ready."""

import logging
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from referrals.security_events.telling import FIRST_FIELD
from service.processes.spawn import signal_group, spawn

LOG_BYTES = 2_000_000
LOG_FILES_KEPT = 3
EVENTS_BYTES = 10_000_000
EVENTS_FILES_KEPT = 10
"""Security events are kept longer: somebody who makes many cannot soon wash away what came before.
"""
LAST_LINES = 60
CHUNK_BYTES = 65536


@dataclass(frozen=True)
class Child:
    """What the supervisor has to know of a process to keep it running."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    """Where what it says goes, but for its security events."""
    is_ready: Callable[[], bool]
    """Must answer within about a second, and raise nothing."""
    hello: str = ""
    """An address that it answers at as long as it is well, to notice when it hangs."""
    events: Path | None = None
    """Where its security events go, as they are: JSON, one a line."""
    echoes_events: bool = False
    """Whether they go to our own standard output as well."""
    pass_fds: tuple[int, ...] = ()
    after: str = ""
    """The child that must be ready before this one is started for the first time."""
    keeps_rights: bool = False
    """Whether it has what a service manager gave us besides a user's rights, to become another."""
    stop_seconds: float = 5.0
    """How long it may take to stop before it is killed."""


def log_line() -> logging.Formatter:
    """Write a line of a log: the time in UTC, as all logs of a house can be put side by side."""
    line = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    line.converter = time.gmtime
    return line


class _BoundedLog(RotatingFileHandler):
    """Loses a line, and only the line, when the disk is full: what runs must go on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Say nothing."""


@dataclass
class Running:
    """A child's present process, and the bounded log of what all its processes said."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    deaths: int = 0
    """In a row, without having been ready in between."""
    start_at: float = 0.0
    """When to start it, by `time.monotonic`, if it has no process."""
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    _log: _BoundedLog | None = None
    _events: _BoundedLog | None = None
    _unfinished_line: bytes = b""

    def start(self) -> int:
        """Start the process; return the descriptor to read what it says from.

        Raises OSError if there is no such program.
        """
        self._open_log()
        self.process = spawn(
            self.child.argv,
            env=self.child.env,
            cwd=self.child.cwd,
            output=subprocess.PIPE,
            pass_fds=self.child.pass_fds,
            keep_rights=self.child.keeps_rights,
        )
        if not self.process.stdout:
            raise ValueError("a pipe was asked for")
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout.fileno()

    def check_ready(self) -> bool:
        """Ask whether it is ready, unless it was already; say whether it has just become so."""
        if self.process and not self.ready and self.child.is_ready():
            self.ready, self.deaths = True, 0
            return True
        return False

    def copy_output(self) -> bool:
        """Append what it said since to its log; return False once there is no more for now."""
        if not self.process or not self.process.stdout:
            return False
        try:
            said = os.read(self.process.stdout.fileno(), CHUNK_BYTES)
        except BlockingIOError:
            return False
        *lines, self._unfinished_line = (self._unfinished_line + said).split(b"\n")
        if not said or len(self._unfinished_line) > CHUNK_BYTES:
            lines.append(self._unfinished_line)
            self._unfinished_line = b""
        for line in lines:
            self._write(line.decode(errors="replace").rstrip())
        return bool(said)

    def bury(self) -> int:
        """Forget an ended process, and kill what it started; return its exit code."""
        if not self.process or not self.process.stdout:
            raise ValueError(f"{self.child.name} has no process")
        signal_group(self.process, signal.SIGKILL)
        while self.copy_output():
            pass
        self.process.stdout.close()
        returncode = self.process.wait()
        self.process, self.ready = None, False
        return returncode

    def start_later(self, seconds: float) -> None:
        """Note when it is to be started again."""
        self.start_at = time.monotonic() + seconds

    def close(self) -> None:
        """Close its logs."""
        for each in (self._log, self._events):
            if each:
                each.close()

    def _open_log(self) -> None:
        if self._log:
            return
        self._log = _bounded(self.child.log, LOG_BYTES, LOG_FILES_KEPT)
        self._log.setFormatter(log_line())
        if self.child.events:
            self._events = _bounded(self.child.events, EVENTS_BYTES, EVENTS_FILES_KEPT)

    def _write(self, line: str) -> None:
        if not line or not self._log:
            return
        record = logging.makeLogRecord({"msg": line})
        if self._events and line.startswith(FIRST_FIELD):
            self._events.emit(record)
            if self.child.echoes_events:
                print(line, flush=True)
            return
        self.last_lines.append(line)
        self._log.emit(record)


def _bounded(file: Path, most_bytes: int, files: int) -> _BoundedLog:
    file.parent.mkdir(parents=True, exist_ok=True)
    return _BoundedLog(file, maxBytes=most_bytes, backupCount=files - 1, encoding="utf-8")
