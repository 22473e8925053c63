"""References such as ``H-7KF3-Q``: short, unambiguous, checkable and without meaning.

Random signs from an alphabet without look-alikes (four; five and six once four run out) and a check
sign that catches one wrong sign or two that changed places (ISO 7064, mod 37,36, from ``stdnum``).
That sum misses a few such changes: a reference which has one is not drawn.
"""

from __future__ import annotations

import re
import secrets
from itertools import pairwise

from stdnum.iso7064 import mod_37_36

ALPHABET = "234567ACDEFHJKMNPQRTUVWXY"
_SHAPE = re.compile(r"H-?([0-9A-Z]{4,6})-?([0-9A-Z])")


def new_reference(clashes: int = 0) -> str:
    """Draw a random reference. After ``clashes`` draws that were taken already it grows longer."""
    length = 4 + min(clashes // 3, 2)
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(length))
        check = mod_37_36.calc_check_digit(body)
        if check in ALPHABET and not _swap_passes(body + check):
            return f"H-{body}-{check}"


def _swap_passes(signs: str) -> bool:
    """Tell whether two neighbours can change places unnoticed, as in few of the drawn ones."""
    return any(
        left != right and mod_37_36.is_valid(signs[:at] + right + left + signs[at + 2 :])
        for at, (left, right) in enumerate(pairwise(signs))
    )


def normal_reference(text: str) -> str | None:
    """Give the normal form of what a person typed, or None when its check sign is wrong."""
    match = _SHAPE.fullmatch(re.sub(r"\s", "", text).upper())
    if not match or not mod_37_36.is_valid(match[1] + match[2]):
        return None
    return f"H-{match[1]}-{match[2]}"
