"""Seats as staff see them: the one of an encounter, and those of a course. Never identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.course_records import course_of
from referrals.course_tables import CourseRow, SeatRow
from referrals.seat import SeatState
from referrals.seats import referral_of, standing_in

_ORDER = (SeatState.CONFIRMED, SeatState.HELD, SeatState.WAITING)


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


@dataclass(frozen=True)
class SeatInCourse:
    """A standing seat of a course; ``reference`` is None until the referral is filed."""

    reference: str | None
    encounter_id: str
    state: SeatState
    asked_at: datetime
    expires_at: datetime | None


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


def in_course(session: Session, course_id: int) -> list[SeatInCourse]:
    """List the standing seats of a course: confirmed, held, waiting; each in the order asked."""
    seats = session.scalars(standing_in(course_id)).all()
    listed = []
    for seat in sorted(seats, key=lambda seat: _ORDER.index(SeatState(seat.state))):
        referral = referral_of(session, seat.encounter_id)
        reference = referral.reference if referral else None
        state = SeatState(seat.state)
        listed.append(
            SeatInCourse(reference, seat.encounter_id, state, seat.asked_at, seat.expires_at)
        )
    return listed
