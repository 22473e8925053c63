"""When somebody may be given up as not reached: tried on enough days, not always at one time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referrals.courses.course import part_of_day
from referrals.denmark.dates import local_day
from referrals.referral.corrections import Happened, counting
from referrals.referral.moves import Move
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules

PARTS = 2
"""On so many parts of the day it was tried at least: whoever works in the morning is not there."""


@dataclass(frozen=True)
class Tries:
    """On how many days and parts of the day it was tried, and how many days it takes."""

    days: int
    parts: int
    wanted: int

    @property
    def enough(self) -> bool:
        """Tell whether the promise to call was kept, so that giving up may be written."""
        return self.days >= self.wanted and self.parts >= PARTS


def tries(attempts: Iterable[datetime], wanted: int) -> Tries:
    """Count the Danish days and the parts of the day of some attempts."""
    times = list(attempts)
    return Tries(
        len({local_day(at) for at in times}), len({part_of_day(at) for at in times}), wanted
    )


def tries_of(session: Session, history: Iterable[Happened]) -> Tries:
    """Count the attempts of a history that stand, against the house rule."""
    wanted = house_rules.read(session, HouseRules()).attempts_before_giving_up
    standing = counting(list(history))
    return tries((row.at for row in standing if row.move == Move.ATTEMPT), wanted)
