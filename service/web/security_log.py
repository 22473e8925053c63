"""Where security events go from the web service: standard output, syslog, and a count of each.

Standard output is what the supervisor reads: it keeps them in `logs/security.jsonl`.
"""

from __future__ import annotations

import logging
import queue
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import QueueHandler, SysLogHandler
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter

from referrals.security_events.telling import LOGGER

WAITING = 10_000
"""Events that wait for a syslog that is slow; more are left out there, and stand in the file."""

LAST_WORDS_S = 1.0
"""How long a stop waits for what is still to be sent."""


class _Counted(logging.Handler):
    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._events = Counter(
            "henvis_security_events",
            "Security events, as docs/security/events.md lists them.",
            ("action", "outcome"),
            registry=registry,
        )

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.security_event.value  # type: ignore[attr-defined]
        self._events.labels(kind.action, kind.outcome).inc()


class _Waiting(QueueHandler):
    """Hands an event over and never waits; what has no room is left out."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Hand it over as it is."""
        return record

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Say nothing."""


class _Syslog(SysLogHandler):
    """Sends each event as one message; a server that is away costs that event, and only there."""

    append_nul = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the library's
        """Say nothing: the event stands in the file. The next one connects anew."""
        self.close()


@contextmanager
def security_log(registry: CollectorRegistry, syslog: str = "") -> Iterator[None]:
    """Let security events be written and counted until the end of the block."""
    log = logging.getLogger(LOGGER)
    before = log.level, log.propagate
    log.setLevel(logging.INFO)
    log.propagate = False
    written = logging.StreamHandler(sys.stdout)
    handlers: list[logging.Handler] = [written, _Counted(registry)]
    waiting: queue.Queue[logging.LogRecord | None] = queue.Queue(WAITING)
    sender = threading.Thread(target=_send, args=(waiting, syslog), name="syslog", daemon=True)
    if syslog:
        handlers.append(_Waiting(waiting))
        sender.start()
    for each in handlers:
        log.addHandler(each)
    try:
        yield
    finally:
        for each in handlers:
            log.removeHandler(each)
        log.level, log.propagate = before
        if sender.is_alive():
            with suppress(queue.Full):
                waiting.put_nowait(None)
            sender.join(LAST_WORDS_S)  # a syslog that hangs holds nobody up for longer


def _send(waiting: queue.Queue[logging.LogRecord | None], address: str) -> None:
    """Send what waits until the end is told; connect when there is something to send."""
    syslog: _Syslog | None = None
    while (record := waiting.get()) is not None:
        with suppress(OSError):
            syslog = syslog or _connected(address)
            syslog.emit(record)
    if syslog:
        syslog.close()


def _connected(address: str) -> _Syslog:
    to, facility = urlsplit(address), SysLogHandler.LOG_AUTHPRIV
    if to.scheme == "unix":
        syslog = _Syslog(to.path, facility)
    else:
        kind = socket.SOCK_STREAM if to.scheme == "tcp" else socket.SOCK_DGRAM
        syslog = _Syslog((to.hostname or "", to.port or 514), facility, kind)
        if kind == socket.SOCK_STREAM:  # where nothing else parts one message from the next
            syslog.setFormatter(logging.Formatter("%(message)s\n"))
    syslog.ident = "henvis: "
    return syslog
