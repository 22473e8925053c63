"""Codes that people read, say and type: drawn, and known again however they are written."""

from __future__ import annotations

import secrets

from referrals.staff.sessions import digest

_HARD_TO_MIX_UP = "abcdefghijklmnopqrstuvwxyz234567"
_GROUP = 4


def draw(signs: int) -> str:
    """Draw a code of so many letters and digits that are hard to mix up, five bits each.

    They stand in groups of four.
    """
    drawn = "".join(secrets.choice(_HARD_TO_MIX_UP) for _ in range(signs))
    return "-".join(drawn[start : start + _GROUP] for start in range(0, signs, _GROUP))


def fingerprint(code: str) -> str:
    """Give the hash of a code, whatever blanks, dashes and capitals it was typed with."""
    return digest("".join(code.lower().split()).replace("-", ""))
