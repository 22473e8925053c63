"""One municipality's courses as a list: filtered, counted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session as Transaction

from referrals.courses.course import STALE_AFTER, Course, CourseStatus, Format
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day

PAGE_SIZE = 50
WORKED_WITH = frozenset({CourseStatus.DRAFT, CourseStatus.OPEN})
"""The statuses of courses that can still be changed."""


@dataclass(frozen=True)
class Entry:
    """A course with the version that a change must name."""

    course: Course
    version: int


@dataclass(frozen=True)
class Filter:
    """Which courses to list; by default those that are being worked with."""

    statuses: frozenset[CourseStatus] = WORKED_WITH
    format: Format | None = None
    language: str | None = None
    stale: bool = False
    with_room: bool = False


@dataclass(frozen=True)
class CataloguePage:
    """Up to fifty courses, rolling ones first, then by start. Pages count from 1."""

    entries: list[Entry]
    number: int
    pages: int
    total: int


def page(
    session: Transaction, municipality: str, now: datetime, wanted: Filter, number: int
) -> CataloguePage:
    """Give one page of the municipality's courses; the last one if there are not so many."""
    terms = _terms(municipality, wanted, now)
    total = session.scalar(select(func.count()).select_from(CourseRow).where(*terms)) or 0
    pages = max(1, ceil(total / PAGE_SIZE))
    number = min(max(number, 1), pages)
    rows = session.scalars(
        select(CourseRow)
        .where(*terms)
        .order_by(CourseRow.starts_at.is_not(None), CourseRow.starts_at, CourseRow.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return CataloguePage([entry_of(row) for row in rows], number, pages, total)


def counts(session: Transaction, municipality: str, now: datetime) -> dict[str, int]:
    """Count the courses by status, and as ``stale`` the open ones that are to be verified."""
    found = session.execute(
        select(CourseRow.status, func.count())
        .where(CourseRow.municipality_code == municipality)
        .group_by(CourseRow.status)
    )
    by_status = dict(iter(found))
    to_verify = Filter(frozenset({CourseStatus.OPEN}), stale=True)
    stale = select(func.count()).select_from(CourseRow).where(*_terms(municipality, to_verify, now))
    return {status.value: by_status.get(status.value, 0) for status in CourseStatus} | {
        "stale": session.scalar(stale) or 0
    }


def entry_of(row: CourseRow) -> Entry:
    """Give the course of a row with its version."""
    return Entry(course_of(row), row.version)


def _terms(municipality: str, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    in_use = CourseRow.taken + CourseRow.held
    has_room = or_(CourseRow.capacity.is_(None), in_use < CourseRow.capacity)
    return [
        CourseRow.municipality_code == municipality,
        CourseRow.status.in_([status.value for status in wanted.statuses]),
        CourseRow.format == wanted.format.value if wanted.format else true(),
        CourseRow.language == wanted.language if wanted.language else true(),
        CourseRow.verified_on < local_day(now) - STALE_AFTER if wanted.stale else true(),
        has_room if wanted.with_room else true(),
    ]
