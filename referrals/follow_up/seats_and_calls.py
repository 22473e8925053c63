"""What is reserved for a municipality's referrals: seats on courses, and clarifying calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from referrals.booking import calls, seats
from referrals.booking.calls import Booked, Slot, Taken
from referrals.booking.seat_states import NoSeat
from referrals.next_action.rule import CALLS_COUNT_IN
from referrals.outcomes import enrolment
from referrals.programs.once import Once
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.storage.database import Database
from referrals.vault.vault import Vault


class AlreadyBooked(Exception):
    """A call is booked for the referral already, by whoever was quicker."""


class SeatsAndCalls:
    """The seats and calls of what the municipality of ``staff`` works.

    Refuses anybody without a municipality; a referral of another one raises NotFound.
    """

    def __init__(
        self, database: Database, vault: Vault, staff: Staff, once: Once | None = None
    ) -> None:
        self._database = database
        self._queue = MunicipalQueue(database, vault, staff, once)
        self._name, self._code = staff.name, municipality_of(staff)

    def confirm_seat(self, reference: str, now: datetime) -> None:
        """Make the held seat a taken one; who has said yes is enrolled by that.

        Raises NoSeat if the hold ran out.
        """
        with self._standing(reference, now) as (session, row):
            seats.confirm(session, row.encounter_id, now, self._name)
            if row.state == State.ACCEPTED:
                self._queue.make(session, row, Move.ENROL, now)
            enrolment.note_course(session, row)

    def release_seat(self, reference: str, now: datetime) -> None:
        """Give the seat or the place in line back. Raises NoSeat without one.

        Whoever is on the course leaves it by a move, which frees the seat: Unsuitable.
        """
        with self._standing(reference, now) as (session, row):
            if row.state in enrolment.ON_A_COURSE and seats.is_confirmed(session, row.encounter_id):
                raise Unsuitable("enrolled")
            if not seats.release(session, row.encounter_id, now, self._name, "municipality"):
                raise NoSeat
            enrolment.note_course(session, row)

    def cancel_call(self, reference: str, now: datetime) -> None:
        """Free the slot of the booked call, if there is one."""
        with self._standing(reference, now) as (session, row):
            calls.cancel(session, row.encounter_id, now, self._name, "municipality")

    def call_times(self, now: datetime) -> list[Slot]:
        """Give the next free times of the municipality's advisers, to move a call to."""
        with self._database.read() as session:
            return calls.free_slots(session, self._code, now, calls.TIMES_TO_MOVE_TO)

    def booked_call(self, reference: str) -> Booked | None:
        """Give the call that is booked for a referral that we work."""
        with self._database.read() as session:
            return calls.booked_for(session, self._queue.row(session, reference).encounter_id)

    def book_call(
        self,
        reference: str,
        slot: Slot,
        now: datetime,
        version: int | None = None,
        *,
        first: bool = False,
    ) -> None:
        """Book a free time, or move the call there. Raises Taken, and like ``move`` of the queue.

        With ``first`` a call that a colleague booked meanwhile stands: AlreadyBooked.
        """
        with self._queue.changing(reference, now, version) as (session, row):
            if row.state not in CALLS_COUNT_IN:
                raise Taken
            if first and calls.booked_for(session, row.encounter_id) is not None:
                raise AlreadyBooked
            calls.book(session, slot, row.encounter_id, now, self._name)

    def move_call(self, reference: str, slot: Slot, now: datetime) -> None:
        """Move the booked call to another free time. Raises Taken without either."""
        with self._standing(reference, now) as (session, row):
            calls.move(session, slot, row.encounter_id, now, self._name)

    @contextmanager
    def _standing(self, reference: str, now: datetime) -> Iterator[tuple[Session, ReferralRow]]:
        """Open a referral that stands and that we work; one taken back has no seat any more."""
        with self._queue.changing(reference, now) as (session, row):
            if row.state == State.WITHDRAWN:
                raise NoSeat
            yield session, row
