"""What opens a door in two halves: a link or token, and a code without which it opens nothing.

Who asked for an access passes the code on, who approved it the rest: neither comes in alone.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from referrals.staff import paper_codes

_SIGNS = 12
"""Sixty bits, of which nobody tries many: the other half has 256."""
_JOINS = "."


@dataclass(frozen=True)
class Half:
    """The code that whoever asked passes on, this once, and to whom."""

    whom: str
    code: str

    def __repr__(self) -> str:
        """Show neither."""
        return "Half()"


def draw_for(whom: str) -> Half:
    """Draw the code for somebody."""
    return Half(whom, paper_codes.draw(_SIGNS))


def joined(half: str, code: str) -> str:
    """Write both halves as one secret."""
    return f"{half}{_JOINS}{code}" if code.strip() else half


def parted(secret: str) -> tuple[str, str]:
    """Give the half that is a link's or token's, and the code; nothing where there is none."""
    half, _, code = secret.partition(_JOINS)
    return half, code


def fits(code: str, kept: str | None) -> bool:
    """Tell whether it is the code whose fingerprint is kept; where none is, none is asked for."""
    return kept is None or hmac.compare_digest(kept, paper_codes.fingerprint(code))
