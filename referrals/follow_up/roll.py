"""Who is on a course, waits for it, or lost a seat when it was called off.

Bound to the municipality that holds the course. Names and numbers are read of the citizens whose
referral it works and of those whose consent names it; of all others there is the reference only.
Whoever reads them stands in the audit log, once for the whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.booking import seat_listing
from referrals.booking.seat_listing import Seat
from referrals.booking.seat_states import CALLED_OFF, SeatState
from referrals.booking.tables import SeatRow
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.consent.tables import ConsentRow
from referrals.courses.course import CourseStatus
from referrals.referral.history import referral_of
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.storage.database import Database
from referrals.vault.vault import Vault

READING = "read_course_names"
_ORDER = [SeatState.CONFIRMED, SeatState.HELD, SeatState.WAITING, SeatState.RELEASED]


@dataclass(frozen=True)
class Person:
    """Somebody with a seat or a place in line, or who lost it when the course was called off.

    ``reference`` is None before the referral is filed, ``own`` tells that the reader's municipality
    works it. ``elsewhere`` is the seat or the place in line in another course since.
    """

    seat_id: int
    state: SeatState
    reference: str | None
    own: bool
    municipality_code: str | None
    stands: State | None
    name: str | None
    phone: str | None
    best_time: str | None
    spoken_language: str | None
    elsewhere: Seat | None

    def __repr__(self) -> str:
        """Show no identity."""
        return f"Person({self.reference})"


@dataclass(frozen=True)
class Roll:
    """The people of a course, those with a seat first; ``outside`` were enrolled without Henvis.

    ``lost`` tells that the course was called off, and that these are those who had a place.
    """

    people: Sequence[Person]
    outside: int
    lost: bool

    def in_state(self, state: str) -> list[Person]:
        """Give those whose seat stands so."""
        return [each for each in self.people if each.state == state]


class CourseRolls:
    """The people of the courses of one municipality. Refuses anybody without one."""

    def __init__(self, database: Database, vault: Vault, staff: Staff) -> None:
        self._catalogue = MunicipalCatalogue(database, staff)
        self._database = database
        self._vault = vault
        self._name = staff.name
        self._code = municipality_of(staff)

    def of(self, course_id: int, now: datetime) -> Roll:
        """Give the people of a course. Raises UnknownCourse for one of another municipality."""
        with self._database.write() as session:
            row = self._catalogue.row(session, course_id)
            seats = in_order(session, course_id)
            people = [self._person(session, seat) for seat in seats]
            if any(each.name is not None for each in people):
                record = f"course:{course_id}:{len(people)}"
                chain.append(session, now, self._name, READING, record)
            enrolled = sum(seat.state == SeatState.CONFIRMED for seat in seats)
            return Roll(people, row.taken - enrolled, row.status == CourseStatus.CANCELLED)

    def _person(self, session: Session, seat: SeatRow) -> Person:
        state = SeatState(seat.state)
        row = referral_of(session, seat.encounter_id)
        if row is None:
            nothing = (None,) * 4
            return Person(seat.id, state, None, False, None, None, *nothing, None)
        names = may_name(session, row, self._code)
        details = row.details if names else {}
        plain = {
            step: self._vault.unseal(session, row.encounter_id, details[step])
            for step in (Step.NAME, Step.PHONE)
            if details.get(step)
        }
        return Person(
            seat.id,
            state,
            row.reference,
            row.municipality_code == self._code,
            row.municipality_code,
            State(row.state),
            plain.get(Step.NAME),
            plain.get(Step.PHONE),
            row.best_time,
            row.spoken_language,
            _elsewhere(session, seat),
        )


def in_order(session: Session, course_id: int) -> list[SeatRow]:
    """Give the seats of a course that stand or that its cancellation ended, enrolled ones first."""
    seats = session.scalars(
        select(SeatRow)
        .where(
            SeatRow.course_id == course_id,
            or_(SeatRow.ended_at.is_(None), SeatRow.ended_why == CALLED_OFF),
        )
        .order_by(SeatRow.asked_at, SeatRow.id)
    )
    return sorted(seats, key=lambda seat: _ORDER.index(SeatState(seat.state)))


def may_name(session: Session, row: ReferralRow, code: str) -> bool:
    """Tell whether a municipality may see who this is: it works it, or the consent names it."""
    if row.municipality_code == code:
        return True
    consent = session.get_one(ConsentRow, row.consent_id)
    return consent.partner_municipality_code == code


def _elsewhere(session: Session, seat: SeatRow) -> Seat | None:
    now = seat_listing.latest(session, seat.encounter_id)
    if now is None or now.course_id == seat.course_id or now.ended_at is not None:
        return None
    return now
