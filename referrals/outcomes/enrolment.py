"""Enrolling a referred person in a course: which one it is, and what moves mean for follow-ups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking import seats
from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.course import CourseStatus
from referrals.courses.tables import CourseRow
from referrals.outcomes import follow_ups_due
from referrals.referral.corrections import Happened
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow

LEAVING = (Move.COMPLETE, Move.DROP_OUT)
"""Moves that take somebody off a course, and free the seat."""
ON_A_COURSE = (State.ENROLLED, State.STARTED)
"""States in which a person's seat in the course is the person's own, and freed by a move alone."""


def follow(session: Session, row: ReferralRow, move: Move, now: datetime) -> None:
    """Do what a move means for the course and the follow-ups; called once the referral moved."""
    if move is Move.ENROL:
        note_course(session, row)
    follow_ups_due.follow(session, row, move, now)


def note_course(session: Session, row: ReferralRow) -> None:
    """Write down in which course an enrolled person has a seat; None without a confirmed one."""
    if row.state in ON_A_COURSE:
        row.course_id = session.scalar(
            select(SeatRow.course_id).where(
                SeatRow.encounter_id == row.encounter_id,
                SeatRow.ended_at.is_(None),
                SeatRow.state == SeatState.CONFIRMED.value,
            )
        )


def may_come_back(session: Session, row: ReferralRow, left: Happened) -> bool:
    """Tell whether a step that took somebody off a course can be put right.

    Not once the course was called off, or somebody else has the seat that the step freed.
    """
    seat = _left(session, row, left)
    course_id = seat.course_id if seat else row.course_id
    course = session.get(CourseRow, course_id) if course_id is not None else None
    if course is None:
        return True
    if course.status == CourseStatus.CANCELLED:
        return False
    has_room = course.capacity is None or course.taken + course.held < course.capacity
    return seat is None or has_room


def come_back(session: Session, row: ReferralRow, left: Happened, now: datetime, by: str) -> bool:
    """Give back the seat that a step ended which is put right; False where that is not possible."""
    if not may_come_back(session, row, left):
        return False
    seat = _left(session, row, left)
    if seat is not None:
        seats.retake(session, seat, now, by)
        note_course(session, row)
    return True


def _left(session: Session, row: ReferralRow, left: Happened) -> SeatRow | None:
    """Give the seat that ended by this step, if one did."""
    return session.scalars(
        select(SeatRow)
        .where(SeatRow.encounter_id == row.encounter_id, SeatRow.ended_why == left.move)
        .where(SeatRow.ended_at == left.at)
    ).one_or_none()


def leave_course(session: Session, row: ReferralRow) -> None:
    """Forget the course that was called off, and the follow-ups that beginning it planned.

    What was answered stays, and then the days of the other follow-up too.
    """
    row.course_id = None
    follow_ups_due.forget(session, row)


def change_course(session: Session, row: ReferralRow, now: datetime) -> None:
    """Follow somebody into another course; whoever had begun has the days of that one."""
    note_course(session, row)
    if row.state == State.STARTED:
        follow_ups_due.plan_anew(session, row, now)
