"""Feedback for those who may read it: a ward's own people, and the lead of its hospital.

Gives only what may be shown, cut from the publication of a whole hospital's calendar year: whatever
days somebody asks for, the figures are those of the years that they lie in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.denmark.dates import local_day
from referrals.figures import counted_days
from referrals.figures.counted_days import days_between
from referrals.figures.counts import MonthCounts, measured, months_of
from referrals.figures.measures import Measure, Stage
from referrals.figures.publication import Figures, Publication, publish, together
from referrals.referral.changed_days import CountedKind as Counting
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import HospitalRow, WardRow
from referrals.storage.database import Database

MOST_YEARS = 5
COMPARED: tuple[Measure, ...] = (Stage.ASKED, Stage.FILED, Stage.STARTED)
"""What a ward is compared by, besides the share that was contacted in time."""
_SETTLING = timedelta(days=31)


class NoSuchWard(Exception):
    """There is no such ward, department or hospital for this person."""


class FeedbackLevel(StrEnum):
    """What a page of feedback is about."""

    WARD = "ward"
    DEPARTMENT = "department"
    HOSPITAL = "hospital"


@dataclass(frozen=True)
class Place:
    """A ward, department or hospital. ``ward_id`` and ``department`` are empty above them."""

    kind: FeedbackLevel
    hospital_id: str
    hospital: str
    department: str = ""
    ward_id: str = ""
    ward: str = ""

    @property
    def name(self) -> str:
        """Give the name of what the page is about."""
        return self.ward or self.department or self.hospital


@dataclass(frozen=True)
class Feedback:
    """The figures of one place for some whole years, both days inclusive.

    ``parts`` are the places below it. The medians are of the hospital's wards that show a figure.
    ``months`` are those of the trend that have begun.
    """

    place: Place
    since: date
    until: date
    months: int
    figures: Figures
    medians: dict[Measure, float | None]
    median_contact_in_time: float | None
    parts: Sequence[tuple[Place, Figures]] = ()


class WardFeedback:
    """The feedback that ``staff`` may read: of the own ward, or of all in the own hospital."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._staff = staff

    def own(self) -> Place:
        """Give the place whose feedback this person reads first. Raises NoSuchWard."""
        with self._database.read() as session:
            if self._staff.ward_id is not None and self._staff.role in (Role.NURSE, Role.LEAD):
                return self._ward(session, self._staff.ward_id)[0]
            if self._staff.hospital_id is not None:
                return self._hospital(session, self._staff.hospital_id, "")[0]
        raise NoSuchWard

    def of_ward(self, ward_id: str, since: date, until: date, now: datetime) -> Feedback:
        """Give the feedback of one ward for the years of these days. Raises NoSuchWard."""
        with self._database.read() as session:
            place, wards = self._ward(session, ward_id)
            published = _published(session, wards, _years(since, until, now), now)
        figures = [publication.wards[ward_id] for publication in published]
        return _feedback(place, figures, published, since, until, now)

    def of_hospital(
        self, hospital_id: str, department: str, since: date, until: date, now: datetime
    ) -> Feedback:
        """Give the feedback of a hospital, or of one department of it if that is named.

        For its lead only. Raises NoSuchWard.
        """
        with self._database.read() as session:
            place, wards = self._hospital(session, hospital_id, department)
            published = _published(session, wards, _years(since, until, now), now)
        if department:
            figures = [publication.departments[department] for publication in published]
            parts = [
                (_place_of(ward, place.hospital), [each.wards[ward.id] for each in published])
                for ward in wards
                if ward.department == department
            ]
        else:
            figures = [publication.hospital for publication in published]
            parts = [
                (
                    Place(FeedbackLevel.DEPARTMENT, hospital_id, place.hospital, name),
                    [each.departments[name] for each in published],
                )
                for name in dict.fromkeys(ward.department for ward in wards)
            ]
        below = [(part, together(years)) for part, years in parts]
        return _feedback(place, figures, published, since, until, now, below)

    def _ward(self, session: Session, ward_id: str) -> tuple[Place, Sequence[WardRow]]:
        row = session.get(WardRow, ward_id)
        if row is None or not self._may_read(row):
            raise NoSuchWard(ward_id)
        hospital = session.get_one(HospitalRow, row.hospital_id)
        return _place_of(row, hospital.name), _wards(session, row.hospital_id)

    def _hospital(
        self, session: Session, hospital_id: str, department: str
    ) -> tuple[Place, Sequence[WardRow]]:
        if self._staff.role is not Role.LEAD or self._staff.hospital_id != hospital_id:
            raise NoSuchWard(hospital_id)
        row = session.get(HospitalRow, hospital_id)
        wards = _wards(session, hospital_id)
        if row is None or (department and department not in {ward.department for ward in wards}):
            raise NoSuchWard(hospital_id)
        kind = FeedbackLevel.DEPARTMENT if department else FeedbackLevel.HOSPITAL
        return Place(kind, hospital_id, row.name, department), wards

    def _may_read(self, ward: WardRow) -> bool:
        if self._staff.ward_id == ward.id and self._staff.role in (Role.NURSE, Role.LEAD):
            return True
        return self._staff.role is Role.LEAD and self._staff.hospital_id == ward.hospital_id


def _published(
    session: Session, wards: Sequence[WardRow], years: range, now: datetime
) -> list[Publication]:
    return [publication_of(session, wards, year, now) for year in years]


def publication_of(
    session: Session, wards: Sequence[WardRow], year: int, now: datetime
) -> Publication:
    """Count a hospital's year and choose what may be shown of it."""
    months = [month for month in months_of(year) if month.since <= now] or months_of(year)[:1]
    days = days_between(months[0].since.date(), months[-1].until.date())
    parts: dict[tuple[str, int], list[Mapping[str, int]]] = {}
    for part in counted_days.read(session, Counting.WARD, [ward.id for ward in wards], days, now):
        parts.setdefault((part.place, part.since.month), []).append(part.counts)
    departments: dict[str, dict[str, list[MonthCounts]]] = {}
    for ward in wards:
        departments.setdefault(ward.department, {})[ward.id] = [
            measured(*parts.get((ward.id, month.since.month), ())) for month in months
        ]
    return publish(departments)


def default_days(now: datetime) -> tuple[date, date]:
    """Give the first and last day of this year; until February, of the year before."""
    year = (local_day(now) - _SETTLING).year
    return date(year, 1, 1), date(year, 12, 31)


def year_of(year: int) -> tuple[date, date]:
    """Give the first and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def _years(since: date, until: date, now: datetime) -> range:
    """Give the years that some days lie in: never a later one, and only the last of very many."""
    last = min(max(since, until).year, local_day(now).year)
    first = max(min(since, until).year, last - MOST_YEARS + 1)
    return range(min(first, last), last + 1)


def _feedback(
    place: Place,
    figures: Sequence[Figures],
    published: Sequence[Publication],
    since: date,
    until: date,
    now: datetime,
    parts: Sequence[tuple[Place, Figures]] = (),
) -> Feedback:
    years = _years(since, until, now)
    only = published[0] if len(published) == 1 else None
    begun = sum(month.since <= now for month in months_of(years[-1]))
    return Feedback(
        place=place,
        since=date(years[0], 1, 1),
        until=date(years[-1], 12, 31),
        months=begun,
        figures=together(figures),
        medians={each: only.median_count(each) if only else None for each in COMPARED},
        median_contact_in_time=only.median_contact_in_time() if only else None,
        parts=parts,
    )


def _wards(session: Session, hospital_id: str) -> Sequence[WardRow]:
    return session.scalars(
        select(WardRow)
        .where(WardRow.hospital_id == hospital_id)
        .order_by(WardRow.department, WardRow.name, WardRow.id)
    ).all()


def _place_of(row: WardRow, hospital: str) -> Place:
    return Place(FeedbackLevel.WARD, row.hospital_id, hospital, row.department, row.id, row.name)
