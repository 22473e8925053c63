"""How often a secret may be guessed before guessing has to wait. Nobody is locked out for good."""

from __future__ import annotations

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class TooManyAttempts(Exception):
    """There were too many tries; the next one has to wait."""


class Attempts:
    """Counts tries per name in a moving window, in the memory of this process.

    A name that does not exist is counted like one that does.
    """

    def __init__(self, rate: RateLimitItem) -> None:
        self._rate = rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, name: str) -> None:
        """Count one try. Raises TooManyAttempts once the window is full."""
        if not self._limiter.hit(self._rate, name):
            raise TooManyAttempts

    def forgive(self, name: str) -> None:
        """Begin anew after a success."""
        self._limiter.clear(self._rate, name)
