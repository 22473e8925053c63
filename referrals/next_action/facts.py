"""Reads what the rule asks: the referral, its seat, its call, its course and its follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.booking.tables import CallRow, SeatRow
from referrals.courses.tables import CourseRow
from referrals.next_action.rule import Case, SeatFacts
from referrals.outcomes.rules import OutcomeState
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow

OVER = (State.CLOSED, State.WITHDRAWN)
_Times = tuple[datetime | None, datetime | None]
_SEATS = (
    select(
        SeatRow.encounter_id,
        SeatRow.state,
        SeatRow.asked_at,
        SeatRow.expires_at,
        SeatRow.ended_at,
        SeatRow.ended_why,
        CourseRow.starts_at,
    )
    .join(CourseRow, CourseRow.id == SeatRow.course_id)
    .where(SeatRow.encounter_id.in_(bindparam("encounters", expanding=True)))
    .order_by(SeatRow.id)
)
_CALLS = select(CallRow.encounter_id, CallRow.starts_at).where(
    CallRow.encounter_id.in_(bindparam("encounters", expanding=True)), CallRow.ended_at.is_(None)
)
_COURSES = select(CourseRow.id, CourseRow.starts_at, CourseRow.ends_at).where(
    CourseRow.id.in_(bindparam("courses", expanding=True))
)
_FOLLOW_UPS = select(
    OutcomeRow.referral_id, OutcomeRow.state, OutcomeRow.call_on, OutcomeRow.recorded_at
).where(OutcomeRow.referral_id.in_(bindparam("referrals", expanding=True)))
"""Put together once: each filing and each move asks them."""


def cases(session: Session, rows: Sequence[ReferralRow]) -> dict[int, Case]:
    """Give the facts of each referral by its id, all read together."""
    live = [row for row in rows if row.state not in OVER]
    encounters = {row.encounter_id for row in live}
    seats, calls = _seats(session, encounters), _calls(session, encounters)
    courses = _courses(session, {row.course_id for row in live if row.course_id})
    due, settled = _follow_ups(session, [row.id for row in live if row.id])
    return {
        row.id: Case(
            state=State(row.state),
            since=row.state_since or row.filed_at,
            filed_at=row.filed_at,
            due_at=row.due_at,
            best_time=row.best_time,
            planned_at=row.next_attempt_at,
            call_at=calls.get(row.encounter_id),
            seat=seats.get(row.encounter_id),
            starts_at=courses.get(row.course_id or 0, (None, None))[0],
            ends_at=courses.get(row.course_id or 0, (None, None))[1],
            follow_up_on=due.get(row.id),
            settled_at=settled.get(row.id),
        )
        for row in rows
    }


def _seats(session: Session, encounters: set[str]) -> dict[str, SeatFacts]:
    """Give the newest seat of each encounter: the one that stands, or ended last."""
    if not encounters:
        return {}
    found = session.execute(_SEATS, {"encounters": list(encounters)})
    return {
        seat.encounter_id: SeatFacts(
            SeatState(seat.state),
            seat.asked_at,
            seat.expires_at,
            seat.ended_at,
            seat.ended_why,
            seat.starts_at,
        )
        for seat in found
    }


def _calls(session: Session, encounters: set[str]) -> dict[str, datetime]:
    if not encounters:
        return {}
    return dict(iter(session.execute(_CALLS, {"encounters": list(encounters)})))


def _courses(session: Session, ids: set[int]) -> dict[int, _Times]:
    if not ids:
        return {}
    found = session.execute(_COURSES, {"courses": list(ids)})
    return {course_id: (starts_at, ends_at) for course_id, starts_at, ends_at in found}


def _follow_ups(
    session: Session, referrals: Sequence[int]
) -> tuple[dict[int, date], dict[int, datetime]]:
    """Give the first day of what is due, and when something was recorded last."""
    due: dict[int, date] = {}
    settled: dict[int, datetime] = {}
    if not referrals:
        return due, settled
    found = session.execute(_FOLLOW_UPS, {"referrals": list(referrals)})
    for referral_id, state, call_on, recorded_at in found:
        if state == OutcomeState.DUE:
            due[referral_id] = min(call_on, due.get(referral_id, call_on))
        elif recorded_at is not None:
            settled[referral_id] = max(recorded_at, settled.get(referral_id, recorded_at))
    return due, settled
