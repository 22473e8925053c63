"""The lines of a queue as its pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fastapi import Request

from referrals.denmark.dates import local_day
from referrals.queue.view import QueueEntry


def days_left(entry: QueueEntry, now: datetime) -> int:
    """Count the Danish calendar days to the deadline; negative when it lies behind."""
    return (local_day(entry.due_at) - local_day(now)).days


def lines(entries: Iterable[QueueEntry], now: datetime) -> list[tuple[QueueEntry, int]]:
    """Give each line with the days that are left."""
    return [(entry, days_left(entry, now)) for entry in entries]


def own_municipality(request: Request) -> str:
    """Give the name of the reader's municipality."""
    code = request.state.staff.municipality_code
    name: str = request.app.state.encounters.around.municipalities.name_of(code)
    return name
