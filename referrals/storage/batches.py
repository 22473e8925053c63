"""Work that goes through many rows, some at a time, so that nobody waits for a lock for long."""

from __future__ import annotations

from collections.abc import Callable

BATCH = 200
"""Rows of one transaction."""
HOUSEKEEPING = "housekeeping"
"""Who did what nobody asked for, in the audit log and in a referral's history."""


def until_none(batch: Callable[[], int]) -> int:
    """Do one batch after the other until there is nothing left; give how many rows there were."""
    total = 0
    while done := batch():
        total += done
    return total
