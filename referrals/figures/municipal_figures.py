"""A municipality's own figures for a year: contact, load, conversion, drop-out, quality, seats.

About the referrals that the municipality works and that were filed in the year. Read by people who
may open each of those referrals anyway, so nothing is suppressed here; what leaves the house must
be looked through first, which the export says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.figures import counted_days
from referrals.figures.counted_days import days_between
from referrals.figures.counts import Period, count_if, months_of
from referrals.figures.measures import Measure, Stage
from referrals.figures.municipal_counts import CONVERSION, INDICATORS, MICROSECOND, added
from referrals.referral.changed_days import CountedKind
from referrals.referral.moves import DROP_OUT_REASONS, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Role, Staff, municipality_of
from referrals.staff.tables import MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database
from referrals.words.yaml_files import read_yaml

LONGEST_SHOWN = 8
"""Days to contact from this on are one bucket."""


@dataclass(frozen=True)
class Contact:
    """How soon people were called and reached, in days since the referral was filed.

    ``days`` counts the reached by whole days, the last bucket for ``LONGEST_SHOWN`` or more;
    ``due`` are those who were reached or whose seven days are over: of them is told who was called
    and reached in time. The others are ``waiting``.
    """

    filed: int
    due: int
    attempted_in_time: int
    in_time: int
    median_to_attempt: float | None
    median_to_reach: float | None
    days: Sequence[int]

    @property
    def waiting(self) -> int:
        """Count those whose seven days still run."""
        return self.filed - self.due


@dataclass(frozen=True)
class Load:
    """What one adviser has open now, how much of it is over its deadline, and calls made."""

    name: str
    open: int
    overdue: int
    calls: int


@dataclass(frozen=True)
class Indicator:
    """One indicator of the national register: ``hits`` of ``of``, against ``target`` percent."""

    code: str
    hits: int
    of: int
    target: int

    @property
    def percent(self) -> float | None:
        """Give the percent, or None of nobody."""
        return 100 * self.hits / self.of if self.of else None


@dataclass(frozen=True)
class MunicipalYear:
    """Everything on the page. ``wards`` and ``seats_of`` are in order of their names."""

    municipality: str
    code: str
    since: date
    until: date
    contact: Contact
    loads: Sequence[Load]
    wards: Sequence[tuple[str, Mapping[Measure, int]]]
    drop_outs: Mapping[str, int]
    indicators: Sequence[Indicator]
    seats_of: Sequence[tuple[str, int]]
    seats: int

    @property
    def enrolled(self) -> int:
        """Count those of all wards who were enrolled in a course: who can stop midway."""
        return sum(counts[Stage.ENROLLED] for _, counts in self.wards)

    @property
    def seats_of_others(self) -> int:
        """Count the seats of citizens of other municipalities."""
        return sum(count for _, count in self.seats_of)


class MunicipalFigures:
    """The figures of the municipality of ``staff``. Refuses anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._code = municipality_of(staff)

    def of_year(self, year: int, now: datetime) -> MunicipalYear:
        """Count the referrals that were filed in a Danish calendar year."""
        months = months_of(year)
        period = Period(months[0].since, months[-1].until)
        days = days_between(period.since.date(), period.until.date())
        with self._database.read() as session:
            names = dict(iter(session.execute(select(MunicipalityRow.code, MunicipalityRow.name))))
            parts = counted_days.read(session, CountedKind.MUNICIPALITY, [self._code], days, now)
            counts = added([part.counts for part in parts])
            seats = _seats(session, self._code, period)
            return MunicipalYear(
                municipality=names[self._code],
                code=self._code,
                since=date(year, 1, 1),
                until=date(year, 12, 31),
                contact=_contact(counts),
                loads=_loads(session, self._code, counts.get("calls", {}), now),
                wards=_wards(session, counts.get("wards", {})),
                drop_outs={
                    reason: counts.get("drop_outs", {}).get(reason, 0)
                    for reason in DROP_OUT_REASONS
                },
                indicators=_indicators(counts.get("indicators", {})),
                seats_of=sorted(
                    (names[code], count) for code, count in seats.items() if code != self._code
                ),
                seats=sum(seats.values()),
            )


@cache
def targets() -> Mapping[str, Any]:
    """Read the register's targets and their source."""
    file = files("referrals.figures").joinpath("stopbasen_targets.yml")
    loaded: dict[str, Any] = read_yaml(file)
    return loaded


def _contact(counts: Mapping[str, Any]) -> Contact:
    attempts, reached = (
        sorted(MICROSECOND * each for each in counts.get(name, ()))
        for name in ("to_attempt", "to_reach")
    )
    buckets = Counter(min(each.days, LONGEST_SHOWN) for each in reached)
    return Contact(
        filed=counts.get("filed", 0),
        due=counts.get("due", 0),
        attempted_in_time=counts.get("attempted_in_time", 0),
        in_time=counts.get("in_time", 0),
        median_to_attempt=_median_days(attempts),
        median_to_reach=_median_days(reached),
        days=[buckets[day] for day in range(LONGEST_SHOWN + 1)],
    )


def _median_days(spans: list[timedelta]) -> float | None:
    """Give the middle of some spans that are in order."""
    if not spans:
        return None
    middle = (spans[(len(spans) - 1) // 2] + spans[len(spans) // 2]) / 2
    return round(middle / timedelta(days=1), 1)


def _loads(session: Session, code: str, calls: Mapping[str, int], now: datetime) -> list[Load]:
    """Give each adviser's load, and last what nobody has; that one has no name."""
    overdue = and_(ReferralRow.clock_stopped.is_(False), ReferralRow.due_at <= now)
    standing = {
        user: (count, late)
        for user, count, late in session.execute(
            select(ReferralRow.assigned_to, func.count(), count_if(overdue))
            .where(ReferralRow.municipality_code == code, ReferralRow.open.is_(True))
            .group_by(ReferralRow.assigned_to)
        )
    }
    advisers = session.execute(
        select(UserRow.id, UserRow.name, UserRow.display_name)
        .where(UserRow.municipality_code == code)
        .where(or_(UserRow.role == Role.ADVISER.value, UserRow.id.in_([u for u in standing if u])))
        .where(or_(UserRow.suspended_at.is_(None), UserRow.id.in_([u for u in standing if u])))
        .order_by(UserRow.display_name)
    )
    loads = [
        Load(shown, *standing.get(user, (0, 0)), calls=calls.get(name, 0))
        for user, name, shown in advisers
    ]
    return [*loads, Load("", *standing.get(None, (0, 0)), calls=0)]


def _wards(
    session: Session, counts: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, Mapping[Measure, int]]]:
    wards = session.execute(
        select(WardRow.id, WardRow.name)
        .where(WardRow.id.in_(counts))
        .order_by(WardRow.name, WardRow.id)
    )
    return [
        (name, {measure: counts[ward].get(measure, 0) for measure in CONVERSION})
        for ward, name in wards
    ]


def _indicators(counts: Mapping[str, int]) -> list[Indicator]:
    return [
        Indicator(
            code,
            counts.get(f"{code}_hits", 0),
            counts.get(f"{code}_of", 0),
            targets()["targets"][code],
        )
        for code in INDICATORS
    ]


def _seats(session: Session, code: str, period: Period) -> dict[str, int]:
    """Count the taken seats in the municipality's courses by where the citizens live."""
    home = func.coalesce(ReferralRow.home_municipality_code, ReferralRow.municipality_code)
    rows = session.execute(
        select(home.label("home"), func.count(func.distinct(SeatRow.id)))
        .select_from(CourseRow)
        .join(SeatRow, SeatRow.course_id == CourseRow.id)
        .join(ReferralRow, ReferralRow.encounter_id == SeatRow.encounter_id)
        .where(
            CourseRow.municipality_code == code,
            SeatRow.state == SeatState.CONFIRMED.value,
            SeatRow.ended_at.is_(None),
            SeatRow.asked_at >= period.since,
            SeatRow.asked_at < period.until,
            ReferralRow.state != State.WITHDRAWN.value,
        )
        .group_by(home)
    )
    return dict(iter(rows))
