"""What a deferred patient waits for, until when, and how that ends. Pure.

Each has one next action, one date and one list on which somebody sees it, or an ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from referrals.advice.encounter import Outcome, Step

LONGEST = timedelta(days=14)
"""So long a deferred patient is on the list at most; what tells who it is goes with that."""
DISCHARGED = "discharged"
"""The reason that ends it at once: there is nobody left to ask on the ward."""


LONGEST_BED, MOST_DIGITS = 20, 5
"""A bed or initials are no longer than this; more digits would be a number that finds a person."""
_STANDS = (Step.STATUS, Step.PRODUCT, Step.EVER_SMOKED, Step.EX_SMOKER)


class Ending(StrEnum):
    """Why a deferred patient is on no list any more."""

    ASKED = "asked"
    DEFERRED_AGAIN = "deferred_again"
    DISCHARGED = "discharged"
    MOVED = "moved"
    ASKED_BEFORE = "asked_before"
    UNABLE = "unable"
    BY_MISTAKE = "by_mistake"
    RAN_OUT = "ran_out"
    WARD_CLOSED = "ward_closed"


class CrossedOff(StrEnum):
    """The endings for which a nurse crosses a patient off, in the order in which they stand."""

    DISCHARGED = Ending.DISCHARGED
    MOVED = Ending.MOVED
    ASKED_BEFORE = Ending.ASKED_BEFORE
    UNABLE = Ending.UNABLE
    BY_MISTAKE = Ending.BY_MISTAKE


class Act(StrEnum):
    """What is to be done next."""

    ASK = "ask"
    GO_ON = "go_on"


class Seen(StrEnum):
    """On which list somebody sees it."""

    WARD = "ward"
    NURSE = "nurse"


@dataclass(frozen=True)
class NextAction:
    """The one thing to do, the last day for it, and the list on which it stands."""

    act: Act
    by: date
    seen: Seen


@dataclass(frozen=True)
class Waiting:
    """A deferred patient, as far as the rules go. ``in_hand``: a nurse has taken the patient up."""

    leaves_on: date
    in_hand: bool = False
    ended: Ending | None = None


def next_action(waiting: Waiting) -> NextAction | None:
    """Give what is next. Total: None is for those who have an ending, and for nobody else."""
    if waiting.ended is not None:
        return None
    if waiting.in_hand:
        return NextAction(Act.GO_ON, waiting.leaves_on, Seen.NURSE)
    return NextAction(Act.ASK, waiting.leaves_on, Seen.WARD)


def leaves_on(deferred_on: date, discharge: date | None = None) -> date:
    """Give the last day on the list: the day of discharge, or fourteen days on."""
    last = deferred_on + LONGEST
    return last if discharge is None else min(last, discharge)


def leaves_on_again(deferred_on: date, before: date, again_on: date) -> date:
    """Give the last day of who is deferred again; a day of discharge told before still holds."""
    told = before < deferred_on + LONGEST
    return leaves_on(again_on, before if told else None)


def standing(answers: Mapping[Step, str]) -> dict[Step, str]:
    """Give the answers of a deferred encounter that the next one begins with.

    What a confused patient said is asked again. Consent and contact details never stand, nor does
    what was said of the offer: it was not answered.
    """
    if answers.get(Step.DEFER_REASON) == "confused" or answers.get(Step.STATUS) == "unable":
        return {}
    return {step: value for step, value in answers.items() if step in _STANDS}


@dataclass(frozen=True)
class Came:
    """What has come of an encounter that took a patient up: an ending, or back on the list."""

    ended: Ending | None = None
    back: bool = False


def came_of(outcome: Outcome | None) -> Came:
    """Tell what an encounter's outcome means for the patient whom it took up. Total.

    Nobody is lost by a conversation that was broken off: the patient is back on the list.
    """
    if outcome is None:
        return Came()
    if outcome in (Outcome.CANCELLED, Outcome.EXPIRED):
        return Came(back=True)
    return Came(Ending.DEFERRED_AGAIN if outcome is Outcome.DEFERRED else Ending.ASKED)


def may_be_a_bed(typed: str) -> bool:
    """Tell whether this can be a room or initials, and is not what finds a person."""
    return 0 < len(typed) <= LONGEST_BED and sum(map(str.isdigit, typed)) <= MOST_DIGITS
