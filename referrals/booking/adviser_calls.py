"""An adviser's own calls: weekly hours, days off, and what is booked. Never identity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.booking.call_hours import SLOT, Hours, check_week, slots_on
from referrals.booking.calls import hours_of
from referrals.booking.tables import CallHolidayRow, CallHoursRow, CallRow
from referrals.denmark.dates import local_day
from referrals.referral.history import referral_of
from referrals.staff.roles import NotAllowed, Role, Staff
from referrals.storage.database import Database

MAX_DAYS_OFF = 366
"""So many days off ahead can be kept."""


class BadDay(ValueError):
    """A day off that lies in the past, or one more than can be kept."""


@dataclass(frozen=True)
class ComingCall:
    """A booked call. ``reference`` is None until the referral is filed.

    ``outside_hours`` tells that the hours were changed, or the day taken off, after it was booked.
    """

    starts_at: datetime
    reference: str | None
    spoken_language: str | None
    outside_hours: bool


class AdviserCalls:
    """The calls of ``staff`` and nobody else's. Refuses anybody who is no adviser."""

    def __init__(self, database: Database, staff: Staff) -> None:
        if staff.role is not Role.ADVISER or staff.municipality_code is None:
            raise NotAllowed
        self._database = database
        self._staff = staff

    def week(self) -> list[Hours]:
        """Give the weekly hours in order."""
        with self._database.read() as session:
            return hours_of(session, [self._staff.id]).get(self._staff.id, [])

    def set_week(self, week: Iterable[Hours], now: datetime) -> None:
        """Replace the weekly hours; booked calls stand. Raises BadHours."""
        with self._database.write() as session:
            write_week(session, self._staff.id, week)
            chain.append(session, now, self._staff.name, "set_hours", f"user:{self._staff.id}")

    def days_off(self, now: datetime) -> list[date]:
        """Give the days off from today on."""
        with self._database.read() as session:
            return self._days_off(session, now)

    def take_off(self, day: date, now: datetime) -> None:
        """Take no calls on a day; taken off before, nothing happens. Raises BadDay."""
        with self._database.write() as session:
            chain.lock(session)
            known = self._days_off(session, now)
            if day in known:
                return
            if day < local_day(now) or len(known) >= MAX_DAYS_OFF:
                raise BadDay
            session.add(CallHolidayRow(user_id=self._staff.id, day=day))
            chain.append(session, now, self._staff.name, "take_day_off", f"user:{self._staff.id}")

    def work_again(self, day: date, now: datetime) -> None:
        """Take calls again on a day that was taken off."""
        with self._database.write() as session:
            mine = CallHolidayRow.user_id == self._staff.id
            session.execute(delete(CallHolidayRow).where(mine, CallHolidayRow.day == day))
            chain.append(session, now, self._staff.name, "work_again", f"user:{self._staff.id}")

    def coming(self, now: datetime) -> list[ComingCall]:
        """Give the booked calls that are not over, earliest first."""
        with self._database.read() as session:
            return coming_calls(session, self._staff.id, now)

    def _days_off(self, session: Session, now: datetime) -> list[date]:
        return _days_off(session, self._staff.id, now)


def coming_calls(session: Session, user_id: int, now: datetime) -> list[ComingCall]:
    """Give an adviser's booked calls that are not over, earliest first."""
    week = hours_of(session, [user_id]).get(user_id, [])
    off = _days_off(session, user_id, now)
    rows = session.execute(
        select(CallRow.starts_at, EncounterRow)
        .join(EncounterRow, EncounterRow.id == CallRow.encounter_id)
        .where(CallRow.user_id == user_id, CallRow.ended_at.is_(None))
        .where(CallRow.starts_at > now - SLOT)
        .order_by(CallRow.starts_at)
    )
    return [_coming(session, at, encounter, week, off) for at, encounter in rows]


def _days_off(session: Session, user_id: int, now: datetime) -> list[date]:
    days = select(CallHolidayRow.day).where(
        CallHolidayRow.user_id == user_id, CallHolidayRow.day >= local_day(now)
    )
    return list(session.scalars(days.order_by(CallHolidayRow.day)))


def write_week(session: Session, user_id: int, week: Iterable[Hours]) -> None:
    """Replace an adviser's weekly hours. Raises BadHours and then changes nothing."""
    checked = check_week(week)
    session.execute(delete(CallHoursRow).where(CallHoursRow.user_id == user_id))
    session.add_all(
        CallHoursRow(
            user_id=user_id,
            weekday=hours.weekday,
            from_minute=hours.from_minute,
            to_minute=hours.to_minute,
        )
        for hours in checked
    )
    session.flush()


def _coming(
    session: Session, at: datetime, encounter: EncounterRow, week: list[Hours], off: list[date]
) -> ComingCall:
    day = local_day(at)
    referral = referral_of(session, encounter.id)
    return ComingCall(
        starts_at=at,
        reference=referral.reference if referral else None,
        spoken_language=dict(encounter.answers).get(Step.SPOKEN_LANGUAGE.value),
        outside_hours=day in off or at not in slots_on(day, week),
    )
