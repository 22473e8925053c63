"""Feedback for those who may read it: a ward's own people, and the lead of its hospital.

Gives only what may be shown: counts under five and rates under twenty never leave this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.database import Database
from referrals.dates import DANISH_TIME, local_day
from referrals.feedback import (
    SMALLEST_COUNT,
    QuitRate,
    Share,
    Stage,
    Tally,
    shown_stages,
)
from referrals.feedback_counts import Period, tally
from referrals.staff import Role, Staff
from referrals.tables import WardRow


class NoSuchWard(Exception):
    """There is no such ward for this person."""


@dataclass(frozen=True)
class ShownShare:
    """A share as it may be shown: whole percent or None, with what the denominator leaves out."""

    percent: int | None
    of: int | None
    not_yet_due: int | None
    lost: int | None


@dataclass(frozen=True)
class Feedback:
    """What a ward may see of a period; ``stages`` maps to None what is too small to show."""

    since: date
    until: date
    stages: Mapping[Stage, int | None]
    contact_in_time: ShownShare
    quit_rates: Mapping[QuitRate, ShownShare]


class WardFeedback:
    """The feedback that ``staff`` may read: of the own ward, or of the own hospital's wards."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._staff = staff

    def of_ward(self, ward_id: str, since: date, until: date, now: datetime) -> Feedback:
        """Give the feedback of one ward for Danish days, both inclusive. Raises NoSuchWard."""
        with self._database.read() as session:
            if not self._may_read(session, ward_id):
                raise NoSuchWard(ward_id)
            counted = tally(session, [ward_id], days(since, until), now)
        return shown(counted, since, until)

    def _may_read(self, session: Session, ward_id: str) -> bool:
        if self._staff.ward_id == ward_id and self._staff.role in (Role.NURSE, Role.LEAD):
            return True
        if self._staff.role is not Role.LEAD or self._staff.hospital_id is None:
            return False
        own = select(WardRow.id).where(
            WardRow.id == ward_id, WardRow.hospital_id == self._staff.hospital_id
        )
        return session.scalar(own) is not None


def days(since: date, until: date) -> Period:
    """Give the time from the beginning of one Danish day to the end of another."""
    return Period(
        datetime.combine(since, time(), DANISH_TIME),
        datetime.combine(until + timedelta(days=1), time(), DANISH_TIME),
    )


def latest_year(now: datetime) -> tuple[date, date]:
    """Give the Danish days of the last twelve months, today included."""
    today = local_day(now)
    return today - timedelta(days=365), today


def shown(counted: Tally, since: date, until: date) -> Feedback:
    """Leave out what is too small to show."""
    return Feedback(
        since,
        until,
        shown_stages(counted.stages),
        _share(counted.contact_in_time),
        {rate: _share(share) for rate, share in counted.quit_rates.items()},
    )


def _share(share: Share) -> ShownShare:
    percent = share.percent()
    if percent is None:
        return ShownShare(None, None, None, None)
    return ShownShare(percent, share.of, _count(share.not_yet_due), _count(share.lost))


def _count(count: int) -> int | None:
    return None if 0 < count < SMALLEST_COUNT else count
