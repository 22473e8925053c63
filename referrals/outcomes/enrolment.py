"""Enrolling a referred person in a course: which one it is, and what moves mean for follow-ups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.outcomes import follow_ups_due
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow

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
