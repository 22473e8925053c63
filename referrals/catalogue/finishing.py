"""Courses that are over: no question finds them any more, and nobody waits for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.booking import seats
from referrals.booking.seat_states import SeatState
from referrals.catalogue.records import write_openings
from referrals.courses.course import CourseStatus
from referrals.courses.tables import CourseRow
from referrals.storage.batches import each_row
from referrals.storage.database import Database

OVER = "course_over"
"""Why a place in line ended with its course."""


def finish_past(database: Database, now: datetime, by: str, limit: int = 200) -> int:
    """End up to ``limit`` open courses whose last session is over, and give their number.

    Who is enrolled stays enrolled; rolling courses without sessions never end by themselves.
    """
    over = (
        select(CourseRow)
        .where(CourseRow.status == CourseStatus.OPEN.value, CourseRow.ends_at <= now)
        .order_by(CourseRow.ends_at, CourseRow.id)
    )

    def finish(session: Session, row: CourseRow) -> None:
        row.status = CourseStatus.FINISHED.value
        row.version += 1
        write_openings(row)
        chain.append(session, now, by, "finish_course", f"course:{row.id}")
        for seat in session.scalars(seats.standing_in(row.id)).all():
            if seat.state != SeatState.CONFIRMED:
                seats.release(session, seat.encounter_id, now, by, OVER)

    return each_row(
        database, "finished", over, CourseRow.id, finish, now, most=limit, first=chain.lock
    )
