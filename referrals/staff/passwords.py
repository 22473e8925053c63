"""What makes a password good enough. Knows the common ones of many languages; stores nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 12
LONGEST = 200
_JUDGED = 72
_GOOD_ENOUGH = 3
"""Of 0 to 4: more than 10^8 guesses."""


class WeakPassword(ValueError):
    """A password that is too short, too long or too easy to guess; ``why`` says which."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_password(password: str, known: Iterable[str] = ()) -> None:
    """Raise WeakPassword for one that nobody should use; ``known`` are the person's names."""
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    from zxcvbn import zxcvbn  # 11 MB of common passwords, which most services never look at

    own = [*_house_words(), *(name for name in known if name)]
    judged = zxcvbn(password[:_JUDGED], user_inputs=own)
    if judged["score"] < _GOOD_ENOUGH:
        raise WeakPassword("common")


@cache
def _house_words() -> tuple[str, ...]:
    """Give the words that come to mind here, beside those that zxcvbn knows from all the world."""
    lines = Path(__file__).with_name("house_words.txt").read_text("utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())
