"""Follow-ups: when they are due, what may be answered, and what attendance tells. Pure.

Days are Danish calendar days. Who cannot be followed up is lost, which is neither smoke-free nor a
smoker.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

USUAL_LENGTH = timedelta(weeks=6)
"""How long a course lasts that has no last session: rolling intake, individual counselling."""
MONTHS_LATER = 6
EARLY = timedelta(days=14)
"""How long before its day a follow-up after six months may be answered."""
WAITS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""How long until the next call after the first, second and every later one nobody answered."""
CALLS_ENOUGH = 4
"""After so many calls in vain the page proposes to give up; it never does so by itself."""
QUIT_AT_MOST_BEFORE, QUIT_AT_MOST_AHEAD = timedelta(days=365), timedelta(days=183)
COMPLETED_FROM = 0.75
"""The share of sessions from which the sheet proposes "completed"; people decide."""

LOST_REASONS = ("no_answer", "wrong_number", "does_not_want", "died_or_moved")
WITHDRAWN = "consent_withdrawn"
"""Why a follow-up is lost that nobody may make any more."""


class FollowUpKind(StrEnum):
    """Which follow-up."""

    END = "end"
    SIX_MONTHS = "six_months"


class OutcomeState(StrEnum):
    """Where a follow-up stands."""

    DUE = "due"
    ANSWERED = "answered"
    LOST = "lost"


class VerificationMethod(StrEnum):
    """How it is known that somebody does not smoke."""

    SELF_REPORT = "self_report"
    CO = "co"


class BadAnswer(ValueError):
    """What was told cannot be kept; ``why`` is a code with a word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class FollowUpAnswer:
    """What a person told: ``smoke_free`` and ``nicotine_free`` apart, ``satisfied`` at the end."""

    smoke_free: bool
    method: VerificationMethod
    nicotine_free: bool | None = None
    satisfied: bool | None = None


@dataclass(frozen=True)
class Attended:
    """How many of the sessions for which something was noted a person came to."""

    present: int
    noted: int

    def suggests_completed(self, planned: int) -> bool:
        """Tell whether the person came to enough of the ``planned`` sessions."""
        return planned > 0 and self.present >= COMPLETED_FROM * planned


def due_days(started_on: date, ends_on: date | None) -> dict[FollowUpKind, date]:
    """Give the days of both follow-ups of a course that ends on ``ends_on``, None if unknown."""
    end = max(ends_on or started_on + USUAL_LENGTH, started_on)
    return {FollowUpKind.END: end, FollowUpKind.SIX_MONTHS: months_after(end, MONTHS_LATER)}


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or the last of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_call(calls_in_vain: int, today: date) -> date:
    """Give the day of the next try after some calls that nobody answered, at least one."""
    return today + WAITS[min(calls_in_vain, len(WAITS)) - 1]


def check_answer(kind: FollowUpKind, answer: FollowUpAnswer, due_on: date, today: date) -> None:
    """Refuse what contradicts itself or comes long before its time. Raises BadAnswer."""
    if answer.nicotine_free and not answer.smoke_free:
        raise BadAnswer("contradiction")
    if kind is FollowUpKind.SIX_MONTHS and today < due_on - EARLY:
        raise BadAnswer("too_early")
    if kind is FollowUpKind.SIX_MONTHS and answer.satisfied is not None:
        raise BadAnswer("satisfied_later")


def check_quit_date(quit_on: date, today: date) -> None:
    """Refuse a quit date that can only be a slip: a year back or half a year ahead."""
    if not today - QUIT_AT_MOST_BEFORE <= quit_on <= today + QUIT_AT_MOST_AHEAD:
        raise BadAnswer("quit_date")


def attended(marks: Iterable[tuple[datetime, bool]]) -> Attended:
    """Count marks, given in the order in which they were made: the last one of a session counts."""
    last: Mapping[datetime, bool] = dict(marks)
    return Attended(sum(last.values()), len(last))
