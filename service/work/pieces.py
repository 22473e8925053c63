"""What a piece of work is, and what is known of how it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.work import back_off

Do = Callable[[datetime], Any]


@dataclass(frozen=True)
class Piece:
    """One round of something, and how often; safe to do in several processes at once.

    ``do`` is given the time. In a thread (``threaded``) it does one batch and gives how many rows
    that was: while there are any, it is called again at once. Else it gives an awaitable.
    ``rest`` waits until the next round or until somebody wakes it, ``end`` puts things away.
    A round that is no thread is broken off after ``longest_s``; 0 lets it go on as long as it
    likes, and it is well meanwhile. ``outside`` depends on somebody else's service: when it is
    late we are still ready. ``backlog`` counts what waits; it runs in a thread.
    """

    name: str
    every_s: float
    do: Do
    threaded: bool = True
    rest: Callable[[float], Awaitable[object]] = asyncio.sleep
    end: Callable[[], Awaitable[object]] | None = None
    longest_s: float = 60.0
    outside: bool = False
    backlog: Callable[[], int] | None = None


@dataclass
class Record:
    """How a piece goes. ``since`` is its last success, or its start, by the monotonic clock."""

    piece: Piece
    since: float
    succeeded_at: float = 0.0
    """The same by the wall's clock, in seconds since 1970; 0 before the first."""
    took_s: float = 0.0
    failures: int = 0
    """In a row."""
    failed: int = 0
    """Since the start of this process."""
    backlog: int | None = None
    counted_at: float = field(default=float("-inf"))
    told_late: bool = False
    goes_on: bool = False
    """Whether it is in a round that may take as long as it likes."""

    def is_late(self, now: float) -> bool:
        """Tell whether nothing has succeeded for too long."""
        return not self.goes_on and now - self.since > self.late_after_s

    @property
    def late_after_s(self) -> float:
        """How long nothing may succeed."""
        return back_off.late_after(self.piece.every_s, self.piece.longest_s)
