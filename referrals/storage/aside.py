"""Rows that could not be worked at: left out for a while and told, so that the rest goes on."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

TRIED_AGAIN = timedelta(hours=1)
_LOG = logging.getLogger("henvis")


class Aside:
    """What is left out, until when, in this process: a start tries all of it again."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int | str], datetime] = {}
        self._lock = threading.Lock()

    def put(self, what: str, key: int | str, now: datetime, error: Exception) -> None:
        """Leave a row out for an hour, and tell so. ``key`` is a row's own and names nobody."""
        with self._lock:
            self._until[what, key] = now + TRIED_AGAIN
        _LOG.error(
            "set_aside=%r row=%s error=%s at=%s", what, key, type(error).__name__, place(error)
        )

    def left_out(self, what: str, now: datetime) -> list[int | str]:
        """Give the rows that wait; those whose hour is over are no longer among them."""
        with self._lock:
            for over in [each for each, until in self._until.items() if until <= now]:
                del self._until[over]
            return [key for of, key in self._until if of == what]

    def clear(self) -> None:
        """Try all of it again."""
        with self._lock:
            self._until.clear()

    def counts(self) -> dict[str, int]:
        """Give how many rows are left out, by what is done with them."""
        with self._lock:
            return dict(Counter(what for what, _ in self._until))


def place(error: BaseException) -> str:
    """Say where an error arose, as ``file.py:12``, and nothing of what it is about."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
