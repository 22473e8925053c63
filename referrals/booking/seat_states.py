"""A seat in a course: its states, what comes of asking for one, and why there is none. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CALLED_OFF = "course_cancelled"
"""Why a seat ended when its course was cancelled."""


class SeatState(StrEnum):
    """Where a seat stands."""

    WAITING = "waiting"
    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


class NotOpen(Exception):
    """The course takes nobody: there is none, it is not open, it began, its deadline has passed."""


class Full(Exception):
    """There is no seat, and the line is not wanted or would cost the seat that is held."""


class AlreadyConfirmed(Exception):
    """The municipality confirmed a seat in another course: only the municipality gives it back."""


class NoSeat(Exception):
    """There is no seat to confirm: none was held, or the hold ran out."""


class TooFewSeats(ValueError):
    """The capacity would be below the ``in_use`` seats that are taken or held."""

    def __init__(self, in_use: int) -> None:
        super().__init__(f"{in_use} seats are taken or held")
        self.in_use = in_use


@dataclass(frozen=True)
class Held:
    """A seat is held in the course until ``expires_at``; None once it is confirmed."""

    course_id: int
    expires_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """There is no seat; ``position`` in the line begins with 1."""

    course_id: int
    position: int
