"""Enrolling a referred person in a course: which one it is, and what moves mean for follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.course import CourseStatus
from referrals.courses.records import course_of
from referrals.courses.tables import CourseOpeningRow, CourseRow
from referrals.denmark.dates import local_day
from referrals.outcomes import follow_ups_due
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow

_CHOICES = 60


@dataclass(frozen=True)
class CourseChoice:
    """A course that takes new people. ``seats_free`` is None where there is no limit."""

    id: int
    title: str
    municipality_code: str
    starts_at: datetime | None
    place: str
    language: str
    seats_free: int | None
    waiting: int

    @property
    def full(self) -> bool:
        """Tell whether whoever is put down for it stands in line."""
        return self.seats_free == 0


def follow(session: Session, row: ReferralRow, move: Move, now: datetime) -> None:
    """Do what a move means for the course and the follow-ups; called once the referral moved."""
    if move is Move.ENROL:
        note_course(session, row)
    follow_ups_due.follow(session, row, move, now)


def note_course(session: Session, row: ReferralRow) -> None:
    """Write down in which course an enrolled person has a seat; None without a confirmed one."""
    if row.state in (State.ENROLLED, State.STARTED):
        row.course_id = session.scalar(
            select(SeatRow.course_id).where(
                SeatRow.encounter_id == row.encounter_id,
                SeatRow.ended_at.is_(None),
                SeatRow.state == SeatState.CONFIRMED.value,
            )
        )


def leave_course(session: Session, row: ReferralRow) -> None:
    """Forget the course that was called off, and the follow-ups that beginning it planned.

    What was answered stays, and then the days of the other follow-up too.
    """
    row.course_id = None
    follow_ups_due.forget(session, row)


def change_course(session: Session, row: ReferralRow, now: datetime) -> None:
    """Follow somebody into another course; whoever had begun has the days of that one."""
    note_course(session, row)
    if row.state == State.STARTED and follow_ups_due.forget(session, row):
        follow_ups_due.follow(session, row, Move.START, now)


def choices(session: Session, municipality_code: str, now: datetime) -> list[CourseChoice]:
    """List the courses that take citizens of a municipality: its own first, then by start."""
    rows = session.scalars(
        select(CourseRow)
        .join(CourseOpeningRow, CourseOpeningRow.course_id == CourseRow.id)
        .where(
            CourseOpeningRow.open_to == municipality_code,
            CourseRow.status == CourseStatus.OPEN.value,
        )
        .order_by(
            CourseRow.municipality_code != municipality_code,
            CourseRow.starts_at.is_(None),
            CourseRow.starts_at,
            CourseRow.id,
        )
    )
    found: list[CourseChoice] = []
    for row in rows:
        course = course_of(row)
        if course.takes_new(now, local_day(now)):
            found.append(
                CourseChoice(
                    course.id,
                    course.shown_title,
                    course.municipality_code,
                    course.starts_at,
                    course.place,
                    course.language,
                    course.seats_free,
                    course.waiting,
                )
            )
        if len(found) == _CHOICES:
            break
    return found
