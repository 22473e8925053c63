"""Notices a process that runs but has stopped answering, without ever waiting for it."""

import selectors
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

ASK_EVERY_S = 3.0
ANSWER_S = 3.0
MISSES = 5
"""Questions in a row without an answer, after which a process counts as hanging."""
CONNECT_S = 0.5


class Watch:
    """Asks one address again and again, through the selector of who owns it.

    Any answer in HTTP will do, also a refusal: what is asked is whether anybody is at home.
    """

    def __init__(self, url: str, selector: selectors.BaseSelector) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._question = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
        self._selector = selector
        self._asked: socket.socket | None = None
        self._misses = 0
        self.next_at = 0.0
        """When there is something to do, by `time.monotonic`, if no answer comes before."""

    def begin(self) -> None:
        """Begin anew, with a process that is ready."""
        self.end()
        self._misses = 0
        self.next_at = time.monotonic() + ASK_EVERY_S

    def end(self) -> None:
        """Ask no more."""
        if self._asked:
            self._selector.unregister(self._asked)
            self._asked.close()
            self._asked = None

    def hangs(self) -> bool:
        """Ask if it is time; say whether too many questions in a row had no answer.

        Counts questions, not time, so that nobody is blamed for a time in which we slept.
        """
        if time.monotonic() >= self.next_at:
            self._misses += self._asked is not None
            self.end()
            self._ask()
            self.next_at = time.monotonic() + ANSWER_S
        return self._misses >= MISSES

    def hear(self) -> None:
        """Take what came back."""
        said = b""
        with suppress(OSError):
            said = self._asked.recv(64) if self._asked else b""
        self.end()
        self._misses = 0 if said.startswith(b"HTTP/") else self._misses + 1
        self.next_at = time.monotonic() + ASK_EVERY_S

    def _ask(self) -> None:
        try:
            self._asked = socket.create_connection(self._address, CONNECT_S)
        except OSError:  # a full queue of callers: nobody takes them
            self._misses += 1
            return
        self._asked.setblocking(False)
        self._selector.register(self._asked, selectors.EVENT_READ, self)
        with suppress(OSError):
            self._asked.send(self._question.encode())
