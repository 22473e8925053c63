"""Seats in courses: held at the bedside, confirmed by the municipality, waited for, freed.

    waiting → held → confirmed; each of them ends as released, a held one also as expired

Every call works in the caller's transaction and leaves nothing changed when it raises. One change
of seats is made at a time, so a seat that is freed goes to the next in line before anybody else can
see it, and courses are counted by conditional updates that never pass the capacity.

An encounter has at most one standing seat: held, confirmed or waited for. Holding one in another
course is one step that gives the first back. Who may come to a course, and whether the consent
names its municipality, is for the caller to ask. No identity stands here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.booking.seat_states import (
    AlreadyConfirmed,
    Full,
    Held,
    NoSeat,
    NotOpen,
    SeatState,
    TooFewSeats,
    Waiting,
)
from referrals.booking.tables import SeatRow
from referrals.courses.course import CourseStatus, Intake
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.referral import history
from referrals.referral.announcing import announce
from referrals.referral.history import LONGEST_ABOUT, referral_of
from referrals.referral.moves import SeatEvent
from referrals.referral.tables import ReferralRow

HOLD_LASTS = timedelta(hours=72)
"""How long a seat is held, unless the sessions of the database carry another span as SEAT_HOLD."""
SEAT_HOLD = "seat_hold"
BEGUN = "course_begun"
"""Why a place in line ended when the course began."""
_COUNTED = {
    SeatState.CONFIRMED: "taken",
    SeatState.HELD: "held",
    SeatState.WAITING: "waiting",
}


def hold(
    session: Session,
    course_id: int,
    encounter_id: str,
    now: datetime,
    by: str,
    *,
    wait: bool = True,
) -> Held | Waiting:
    """Hold a seat, or stand in line when the course is full and ``wait`` is given.

    Holding again in the same course changes nothing, not even the clock. Raises NotOpen, Full (also
    rather than to trade a held seat for a place in line), and AlreadyConfirmed.
    """
    course = _lock(session, course_id)
    seat = _standing(session, encounter_id)
    if seat is not None and seat.course_id == course_id:
        return _as_given(session, seat)
    if seat is not None and seat.state == SeatState.CONFIRMED:
        raise AlreadyConfirmed
    if course is None or not course_of(course).takes_new(now, local_day(now)):
        raise NotOpen
    has_room = _count(session, course_id, held=1, if_room=True)
    if not has_room and (not wait or (seat is not None and seat.state == SeatState.HELD)):
        raise Full
    if seat is not None:
        _end(session, seat, SeatState.RELEASED, now, by, "moved")
    if not has_room:
        _count(session, course_id, waiting=1)
    new = SeatRow(
        course_id=course_id,
        encounter_id=encounter_id,
        state=(SeatState.HELD if has_room else SeatState.WAITING).value,
        asked_at=now,
        expires_at=_runs_out(session, course, now) if has_room else None,
    )
    session.add(new)
    chain.append(session, now, by, "hold_seat" if has_room else "wait_for_seat", _record(new))
    return _as_given(session, new)


def standing(session: Session, encounter_id: str) -> Held | Waiting:
    """Give the seat that stands. Raises NoSeat."""
    seat = _standing(session, encounter_id)
    if seat is None:
        raise NoSeat
    return _as_given(session, seat)


def confirm(session: Session, encounter_id: str, now: datetime, by: str) -> Held:
    """Turn the held seat into a taken one; confirmed before, nothing happens. Raises NoSeat.

    A hold whose time is up counts until the seat is really given away.
    """
    chain.lock(session)
    seat = _standing(session, encounter_id)
    if seat is None or seat.state == SeatState.WAITING:
        raise NoSeat
    if seat.state == SeatState.HELD:
        _count(session, seat.course_id, held=-1, taken=1)
        seat.state, seat.expires_at = SeatState.CONFIRMED.value, None
        chain.append(session, now, by, "confirm_seat", _record(seat))
    return Held(seat.course_id, None)


def release(session: Session, encounter_id: str, now: datetime, by: str, why: str) -> bool:
    """Give back whatever seat or place in line the encounter has, at once; False if it has none."""
    chain.lock(session)
    seat = _standing(session, encounter_id)
    if seat is None:
        return False
    _end(session, seat, SeatState.RELEASED, now, by, why)
    return True


def retake(session: Session, seat: SeatRow, now: datetime, by: str) -> None:
    """Give a seat that ended back to whom it was of: the step that ended it was put right.

    The caller looked whether there is room.
    """
    _lock(session, seat.course_id)
    _count(session, seat.course_id, taken=1)
    seat.state, seat.ended_at, seat.ended_why = SeatState.CONFIRMED.value, None, None
    chain.append(session, now, by, "confirm_seat", _record(seat))


def is_confirmed(session: Session, encounter_id: str) -> bool:
    """Tell whether the encounter has a seat for good."""
    seat = _standing(session, encounter_id)
    return seat is not None and seat.state == SeatState.CONFIRMED


def holds_over(now: datetime) -> Select[SeatRow]:
    """Ask for the holds whose time is up, the longest over first."""
    return (
        select(SeatRow)
        .where(SeatRow.state == SeatState.HELD.value, SeatRow.expires_at <= now)
        .order_by(SeatRow.expires_at, SeatRow.id)
    )


def end_hold(session: Session, seat: SeatRow, now: datetime, by: str) -> None:
    """End a hold whose time is up, which is told, and offer the seat on."""
    _end(session, seat, SeatState.EXPIRED, now, by, "ran_out")
    _tell(session, "seat_lost", seat, now)
    _write_down(session, SeatEvent.RAN_OUT, seat, now)


def lines_over(now: datetime) -> Select[CourseRow]:
    """Ask for the fixed courses that have begun while somebody waits for a seat."""
    return (
        select(CourseRow)
        .where(CourseRow.waiting > 0, CourseRow.starts_at <= now)
        .where(CourseRow.intake == Intake.FIXED.value)
        .order_by(CourseRow.starts_at, CourseRow.id)
    )


def end_line(session: Session, course: CourseRow, now: datetime, by: str) -> None:
    """End the line of a course that has begun: nobody who waits can join, which is told.

    Who holds or has a seat is left alone.
    """
    waiting = standing_in(course.id).where(SeatRow.state == SeatState.WAITING.value)
    for seat in session.scalars(waiting).all():
        _end(session, seat, SeatState.RELEASED, now, by, BEGUN)
        _tell(session, "seat_lost", seat, now)
        _write_down(session, SeatEvent.LINE_ENDED, seat, now)


def change_capacity(
    session: Session,
    course_id: int,
    capacity: int | None,
    now: datetime,
    by: str,
    *,
    taken: int | None = None,
) -> int:
    """Set how many seats there are, None for no limit, and offer what came free to the line.

    ``taken`` counts all who are enrolled, also those who came another way; left out, it stays.
    Gives how many were offered a seat. Raises TooFewSeats where people would lose theirs, NotOpen
    where there is no such course.
    """
    course = _lock(session, course_id)
    if course is None:
        raise NotOpen
    enrolled_here = _how_many(session, course_id, SeatState.CONFIRMED)
    new_taken = course.taken if taken is None else taken
    in_use = max(new_taken, enrolled_here) + course.held
    if new_taken < enrolled_here or (capacity is not None and capacity < in_use):
        raise TooFewSeats(in_use)
    course.capacity, course.taken = capacity, new_taken
    session.flush()
    chain.append(session, now, by, "change_seats", f"course:{course_id}")
    return offer(session, course_id, now, by)


def cancel_course(
    session: Session,
    course_id: int,
    now: datetime,
    by: str,
    why: str,
    *,
    untold: Collection[str] = (),
) -> None:
    """Call the course off: every seat and place in line ends with ``why``, and that is told.

    Of the encounters in ``untold`` the caller tells something better. Raises NotOpen where there is
    no such course.
    """
    course = _lock(session, course_id)
    if course is None:
        raise NotOpen
    course.status = CourseStatus.CANCELLED.value
    session.flush()
    chain.append(session, now, by, "cancel_course", f"course:{course_id}")
    for seat in session.scalars(standing_in(course_id)).all():
        _end(session, seat, SeatState.RELEASED, now, by, why)
        if seat.encounter_id not in untold:
            _tell(session, "seat_lost", seat, now)


def offer(session: Session, course_id: int, now: datetime, by: str) -> int:
    """Give free seats to those who wait, first come first served; a new clock runs for each.

    Gives how many were offered one. A course that is not open or has begun offers none.
    """
    course = _lock(session, course_id)
    if course is None or not _still_fills(course, now):
        return 0
    offered = 0
    while (seat := _first_in_line(session, course_id)) is not None:
        if not _count(session, course_id, held=1, waiting=-1, if_room=True):
            break
        seat.state, seat.expires_at = SeatState.HELD.value, _runs_out(session, course, now)
        chain.append(session, now, by, "offer_seat", _record(seat))
        _tell(session, "seat_offered", seat, now)
        _write_down(session, SeatEvent.OFFERED, seat, now)
        offered += 1
    return offered


def _lock(session: Session, course_id: int) -> CourseRow | None:
    """Let nobody else change seats or this course until the transaction ends."""
    chain.lock(session)
    return session.get(CourseRow, course_id, with_for_update=True, populate_existing=True)


def _count(session: Session, course_id: int, *, if_room: bool = False, **changes: int) -> bool:
    """Add ``changes`` to held, taken and waiting; with ``if_room`` only if there is a free seat."""
    change = update(CourseRow).where(CourseRow.id == course_id)
    if if_room:
        in_use = CourseRow.taken + CourseRow.held
        change = change.where(
            CourseRow.status == CourseStatus.OPEN.value,
            or_(CourseRow.capacity.is_(None), in_use < CourseRow.capacity),
        )
    counts = {name: getattr(CourseRow, name) + n for name, n in changes.items()}
    return session.scalar(change.values(counts).returning(CourseRow.id)) is not None


def _end(
    session: Session, seat: SeatRow, state: SeatState, now: datetime, by: str, why: str
) -> None:
    """End a standing seat and offer what it leaves."""
    counted = _COUNTED[SeatState(seat.state)]
    seat.state, seat.expires_at = state.value, None
    seat.ended_at, seat.ended_why = now, why
    _count(session, seat.course_id, if_room=False, **{counted: -1})
    action = "expire_seat" if state is SeatState.EXPIRED else "release_seat"
    chain.append(session, now, by, action, _record(seat))
    offer(session, seat.course_id, now, by)


_STANDING = (  # asked by each turn that ends an encounter: put together once
    select(SeatRow)
    .where(SeatRow.encounter_id == bindparam("encounter"), SeatRow.ended_at.is_(None))
    .execution_options(populate_existing=True)
)


def _standing(session: Session, encounter_id: str) -> SeatRow | None:
    """Give the seat as it is now, whatever this session read before."""
    return session.scalars(_STANDING, {"encounter": encounter_id}).one_or_none()


def standing_in(course_id: int) -> Select[SeatRow]:
    """Ask for the standing seats of a course, in the order in which they were asked for."""
    return (
        select(SeatRow)
        .where(SeatRow.course_id == course_id, SeatRow.ended_at.is_(None))
        .order_by(SeatRow.asked_at, SeatRow.id)
    )


def _first_in_line(session: Session, course_id: int) -> SeatRow | None:
    waiting = standing_in(course_id).where(SeatRow.state == SeatState.WAITING.value)
    return session.scalars(waiting.limit(1)).one_or_none()


def _how_many(session: Session, course_id: int, state: SeatState) -> int:
    counted = select(func.count()).where(
        SeatRow.course_id == course_id, SeatRow.state == state.value
    )
    return session.scalar(counted) or 0


def _as_given(session: Session, seat: SeatRow) -> Held | Waiting:
    if seat.state != SeatState.WAITING:
        return Held(seat.course_id, seat.expires_at)
    ahead = select(func.count()).where(
        SeatRow.course_id == seat.course_id,
        SeatRow.state == SeatState.WAITING.value,
        tuple_(SeatRow.asked_at, SeatRow.id) < (seat.asked_at, seat.id),
    )
    return Waiting(seat.course_id, (session.scalar(ahead) or 0) + 1)


def _still_fills(course: CourseRow, now: datetime) -> bool:
    begun = (
        course.intake == Intake.FIXED and course.starts_at is not None and course.starts_at <= now
    )
    return course.status == CourseStatus.OPEN and not begun


def _runs_out(session: Session, course: CourseRow, now: datetime) -> datetime:
    """Give the end of a hold that begins now; none outlasts the first session of a fixed course."""
    end: datetime = now + session.info.get(SEAT_HOLD, HOLD_LASTS)
    if course.intake == Intake.FIXED and course.starts_at is not None:
        return min(end, course.starts_at)
    return end


def _tell(session: Session, kind: str, seat: SeatRow, now: datetime) -> None:
    """Tell the municipality of the referral; before it is filed there is nobody to tell."""
    referral = referral_of(session, seat.encounter_id)
    if referral is not None:
        announce(session, kind, referral, now)


def _write_down(session: Session, what: SeatEvent, seat: SeatRow, now: datetime) -> None:
    """Write into the referral's history what became of its seat; before filing there is none.

    It is the machine's row, for whoever gave a seat free knows nothing of who gets it.
    """
    referral = referral_of(session, seat.encounter_id)
    if referral is None:
        return
    row = session.get_one(ReferralRow, referral.id, with_for_update=True, populate_existing=True)
    title = course_of(session.get_one(CourseRow, seat.course_id)).shown_title
    actor = f"system:{Machine.HOUSEKEEPING}"
    history.mark(session, row, what.value, history.Entry(actor, now, about=title[:LONGEST_ABOUT]))


def _record(seat: SeatRow) -> str:
    return f"course:{seat.course_id} encounter:{seat.encounter_id}"
