"""Courses that fit a question, read through the indexes of ``course_openings``.

Nothing is answered but open courses that somebody can still join. How much is read is bounded: a
question is a handful of probes, each along one index and at most ``WINDOW`` courses long, so that
the time does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as type_cast
from sqlalchemy.orm import Session as Transaction

from referrals.courses.conditions import Conditions, Found, loosenings, without
from referrals.courses.course import (
    DANISH_TIME,
    GAP_WITHIN,
    Audience,
    Course,
    CourseSession,
    CourseStatus,
    Intake,
)
from referrals.courses.ranking import CLOSE_KM, NEAR_KM, SOON, Standpoint, fullest_gap, ranked
from referrals.courses.records import course_of
from referrals.courses.start import on_the_clock, within_days
from referrals.courses.tables import ANYWHERE, CourseOpeningRow, CourseRow, CourseSessionRow
from referrals.denmark.calendar_days import DAY
from referrals.denmark.dates import midnight
from referrals.denmark.distances import load_distances
from referrals.denmark.municipalities import load_municipalities
from referrals.storage.paging import PAGE, cut
from referrals.storage.table_base import UtcDateTime

SHOWN = 5
LARGEST_ID = 2**63 - 1
"""No id is larger; a database would stumble over one."""
WINDOW = 10
"""How many courses beyond those skipped one probe reads at most, earliest start first."""
ROLLING_WINDOW = 50
"""Among how many rolling courses the next sessions are compared."""
COUNT_AT_MOST = 30
"""``Found.total`` counts no further, among courses with fixed start and among rolling ones."""

_Opening = CourseOpeningRow
_Terms = list[ColumnElement[bool]]
_Probe = Select[datetime | None, int]


class UnknownCourse(Exception):
    """There is no such course, or it is not shown to those who ask."""


@dataclass(frozen=True)
class CoursePage:
    """Courses in the order of their start, rolling ones last; ``next_after`` asks for more."""

    courses: Sequence[Course]
    next_after: str | None


def find(session: Transaction, conditions: Conditions, now: datetime, *, skip: int = 0) -> Found:
    """Give at most five courses, best first, leaving out the first ``skip``.

    If nothing fits, one condition after the other is given up in the order of ``LOOSENING``, then
    several; ``Found.loosened`` names them, and no more than need be. Without any open course that
    the patient may come to, the answer is empty.
    """
    for given_up in loosenings(conditions):
        candidates = _candidates(session, without(conditions, given_up), now, WINDOW + skip)
        if candidates:
            fewer = _as_few_as_possible(session, conditions, given_up, now)
            if fewer != given_up:
                candidates = _candidates(session, without(conditions, fewer), now, WINDOW + skip)
            return _found(session, conditions, fewer, candidates, now, skip)
    return Found((), conditions=conditions)


def open_course(session: Transaction, course_id: int, now: datetime) -> Course:
    """Give one open course with its sessions. Raises UnknownCourse if nobody can join it."""
    row = session.get(CourseRow, course_id) if course_id <= LARGEST_ID else None
    course = course_of(row) if row is not None else None
    if course is None or not course.takes_new(now, now.astimezone(DANISH_TIME).date()):
        raise UnknownCourse(course_id)
    return course


def listed(
    session: Transaction,
    conditions: Conditions,
    now: datetime,
    *,
    limit: int = PAGE,
    after: str | None = None,
) -> CoursePage:
    """Give a page of all courses that meet every condition, in the order of their start.

    Raises ValueError for an ``after`` that no page gave.
    """
    place = _read_cursor(after)
    found: list[tuple[datetime | None, int]] = []
    for intake in (Intake.FIXED, Intake.ROLLING):
        if place is not None and place[0] is None and intake is Intake.FIXED:
            continue
        probes = [
            _probe([*terms, *_after(place, intake)], intake, conditions, now, limit + 1)
            for terms in _who(conditions, closest=False)
        ]
        found += session.execute(_together(probes))
        if len(found) > limit:
            break
    found.sort(key=lambda each: (each[0] is None, each[0] or now, each[1]))
    shown, following = cut(found, _write_cursor, limit)
    rows = {row.id: row for row in _rows(session, [key for _, key in shown])}
    sessions = _sessions(session, list(rows))
    courses = [course_of(rows[key], sessions.get(key, ())) for _, key in shown]
    return CoursePage(courses, following)


@cache
def _home_postcodes() -> dict[str, tuple[str, ...]]:
    known = load_municipalities()
    return {
        code: tuple(p for p, codes in known.by_postcode.items() if code in codes)
        for code in known.partner_codes
    }


def _found(
    session: Transaction,
    conditions: Conditions,
    given_up: tuple[str, ...],
    candidates: list[Course],
    now: datetime,
    skip: int,
) -> Found:
    """Rank what meets the conditions but for those given up; the closest to all of them first."""
    at = Standpoint(now, load_distances(), _home_postcodes())
    asked = without(conditions, given_up)
    # What was given up still tells better from worse, but not whose courses come first.
    wished = replace(conditions, near=asked.near, places=asked.places)
    best = ranked(candidates, wished, at)[skip : skip + SHOWN]
    shown = {course.id for course in best}
    soon = _candidates(session, replace(asked, places=()), now, WINDOW, within=GAP_WITHIN)
    filling = fullest_gap([course for course in soon if course.id not in shown], wished, at)
    full = _with_sessions(session, [*best, *([filling] if filling else [])])
    return Found(
        full[: len(best)],
        given_up,
        full[-1] if filling and not skip else None,
        _count(session, asked, now),
        conditions,
    )


def _as_few_as_possible(
    session: Transaction, conditions: Conditions, given_up: tuple[str, ...], now: datetime
) -> tuple[str, ...]:
    """Take back whatever need not be given up, the most binding first."""
    for name in reversed(given_up[:-1]):
        fewer = tuple(each for each in given_up if each != name)
        if _candidates(session, without(conditions, fewer), now, 1):
            given_up = fewer
    return given_up


def _candidates(
    session: Transaction,
    asked: Conditions,
    now: datetime,
    window: int,
    *,
    within: timedelta | None = None,
) -> list[Course]:
    """Read the courses that can be the best: the earliest, and the earliest of the better ones.

    Each probe gives ``window`` at most. Courses with fixed start come without sessions. ``within``
    leaves out what starts later, and what has no fixed start.
    """
    intakes = (Intake.FIXED,) if within else (Intake.FIXED, Intake.ROLLING)
    until: _Terms = [_Opening.starts_at <= now + within] if within else []
    probes = [
        _earliest([*who, *better, *until], intake, asked, now, window)
        for who in _who(asked)
        for better in ([], _better(asked))
        for intake in intakes
    ]
    ids = {course_id for _, course_id in session.execute(_together(probes))}
    rows = _rows(session, ids)
    sessions = _sessions(session, [row.id for row in rows if row.intake == Intake.ROLLING])
    return [course_of(row, sessions.get(row.id, ())) for row in rows]


def _count(session: Transaction, asked: Conditions, now: datetime) -> int:
    """Count what meets the conditions, each course once, up to a bound."""
    probes = [
        _probe(who, intake, asked, now, COUNT_AT_MOST)
        for who in _who(asked, closest=False)
        for intake in Intake
    ]
    return session.scalar(select(func.count()).select_from(_together(probes).subquery())) or 0


def _who(asked: Conditions, *, closest: bool = True) -> list[_Terms]:
    """Give the terms by which one probe each looks: whose courses, open to whom, how close.

    The probes of ``closest=False`` do not overlap.
    """
    home = asked.home or ANYWHERE
    who: list[_Terms] = [[_Opening.open_to == home]]
    if asked.places:
        who = [
            [_Opening.open_to == home, _Opening.owner == code] for code in sorted(set(asked.places))
        ]
    elif closest and asked.home and not asked.near:
        who.append([_Opening.open_to == home, _Opening.owner == home])
    if asked.near:
        rings = (CLOSE_KM, NEAR_KM) if closest else (NEAR_KM,)
        near = [load_distances().within(km, asked.near) for km in rings]
        who = [[*terms, _Opening.postcode.in_(ring)] for terms in who for ring in near]
    return who


def _better(asked: Conditions) -> _Terms:
    """Give the terms of courses that rank higher: with room, for everybody, in Danish."""
    terms: _Terms = [_has_room()]
    if not asked.language:
        terms.append(_Opening.language == "da")
    if not asked.audience:
        terms.append(_Opening.audience == Audience.ALL.value)
    return terms


def _probe(terms: _Terms, intake: Intake, asked: Conditions, now: datetime, limit: int) -> _Probe:
    """Walk one index from the earliest start on, and stop after ``limit`` courses that fit."""
    return (
        select(_Opening.starts_at, _Opening.course_id)
        .join(CourseRow, CourseRow.id == _Opening.course_id)
        .where(*terms, _Opening.intake == intake.value, *_joinable(intake, asked, now))
        .where(*_wanted(asked))
        .order_by(_Opening.starts_at, _Opening.course_id)
        .limit(limit)
    )


def _earliest(
    terms: _Terms, intake: Intake, asked: Conditions, now: datetime, window: int
) -> _Probe:
    """Look for the courses that begin first; of rolling ones, those whose next session is first."""
    if intake is Intake.FIXED:
        return _probe(terms, intake, asked, now, window)
    some = _probe(terms, intake, asked, now, ROLLING_WINDOW).subquery()
    coming = (
        select(func.min(CourseSessionRow.starts_at))
        .where(CourseSessionRow.course_id == some.c.course_id, CourseSessionRow.starts_at > now)
        .scalar_subquery()
    )
    begins = func.coalesce(coming, literal(now + SOON, UtcDateTime()))
    return (
        select(some.c.starts_at, some.c.course_id).order_by(begins, some.c.course_id).limit(window)
    )


def _together(probes: Sequence[_Probe]) -> _Probe | CompoundSelect[datetime | None, int]:
    parts = [select(probe.subquery()) for probe in probes]
    return parts[0] if len(parts) == 1 else union_all(*parts)


def _joinable(intake: Intake, asked: Conditions, now: datetime) -> _Terms:
    """Give the terms of courses that somebody can join within the days asked for."""
    today = now.astimezone(DANISH_TIME).date()
    terms: _Terms = [
        CourseRow.status == CourseStatus.OPEN.value,
        or_(CourseRow.deadline_on.is_(None), CourseRow.deadline_on >= today),
    ]
    if intake is Intake.FIXED:
        return [
            *terms,
            *within_days(_Opening.starts_at, asked, now),
            *on_the_clock(_Opening.starts_at, asked, now),
        ]
    starts_at = CourseSessionRow.starts_at
    of_course = CourseSessionRow.course_id == CourseRow.id
    in_time: ColumnElement[bool] = exists().where(of_course, *within_days(starts_at, asked, now))
    if asked.to_day is None or midnight(asked.to_day + DAY) > now:
        in_time = or_(CourseRow.ends_at.is_(None), in_time)
    terms += [_Opening.starts_at.is_(None), in_time]
    if clock := on_the_clock(starts_at, asked, now):
        terms.append(exists().where(of_course, starts_at > now, *clock))
    return terms


def _wanted(asked: Conditions) -> _Terms:
    """Give the terms of the conditions other than place and date."""
    terms = _not_ruled_out(asked)
    if asked.language:
        terms.append(_Opening.language == asked.language)
    if asked.format:
        terms.append(_Opening.format == asked.format.value)
    if asked.audience:
        terms.append(_Opening.audience == asked.audience.value)
    if asked.weekdays:
        terms.append(_Opening.weekday.in_(asked.weekdays))
    if asked.time_of_day:
        terms.append(_Opening.time_of_day == asked.time_of_day.value)
    if asked.free_seats:
        terms.append(_has_room())
    if asked.free_of_charge:
        terms.append(CourseRow.price_dkk == 0)
    if asked.product:
        written = type_cast(CourseRow.products, Text)
        terms.append(or_(written == "[]", written.contains(f'"{asked.product}"', autoescape=True)))
    return terms


def _not_ruled_out(asked: Conditions) -> _Terms:
    terms: _Terms = []
    if asked.except_formats:
        terms.append(_Opening.format.not_in([each.value for each in asked.except_formats]))
    if asked.except_audiences:
        terms.append(_Opening.audience.not_in([each.value for each in asked.except_audiences]))
    return terms


def _has_room() -> ColumnElement[bool]:
    return or_(CourseRow.capacity.is_(None), CourseRow.taken + CourseRow.held < CourseRow.capacity)


def _rows(session: Transaction, ids: Iterable[int]) -> list[CourseRow]:
    """Read courses without their sessions, as they are now; plain rows, because they are many."""
    columns = CourseRow.__table__
    found = session.execute(select(columns).where(columns.c.id.in_(list(ids))))
    return cast("list[CourseRow]", found.all())


def _sessions(session: Transaction, ids: Sequence[int]) -> dict[int, tuple[CourseSession, ...]]:
    if not ids:
        return {}
    table = CourseSessionRow
    found: dict[int, list[CourseSession]] = {}
    for course_id, starts_at, ends_at in session.execute(
        select(table.course_id, table.starts_at, table.ends_at)
        .where(table.course_id.in_(ids))
        .order_by(table.course_id, table.starts_at)
    ):
        found.setdefault(course_id, []).append(CourseSession(starts_at, ends_at))
    return {course_id: tuple(each) for course_id, each in found.items()}


def _with_sessions(session: Transaction, courses: Sequence[Course]) -> list[Course]:
    sessions = _sessions(session, [course.id for course in courses])
    return [replace(course, sessions=sessions.get(course.id, ())) for course in courses]


def _after(place: tuple[datetime | None, int] | None, intake: Intake) -> _Terms:
    if place is None:
        return []
    starts_at, course_id = place
    if intake is Intake.ROLLING:
        return [] if starts_at is not None else [_Opening.course_id > course_id]
    if starts_at is None:
        return []
    return [
        or_(
            _Opening.starts_at > starts_at,
            (_Opening.starts_at == starts_at) & (_Opening.course_id > course_id),
        )
    ]


def _write_cursor(last: tuple[datetime | None, int]) -> str:
    starts_at, course_id = last
    return f"{'' if starts_at is None else int(starts_at.timestamp())}-{course_id}"


def _read_cursor(text: str | None) -> tuple[datetime | None, int] | None:
    if text is None:
        return None
    at, _, course_id = text.partition("-")
    return (datetime.fromtimestamp(int(at), UTC) if at else None), int(course_id)
