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

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from referrals.course_tables import CourseRow, SeatRow
from referrals.database import Database
from referrals.feedback import Detail, Measure, Stage
from referrals.feedback_counts import (
    Period,
    as_facts,
    count_if,
    measures_of,
    months_of,
    referral_facts,
)
from referrals.referral import DROP_OUT_REASONS, Move, State
from referrals.seat import SeatState
from referrals.staff import NotAllowed, Role, Staff
from referrals.tables import MunicipalityRow, ReferralEventRow, ReferralRow, UserRow, WardRow
from referrals.yaml_files import read_yaml

CONVERSION: tuple[Measure, ...] = (
    Stage.FILED,
    Stage.REACHED,
    Stage.ENROLLED,
    Stage.STARTED,
    Stage.COMPLETED,
)
LONGEST_SHOWN = 8
"""Days to contact from this on are one bucket."""


@dataclass(frozen=True)
class Contact:
    """How soon people were called and reached, in days since the referral was filed.

    ``days`` counts the reached by whole days, the last bucket for ``LONGEST_SHOWN`` or more;
    ``waiting`` are not reached and within their seven days.
    """

    filed: int
    waiting: int
    attempted_in_time: int
    in_time: int
    median_to_attempt: float | None
    median_to_reach: float | None
    days: Sequence[int]


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
    def seats_of_others(self) -> int:
        """Count the seats of citizens of other municipalities."""
        return sum(count for _, count in self.seats_of)


class MunicipalFigures:
    """The figures of the municipality of ``staff``. Refuses anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        if not staff.is_municipal or staff.municipality_code is None:
            raise NotAllowed
        self._database = database
        self._code = staff.municipality_code

    def of_year(self, year: int, now: datetime) -> MunicipalYear:
        """Count the referrals that were filed in a Danish calendar year."""
        months = months_of(year)
        period = Period(months[0].since, months[-1].until)
        cohort = and_(
            ReferralRow.municipality_code == self._code,
            ReferralRow.filed_at >= period.since,
            ReferralRow.filed_at < period.until,
        )
        with self._database.read() as session:
            names = dict(iter(session.execute(select(MunicipalityRow.code, MunicipalityRow.name))))
            calls, drop_outs = _events(session, cohort)
            seats = _seats(session, self._code, period)
            return MunicipalYear(
                municipality=names[self._code],
                code=self._code,
                since=date(year, 1, 1),
                until=date(year, 12, 31),
                contact=_contact(session, cohort, now),
                loads=_loads(session, self._code, calls, now),
                wards=_wards(session, cohort, now),
                drop_outs={reason: drop_outs[reason] for reason in DROP_OUT_REASONS},
                indicators=_indicators(session, cohort, now),
                seats_of=sorted(
                    (names[code], count) for code, count in seats.items() if code != self._code
                ),
                seats=sum(seats.values()),
            )


@cache
def targets() -> Mapping[str, Any]:
    """Read the register's targets and their source."""
    file = files("referrals").joinpath("data/stopbasen_targets.yml")
    loaded: dict[str, Any] = read_yaml(file)
    return loaded


def _contact(session: Session, cohort: ColumnElement[bool], now: datetime) -> Contact:
    attempts: list[timedelta] = []
    reached: list[timedelta] = []
    filed = waiting = attempted_in_time = in_time = 0
    rows = session.execute(
        select(
            ReferralRow.filed_at,
            ReferralRow.due_at,
            ReferralRow.first_attempt_at,
            ReferralRow.first_reached_at,
            ReferralRow.open,
        ).where(cohort)
    )
    for filed_at, due_at, attempt_at, reached_at, is_open in rows:
        filed += 1
        waiting += reached_at is None and is_open and due_at > now
        if attempt_at is not None:
            attempts.append(attempt_at - filed_at)
            attempted_in_time += attempt_at <= due_at
        if reached_at is not None:
            reached.append(reached_at - filed_at)
            in_time += reached_at <= due_at
    buckets = Counter(min(each.days, LONGEST_SHOWN) for each in reached)
    return Contact(
        filed,
        waiting,
        attempted_in_time,
        in_time,
        _median_days(attempts),
        _median_days(reached),
        [buckets[day] for day in range(LONGEST_SHOWN + 1)],
    )


def _median_days(spans: list[timedelta]) -> float | None:
    if not spans:
        return None
    spans.sort()
    middle = (spans[(len(spans) - 1) // 2] + spans[len(spans) // 2]) / 2
    return round(middle / timedelta(days=1), 1)


def _events(session: Session, cohort: ColumnElement[bool]) -> tuple[Counter[str], Counter[str]]:
    """Count calls by who made them and drop-outs by reason, without what was put right."""
    right = aliased(ReferralEventRow)
    rows = session.execute(
        select(ReferralEventRow.actor, ReferralEventRow.move, ReferralEventRow.reason, func.count())
        .join(ReferralRow, ReferralRow.id == ReferralEventRow.referral_id)
        .outerjoin(
            right,
            and_(
                right.referral_id == ReferralEventRow.referral_id,
                right.corrects == ReferralEventRow.number,
            ),
        )
        .where(
            cohort,
            right.id.is_(None),
            ReferralEventRow.corrects.is_(None),
            ReferralEventRow.move.in_((Move.ATTEMPT.value, Move.REACH.value, Move.DROP_OUT.value)),
        )
        .group_by(ReferralEventRow.actor, ReferralEventRow.move, ReferralEventRow.reason)
    )
    calls: Counter[str] = Counter()
    drop_outs: Counter[str] = Counter()
    for actor, move, reason, count in rows:
        if move == Move.DROP_OUT:
            drop_outs[str(reason)] += count
        else:
            calls[actor.partition(":")[2]] += count
    return calls, drop_outs


def _loads(session: Session, code: str, calls: Counter[str], now: datetime) -> list[Load]:
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
        Load(shown, *standing.get(user, (0, 0)), calls=calls[name])
        for user, name, shown in advisers
    ]
    return [*loads, Load("", *standing.get(None, (0, 0)), calls=0)]


def _wards(
    session: Session, cohort: ColumnElement[bool], now: datetime
) -> list[tuple[str, Mapping[Measure, int]]]:
    each = as_facts(referral_facts(now, ReferralRow.ward_id).where(cohort))
    conditions = measures_of(each)
    rows = session.execute(
        select(WardRow.name, *(count_if(conditions[measure]) for measure in CONVERSION))
        .select_from(each)
        .join(WardRow, WardRow.id == each.c.ward_id)
        .group_by(WardRow.id, WardRow.name)
        .order_by(WardRow.name, WardRow.id)
    )
    return [(name, dict(zip(CONVERSION, map(int, counts), strict=True))) for name, *counts in rows]


def _indicators(session: Session, cohort: ColumnElement[bool], now: datetime) -> list[Indicator]:
    each = as_facts(referral_facts(now).where(cohort))
    counted = measures_of(each)
    completed, answered = counted[Stage.COMPLETED], counted[Detail.END_ANSWERED]
    over = and_(counted[Stage.STARTED], each.c.state != State.STARTED.value)
    pairs: dict[str, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
        "completed": (completed, over),
        "smoke_free_at_end": (counted[Detail.END_SMOKE_FREE], counted[Detail.END_DUE]),
        "followed_up": (counted[Detail.SIX_MONTHS_ANSWERED], counted[Detail.SIX_MONTHS_DUE]),
        "smoke_free_at_six_months": (
            and_(completed, counted[Detail.SIX_MONTHS_SMOKE_FREE]),
            and_(completed, counted[Detail.SIX_MONTHS_DUE]),
        ),
        "satisfied": (
            and_(answered, each.c.satisfied.is_(True)),
            and_(answered, each.c.satisfied.is_not(None)),
        ),
    }
    row = session.execute(
        select(*(count_if(part) for pair in pairs.values() for part in pair)).select_from(each)
    ).one()
    numbers = [int(number) for number in row]
    return [
        Indicator(code, numbers[2 * i], numbers[2 * i + 1], targets()["targets"][code])
        for i, code in enumerate(pairs)
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
