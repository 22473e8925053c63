"""What must hold of every referral, whatever happened to it; looked for after each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from referrals.booking.seat_states import SeatState
from referrals.courses.course import CourseStatus
from referrals.courses.tables import CourseRow
from referrals.next_action.facts import cases
from referrals.next_action.rule import SeatFacts, next_action
from referrals.outcomes.enrolment import LEAVING, ON_A_COURSE
from referrals.outcomes.tables import OutcomeRow
from referrals.queue import moving, today
from referrals.referral.corrections import counting
from referrals.referral.moves import OPEN_STATES, Move, State
from referrals.referral.tables import UNSETTLED, ReferralRow


class Lost(AssertionError):
    """Somebody is on no list, on two, on the wrong one, or has what does not go with the state."""


def check(session: Session, references: Collection[str]) -> list[ReferralRow]:
    """Compare what stands beside some referrals with the rules, and give them."""
    lost = session.scalars(select(ReferralRow.reference).where(text(UNSETTLED))).all()
    rows = session.scalars(select(ReferralRow).where(ReferralRow.reference.in_(references))).all()
    found = cases(session, rows)
    for row in rows:
        following = next_action(found[row.id])
        wanted = (following.what, following.by) if following else (None, None)
        if (row.next_action, row.next_action_at) != wanted:
            raise Lost(f"{row.reference}: {row.next_action}, and not {following}")
        _check_seat(row, found[row.id].seat)
        _check_course(session, row)
        _check_follow_ups(session, row)
    if lost:
        raise Lost(f"on no list: {lost}")
    return list(rows)


def check_lists(session: Session, codes: Collection[str], now: datetime) -> None:
    """Read the lists of some municipalities, and find each person on one of them, once."""
    listed: Counter[str] = Counter()
    for code in codes:
        for section in today.Section:
            listed.update(_all_of(session, code, section, now))
    over = (State.CLOSED.value, State.WITHDRAWN.value)
    live = session.scalars(select(ReferralRow.reference).where(ReferralRow.state.not_in(over)))
    if twice := [reference for reference, times in listed.items() if times > 1]:
        raise Lost(f"on two lists: {twice}")
    if missing := set(listed) ^ set(live):
        raise Lost(f"on no list, or over: {missing}")


def _all_of(session: Session, code: str, section: today.Section, now: datetime) -> Iterator[str]:
    stack = today.today(session, code, now, only=section).sections.get(section)
    if stack is not None:
        if stack.count > len(stack.entries):
            raise RuntimeError("the list is longer than is shown; walk with fewer patients")
        yield from (each.reference for each in stack.entries)


def _check_seat(row: ReferralRow, seat: SeatFacts | None) -> None:
    """Whoever is on a course has no other seat; who needs none any more keeps none from others."""
    if seat is None:
        return
    if row.state not in OPEN_STATES and seat.ended_at is None:
        raise Lost(f"{row.reference}: {row.state}, and the seat is {seat.state}")
    if row.state not in ON_A_COURSE:
        return
    if seat.state in (SeatState.HELD, SeatState.WAITING):
        raise Lost(f"{row.reference}: {row.state}, and the seat is {seat.state}")
    since = row.state_since or row.filed_at
    if seat.ended_at and seat.ended_at > since and seat.ended_why not in LEAVING:
        raise Lost(f"{row.reference}: {row.state} without a seat, which was {seat.ended_why}")


def _check_course(session: Session, row: ReferralRow) -> None:
    """Nobody is on a course that was called off."""
    if row.state in ON_A_COURSE and row.course_id is not None:
        course = session.get_one(CourseRow, row.course_id)
        if course.status == CourseStatus.CANCELLED:
            raise Lost(f"{row.reference}: {row.state} in a course that was called off")


def _check_follow_ups(session: Session, row: ReferralRow) -> None:
    """Who never began a course is not followed up."""
    planned = select(OutcomeRow.id).where(OutcomeRow.referral_id == row.id).limit(1)
    if session.scalar(planned) is not None:
        stands = counting(moving.happened(session, row))
        if all(each.move != Move.START for each in stands):
            raise Lost(f"{row.reference}: {row.state}, followed up without a course")
