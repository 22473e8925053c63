"""What happens when, on a clock that jumps from one thing to the next."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from random import Random

from holidays import HolidayBase, country_holidays

from referrals.denmark.dates import DANISH_TIME, local

OPENS, CLOSES = 8, 15
"""Hours of the Danish working day."""
_SATURDAY = 5


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    at: datetime

    def __call__(self) -> datetime:
        """Give the time."""
        return self.at


@dataclass
class Agenda:
    """Deeds in the order of their time; equal times in the order in which they were planned.

    ``about`` says whose turn it is, so that what is still to come can be told in the end.
    """

    clock: Clock
    _planned: list[tuple[datetime, int, str, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def plan(self, at: datetime, deed: Callable[[], None], about: str = "") -> None:
        """Do ``deed`` at a time; what lies behind is done next."""
        heapq.heappush(self._planned, (at, next(self._numbers), about, deed))

    def run(self, until: datetime, told: Callable[[datetime], None] = lambda _: None) -> int:
        """Do everything up to a time and give how much that was; the rest stays planned."""
        done = 0
        while self._planned and self._planned[0][0] <= until:
            at, _, _, deed = heapq.heappop(self._planned)
            self.clock.at = at
            deed()
            done += 1
            told(at)
        self.clock.at = until
        return done

    def still_to_come(self) -> set[str]:
        """Give whose turn would come after the end."""
        return {about for _, _, about, _ in self._planned}


@cache
def _feasts() -> HolidayBase:
    return country_holidays("DK")


def at_work(at: datetime, chance: Random) -> datetime:
    """Give a time within working hours on the same day, or else on the next working day."""
    shown = local(at)
    if shown.hour >= CLOSES:
        shown += timedelta(days=1)
    while shown.weekday() >= _SATURDAY or shown.date() in _feasts():
        shown += timedelta(days=1)
    if shown.date() == local(at).date() and OPENS <= shown.hour < CLOSES:
        return at
    minute = chance.randrange((CLOSES - OPENS) * 60)
    moved = datetime(shown.year, shown.month, shown.day, OPENS, tzinfo=DANISH_TIME)
    return (moved + timedelta(minutes=minute)).astimezone(at.tzinfo)
