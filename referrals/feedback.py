"""The loop closed to the ward: the funnel, the quit rates and what may be shown of them. Pure.

Counts under five are not shown, nor what would let somebody work one out; rates only from twenty.
No rate hides who was lost: they stand in the denominator, and apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_COUNT = 5
SMALLEST_DENOMINATOR = 20


class Stage(StrEnum):
    """The stages of the funnel, in order; each counts a part of the one before."""

    ASKED = "asked"
    USERS = "users"
    ADVISED = "advised"
    ACCEPTED = "accepted"
    CONSENTED = "consented"
    FILED = "filed"
    REACHED = "reached"
    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"


class QuitRate(StrEnum):
    """The four quit rates, each with its own denominator: never one without its label."""

    END_OF_COMPLETERS = "end_of_completers"
    SIX_MONTHS_OF_RESPONDERS = "six_months_of_responders"
    SIX_MONTHS_OF_STARTERS = "six_months_of_starters"
    SIX_MONTHS_OF_REFERRED = "six_months_of_referred"


@dataclass(frozen=True)
class Share:
    """A part of a whole, with those whose time has not come yet counted apart.

    ``hits`` of ``of``; ``not_yet_due`` are in neither, ``lost`` in ``of`` but never in ``hits``.
    """

    hits: int
    of: int
    not_yet_due: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        """Refuse a part that is larger than its whole."""
        if not 0 <= self.hits <= self.of:
            raise ValueError("a share cannot be larger than its whole")

    def percent(self) -> int | None:
        """Give whole percent, or None where the denominator or a count is too small to show."""
        missing = self.of - self.hits
        if self.of < SMALLEST_DENOMINATOR:
            return None
        if 0 < self.hits < SMALLEST_COUNT or 0 < missing < SMALLEST_COUNT:
            return None
        return round(100 * self.hits / self.of)


@dataclass(frozen=True)
class Tally:
    """What one ward, department or hospital did in one period, as plain counts.

    ``in_time`` are the filed ones reached within seven days; ``clock_running`` those filed whose
    seven days are not over and who were not reached. ``quit_rates`` has all four.
    """

    stages: Mapping[Stage, int]
    attempted_in_time: int
    in_time: int
    clock_running: int
    quit_rates: Mapping[QuitRate, Share]

    @property
    def contact_in_time(self) -> Share:
        """Give the share of filed referrals that were reached within seven days."""
        due = self.stages[Stage.FILED] - self.clock_running
        return Share(self.in_time, max(due, self.in_time), self.clock_running)


def shown_stages(stages: Mapping[Stage, int]) -> dict[Stage, int | None]:
    """Give what may be shown of a funnel: None for what is too small.

    A stage is hidden if it counts one to four, or if it differs from the last one shown by one to
    four: the difference would be a small count too.
    """
    shown: dict[Stage, int | None] = {}
    last: int | None = None
    for stage in Stage:
        count = stages[stage]
        small = 0 < count < SMALLEST_COUNT
        tells = last is not None and 0 < last - count < SMALLEST_COUNT
        shown[stage] = None if small or tells else count
        if shown[stage] is not None:
            last = count
    return shown


def shown_parts(parts: Sequence[int]) -> list[int | None]:
    """Give what may be shown of counts whose sum is shown as well.

    Small counts are hidden; where their sum could be worked out from the total and is small, or
    only one is hidden, the next smallest are hidden too until nothing can be worked out.
    """
    hidden = {i for i, count in enumerate(parts) if 0 < count < SMALLEST_COUNT}
    candidates = sorted(
        (i for i, count in enumerate(parts) if count >= SMALLEST_COUNT), key=lambda i: parts[i]
    )
    while hidden and (len(hidden) == 1 or sum(parts[i] for i in hidden) < SMALLEST_COUNT):
        if not candidates:
            return [None] * len(parts)
        hidden.add(candidates.pop(0))
    return [None if i in hidden else count for i, count in enumerate(parts)]


def median(values: Sequence[int]) -> float | None:
    """Give the middle of some values, or None of none."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[middle])
    return (ordered[middle - 1] + ordered[middle]) / 2
