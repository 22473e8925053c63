"""So many at once, and as many again evenly in each period. Pure: one number is all that is kept.

The number is when all of it is free again (the generic cell rate algorithm): it costs one row,
written by one statement, and does not grow with what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_SECOND = 1_000_000


@dataclass(frozen=True)
class Rate:
    """``amount`` at once, then one more after each ``period / amount``."""

    amount: int
    period: timedelta

    @property
    def step_us(self) -> int:
        """Give after how many microseconds one more is free."""
        return self._period_us // self.amount

    def first(self, now_us: int) -> int:
        """Give when all is free again, of one that is spent while all was."""
        return now_us + self.step_us

    def latest(self, now_us: int) -> int:
        """Give the last time to have all free again at which one may still be spent."""
        return now_us + self._period_us - self.step_us

    def most(self, now_us: int) -> int:
        """Give when all is free again at the latest, by a clock that never ran ahead."""
        return now_us + self._period_us

    def waits_s(self, free_at_us: int, now_us: int) -> int:
        """Give after how many seconds one may be spent, upwards; 0 for now."""
        if free_at_us > self.most(now_us):
            return 0
        return max(0, -((self.latest(now_us) - free_at_us) // _SECOND))

    @property
    def _period_us(self) -> int:
        return int(self.period.total_seconds()) * _SECOND


@dataclass(frozen=True)
class Allowance:
    """What is counted for each of many: a name for it, and its rates, all of which must hold.

    Several rates make whoever goes on wait longer and longer.
    """

    what: str
    rates: tuple[Rate, ...]


def per(amount: int, **period: float) -> Rate:
    """Write a rate as it is said: ``per(10, minutes=5)``."""
    return Rate(amount, timedelta(**period))


def microseconds(now: datetime) -> int:
    """Give a time as the number that is kept."""
    return int(now.timestamp()) * _SECOND + now.microsecond
