"""The loop closed to the ward: what is counted, which count is part of which, and the rates. Pure.

A rate never hides who was lost: they stand in the denominator, and apart. What of all this may be
shown is decided in ``suppression`` and ``publication``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    ATTEMPTED = "attempted"
    REACHED = "reached"
    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"


class Detail(StrEnum):
    """What is counted besides the stages.

    ``not_real`` are those that a municipality said are no referrals; no other count holds them.
    ``deferred`` could not be asked and went on the ward's list; ``deferred_asked`` of them were
    asked since. ``due`` are filed ones that were reached or whose seven days are over, and only of
    them is told who was called and reached ``in_time``. ``…_due`` are those whose follow-up was
    recorded or is due by now; ``…_lost`` could not be followed up.
    """

    DEFERRED = "deferred"
    DEFERRED_ASKED = "deferred_asked"
    DUE = "due"
    ATTEMPTED_IN_TIME = "attempted_in_time"
    IN_TIME = "in_time"
    END_DUE = "end_due"
    END_ANSWERED = "end_answered"
    END_SMOKE_FREE = "end_smoke_free"
    END_LOST = "end_lost"
    REFERRED_DUE = "referred_due"
    SIX_MONTHS_DUE = "six_months_due"
    SIX_MONTHS_ANSWERED = "six_months_answered"
    SIX_MONTHS_SMOKE_FREE = "six_months_smoke_free"
    SIX_MONTHS_LOST = "six_months_lost"
    NOT_REAL = "not_real"


Measure = Stage | Detail
Counts = Mapping[Measure, int]
MEASURES: tuple[Measure, ...] = (*Stage, *Detail)

_PART_OF: dict[Measure, tuple[Measure, ...]] = {
    Stage.USERS: (Stage.ASKED,),
    Stage.ADVISED: (Stage.USERS,),
    Stage.ACCEPTED: (Stage.ADVISED,),
    Stage.CONSENTED: (Stage.ACCEPTED,),
    Stage.FILED: (Stage.CONSENTED,),
    Detail.DEFERRED_ASKED: (Detail.DEFERRED,),
    Detail.DUE: (Stage.FILED,),
    Stage.ATTEMPTED: (Stage.FILED,),
    Detail.ATTEMPTED_IN_TIME: (Stage.ATTEMPTED, Detail.DUE),
    Stage.REACHED: (Stage.ATTEMPTED, Detail.DUE),
    Detail.IN_TIME: (Stage.REACHED, Detail.ATTEMPTED_IN_TIME),
    Stage.ENROLLED: (Stage.REACHED,),
    Stage.STARTED: (Stage.ENROLLED,),
    Stage.COMPLETED: (Stage.STARTED,),
    Detail.END_DUE: (Stage.COMPLETED,),
    Detail.END_ANSWERED: (Detail.END_DUE,),
    Detail.END_LOST: (Detail.END_DUE,),
    Detail.END_SMOKE_FREE: (Detail.END_ANSWERED,),
    Detail.REFERRED_DUE: (Stage.FILED,),
    Detail.SIX_MONTHS_DUE: (Stage.STARTED, Detail.REFERRED_DUE),
    Detail.SIX_MONTHS_ANSWERED: (Detail.SIX_MONTHS_DUE,),
    Detail.SIX_MONTHS_LOST: (Detail.SIX_MONTHS_DUE,),
    Detail.SIX_MONTHS_SMOKE_FREE: (Detail.SIX_MONTHS_ANSWERED,),
    Detail.NOT_REAL: (Stage.CONSENTED,),
}


def _all_wholes(measure: Measure) -> frozenset[Measure]:
    direct = _PART_OF.get(measure, ())
    return frozenset(direct).union(*(_all_wholes(each) for each in direct))


WHOLES: dict[Measure, frozenset[Measure]] = {each: _all_wholes(each) for each in MEASURES}
"""For each measure all those that it is a part of."""


class QuitRate(StrEnum):
    """The four quit rates, each with its own denominator: never one without its label."""

    END_OF_COMPLETERS = "end_of_completers"
    SIX_MONTHS_OF_RESPONDERS = "six_months_of_responders"
    SIX_MONTHS_OF_STARTERS = "six_months_of_starters"
    SIX_MONTHS_OF_REFERRED = "six_months_of_referred"


@dataclass(frozen=True)
class Ratio:
    """``hits`` of ``of``; of ``base`` some are not yet due, and ``lost`` of ``of`` were lost."""

    hits: Measure
    of: Measure
    base: Measure
    lost: Measure | None = None


CONTACT_IN_TIME = Ratio(Detail.IN_TIME, Detail.DUE, Stage.FILED)
QUIT_RATES: dict[QuitRate, Ratio] = {
    QuitRate.END_OF_COMPLETERS: Ratio(
        Detail.END_SMOKE_FREE, Detail.END_DUE, Stage.COMPLETED, Detail.END_LOST
    ),
    QuitRate.SIX_MONTHS_OF_RESPONDERS: Ratio(
        Detail.SIX_MONTHS_SMOKE_FREE, Detail.SIX_MONTHS_ANSWERED, Detail.SIX_MONTHS_ANSWERED
    ),
    QuitRate.SIX_MONTHS_OF_STARTERS: Ratio(
        Detail.SIX_MONTHS_SMOKE_FREE, Detail.SIX_MONTHS_DUE, Stage.STARTED, Detail.SIX_MONTHS_LOST
    ),
    QuitRate.SIX_MONTHS_OF_REFERRED: Ratio(
        Detail.SIX_MONTHS_SMOKE_FREE, Detail.REFERRED_DUE, Stage.FILED, Detail.SIX_MONTHS_LOST
    ),
}


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


def share(counts: Counts, ratio: Ratio) -> Share:
    """Give a ratio of some counts."""
    return Share(
        counts[ratio.hits],
        counts[ratio.of],
        counts[ratio.base] - counts[ratio.of],
        counts[ratio.lost] if ratio.lost else 0,
    )


def total(counts: Iterable[Counts]) -> dict[Measure, int]:
    """Add up counts of places or months; zeros of none."""
    each = list(counts)
    return {measure: sum(one[measure] for one in each) for measure in MEASURES}


def median(values: Sequence[int]) -> float | None:
    """Give the middle of some values, or None of none."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[middle])
    return (ordered[middle - 1] + ordered[middle]) / 2
