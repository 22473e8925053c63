"""What is reserved for an encounter, a seat and a call, and what a referral's moves do to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from referrals.booking import calls, seats
from referrals.booking.calls import Booked
from referrals.booking.seat_listing import Seat, latest
from referrals.booking.seat_states import NoSeat
from referrals.booking.tables import CallRow, SeatRow
from referrals.referral.moves import Move

_ENDING = frozenset(
    {
        Move.DECLINE,
        Move.GIVE_UP,
        Move.FORWARD,
        Move.WRONG_MUNICIPALITY,
        Move.NOT_REAL,
        Move.COMPLETE,
        Move.DROP_OUT,
    }
)
"""Moves after which the patient needs neither seat nor call."""


@dataclass(frozen=True)
class Reserved:
    """The seat that stands or ended last, and the call that is booked; None where there is none.

    Where no call is booked, ``call_ended`` tells why the last one ended, if there was one.
    """

    seat: Seat | None
    call: Booked | None
    call_ended: str | None = None


NOTHING = Reserved(None, None)
MOVED = "municipality_changed"
"""Why something was freed that is not for the patient's municipality."""


_SEAT = (SeatRow.encounter_id == bindparam("encounter"),)
_CALL = (CallRow.encounter_id == bindparam("encounter"), CallRow.ended_at.is_(None))
_ANYTHING = select(  # asked by each turn that ends an encounter, and mostly there is nothing
    or_(exists().where(*_SEAT, SeatRow.ended_at.is_(None)), exists().where(*_CALL))
)
_ANYTHING_TO_SHOW = select(or_(exists().where(*_SEAT), exists().where(_CALL[0])))
"""The same for each turn that shows it, where what ended counts too."""


def show(session: Session, encounter_id: str) -> Reserved:
    """Give what is reserved for an encounter."""
    if not session.scalar(_ANYTHING_TO_SHOW, {"encounter": encounter_id}):
        return NOTHING
    call = calls.booked_for(session, encounter_id)
    ended = None if call else calls.ended_last(session, encounter_id)
    return Reserved(latest(session, encounter_id), call, ended)


def free(session: Session, encounter_id: str, now: datetime, by: str, why: str) -> None:
    """Free seat and call at once, whichever there is; the next in line is offered the seat."""
    if not session.scalar(_ANYTHING, {"encounter": encounter_id}):
        return
    seats.release(session, encounter_id, now, by, why)
    calls.cancel(session, encounter_id, now, by, why)


def keep_only_of(
    session: Session, encounter_id: str, now: datetime, by: str, municipality_code: str
) -> None:
    """Free a call with another municipality's adviser, and a seat that is not for its citizens."""
    there = show(session, encounter_id)
    if there.seat is not None and municipality_code not in there.seat.open_to:
        seats.release(session, encounter_id, now, by, MOVED)
    if there.call is not None and there.call.municipality_code != municipality_code:
        calls.cancel(session, encounter_id, now, by, MOVED)


def follow(session: Session, encounter_id: str, move: Move, now: datetime, by: str) -> None:
    """Do what a move of the referral means: enrolling confirms the held seat, an end frees both.

    A patient who was reached needs the booked call no more, one who is enrolled no place in a line.
    Where nothing is reserved nothing happens.
    """
    if move in _ENDING:
        free(session, encounter_id, now, by, move.value)
    elif move is Move.REACH:
        calls.cancel(session, encounter_id, now, by, move.value)
    elif move is Move.ENROL:
        try:
            seats.confirm(session, encounter_id, now, by)
        except NoSeat:
            seats.release(session, encounter_id, now, by, move.value)
