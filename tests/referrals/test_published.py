"""What took long to count is kept for a while; what did not is counted anew."""

from __future__ import annotations

from dataclasses import dataclass

from referrals.publication import Publication, publish
from referrals.published import LONGEST_S, Published


@dataclass
class Counter:
    """Counts in ``takes`` seconds of a clock that only counting moves."""

    takes: float
    at: float = 0.0
    times: int = 0

    def __call__(self) -> Publication:
        self.times += 1
        self.at += self.takes
        return publish({"A": {"a": []}})


def test_what_is_counted_fast_is_counted_anew() -> None:
    counter = Counter(0.01)
    kept = Published(lambda: counter.at)
    kept.get("2026", counter)
    kept.get("2026", counter)
    assert counter.times == 2


def test_what_took_long_is_kept_for_a_while_and_then_counted_anew() -> None:
    counter = Counter(2.0)
    kept = Published(lambda: counter.at)
    assert kept.get("2026", counter) is kept.get("2026", counter)
    kept.get("2025", counter)
    assert counter.times == 2
    counter.at += LONGEST_S
    kept.get("2026", counter)
    assert counter.times == 3
