"""One thread of this process writes at a time: SQLite has one writer, and threads wait in turn."""

from __future__ import annotations

import threading
from collections import deque


class Kept(Exception):
    """Somebody else stayed inside for longer than anybody waits."""


class OneWriter:
    """A door that lets one thread in; who is in may enter again.

    Who waits for longer than ``patience_s`` gets Kept.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._lock = threading.RLock()
        self._waiting: deque[None] = deque()  # a counter that threads can share

    def __enter__(self) -> None:
        self._waiting.append(None)
        try:
            if not self._lock.acquire(timeout=self._patience_s):
                raise Kept
        finally:
            self._waiting.pop()

    def __exit__(self, *_: object) -> None:
        self.leave()

    @property
    def is_awaited(self) -> bool:
        """Tell whether a thread stands before the door."""
        return bool(self._waiting)

    def enter_at_once(self) -> bool:
        """Enter if nobody else is in or waits; never push in."""
        return not self.is_awaited and self._lock.acquire(blocking=False)

    def leave(self) -> None:
        """Undo one entering."""
        self._lock.release()
