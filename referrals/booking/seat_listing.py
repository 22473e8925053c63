"""The seat of an encounter as staff see it. Never identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow


@dataclass(frozen=True)
class Seat:
    """The seat that an encounter has or had last. ``expires_at`` is None unless it is held."""

    course_id: int
    title: str
    municipality_code: str
    open_to: tuple[str, ...]
    starts_at: datetime | None
    state: SeatState
    expires_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None


def latest(session: Session, encounter_id: str) -> Seat | None:
    """Give the seat that stands, or else the one that ended last."""
    found = session.execute(
        select(SeatRow, CourseRow)
        .join(CourseRow, CourseRow.id == SeatRow.course_id)
        .where(SeatRow.encounter_id == encounter_id)
        .order_by(SeatRow.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    seat, course = found
    return Seat(
        course_id=course.id,
        title=course_of(course).shown_title,
        municipality_code=course.municipality_code,
        open_to=tuple(course.open_to),
        starts_at=course.starts_at,
        state=SeatState(seat.state),
        expires_at=seat.expires_at,
        ended_at=seat.ended_at,
        ended_why=seat.ended_why,
    )
