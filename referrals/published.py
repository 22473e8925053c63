"""Keeps publications that were slow to count, for a while and in this process only.

What is counted fast is counted anew each time. What took long, at hundreds of thousands of
encounters a year, is kept a hundred times as long as it took, a quarter of an hour at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

from referrals.publication import Publication

WORTH_KEEPING_S = 0.5
TIMES = 100
LONGEST_S = 900.0
MOST = 100


class Published:
    """Publications by what they are of. Refuses nothing; forgets the oldest of too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Publication]] = {}

    def get(self, key: Hashable, count: Callable[[], Publication]) -> Publication:
        """Give the one that is kept, or count it."""
        begun = self._clock()
        until, kept = self._kept.get(key, (begun, None))
        if kept is not None and begun < until:
            return kept
        counted = count()
        ended = self._clock()
        if ended - begun >= WORTH_KEEPING_S:
            self._kept.pop(key, None)
            self._kept[key] = (ended + min(TIMES * (ended - begun), LONGEST_S), counted)
            if len(self._kept) > MOST:
                self._kept.pop(next(iter(self._kept)))
        return counted
