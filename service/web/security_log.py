"""Where security events go from the web service: standard output, syslog, and a count of each.

Standard output is what the supervisor reads: it keeps them in `logs/security.jsonl`.
"""

from __future__ import annotations

import logging
import queue
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import QueueHandler, SysLogHandler
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter

from referrals.security_events.events import Event
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
        for event in Event:  # an alert on the first of a kind sees that it was none before
            self._events.labels(event.value.action, event.value.outcome)

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


class _Counting:
    """A closed line on which each message is told its length first, as RFC 5425 has it."""

    def __init__(self, line: ssl.SSLSocket) -> None:
        self._line = line

    def sendall(self, message: bytes) -> None:
        """Send one message."""
        self._line.sendall(b"%d %b" % (len(message), message))

    def close(self) -> None:
        """Close the line."""
        self._line.close()


class _ClosedSyslog(_Syslog):
    """The same by TLS, to a server whose certificate is of its name."""

    def __init__(self, host: str, port: int, ca: Path | None) -> None:
        self._host = host
        self._trusted = ssl.create_default_context(cafile=ca)
        super().__init__((host, port), SysLogHandler.LOG_AUTHPRIV, socket.SOCK_STREAM)

    def createSocket(self) -> None:  # noqa: N802 - the library's name
        """Connect. Raises OSError where the server is away or another."""
        super().createSocket()
        plain: socket.socket = self.socket  # type: ignore[has-type]
        line = self._trusted.wrap_socket(plain, server_hostname=self._host)
        self.socket = _Counting(line)


@contextmanager
def security_log(
    registry: CollectorRegistry, syslog: str = "", ca: Path | None = None
) -> Iterator[None]:
    """Let security events be written and counted until the end of the block.

    ``syslog`` is where they are sent besides, ``ca`` what to trust there.
    """
    log = logging.getLogger(LOGGER)
    before = log.level, log.propagate
    log.setLevel(logging.INFO)
    log.propagate = False
    written = logging.StreamHandler(sys.stdout)
    handlers: list[logging.Handler] = [written, _Counted(registry)]
    waiting: queue.Queue[logging.LogRecord | None] = queue.Queue(WAITING)
    sender = threading.Thread(target=_send, args=(waiting, syslog, ca), name="syslog", daemon=True)
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


def _send(waiting: queue.Queue[logging.LogRecord | None], address: str, ca: Path | None) -> None:
    """Send what waits until the end is told; connect when there is something to send."""
    syslog: _Syslog | None = None
    while (record := waiting.get()) is not None:
        with suppress(OSError, ValueError):  # away, another, or a name that is none
            syslog = syslog or _connected(address, ca)
            syslog.emit(record)
    if syslog:
        syslog.close()


def _connected(address: str, ca: Path | None) -> _Syslog:
    to, facility = urlsplit(address), SysLogHandler.LOG_AUTHPRIV
    syslog: _Syslog
    if to.scheme == "unix":
        syslog = _Syslog(to.path, facility)
    elif to.scheme == "tls":
        syslog = _ClosedSyslog(to.hostname or "", to.port or 6514, ca)
    else:
        kind = socket.SOCK_STREAM if to.scheme == "tcp" else socket.SOCK_DGRAM
        syslog = _Syslog((to.hostname or "", to.port or 514), facility, kind)
        if kind == socket.SOCK_STREAM:  # where nothing else parts one message from the next
            syslog.setFormatter(logging.Formatter("%(message)s\n"))
    syslog.ident = "henvis: "
    return syslog
