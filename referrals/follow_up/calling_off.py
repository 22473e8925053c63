"""Calling a course off so that nobody falls off every list: what becomes of each is chosen.

Whoever goes on in another course is moved there; everybody else is back where they said yes, with
a row in the history, and their adviser is told to call. One transaction does all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking import seats
from referrals.booking.seat_states import CALLED_OFF, Held, NotOpen, SeatState
from referrals.booking.tables import SeatRow
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import BadDraft, Mistake
from referrals.catalogue.listing import WORKED_WITH
from referrals.catalogue.records import write_openings
from referrals.courses.records import course_of
from referrals.courses.search import UnknownCourse
from referrals.courses.tables import CourseRow
from referrals.follow_up.roll import in_order
from referrals.outcomes import enrolment
from referrals.outcomes.enrolment import ON_A_COURSE
from referrals.referral import history
from referrals.referral.announcing import announce
from referrals.referral.history import LONGEST_ABOUT, referral_of
from referrals.referral.moves import Move, Remark, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.staff.tables import MunicipalityRow
from referrals.storage.database import Database


class CallingOff:
    """Calls off the courses of one municipality. Refuses anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._catalogue = MunicipalCatalogue(database, staff)
        self._name = staff.name
        self._actor = staff.actor

    def call_off(
        self, course_id: int, version: int, now: datetime, moves: Mapping[int, int]
    ) -> None:
        """Call a course off. ``moves`` maps seats to the own open course that each moves to.

        Whoever was enrolled is first; who finds no room stands in the line of the other course.
        Raises BadDraft, and changes nothing, where a course takes none of them; ChangedCourse,
        UnknownCourse, NotAllowed.
        """
        with self._catalogue.change() as session:
            row = self._catalogue.row(session, course_id, version)
            if row.status not in WORKED_WITH:
                raise BadDraft({"status": Mistake("ended")})
            standing = [(seat, seat.state) for seat in in_order(session, course_id)]
            targets = {
                seat.encounter_id: self._target(session, row, moves[seat.id])
                for seat, _ in standing
                if seat.id in moves
            }
            seats.cancel_course(session, course_id, now, self._name, CALLED_OFF, untold=targets)
            row.version += 1
            write_openings(row)
            title = course_of(row).shown_title
            for seat, state in standing:
                self._go_on(session, seat, state, targets.get(seat.encounter_id), title, now)
            self._without_a_seat(session, row, title, now)

    def _go_on(
        self,
        session: Session,
        seat: SeatRow,
        state: str,
        target: CourseRow | None,
        title: str,
        now: datetime,
    ) -> None:
        """Move one person, or put the referral back to where a course is looked for."""
        referral = _locked(session, seat.encounter_id)
        if target is None:
            if referral is not None:
                self._put_back(session, referral, title, now)
            return
        given = self._give(session, seat, state, target, referral, now)
        if referral is None:
            return
        announce(session, "seat_moved", referral, now)
        if referral.state in ON_A_COURSE and not isinstance(given, Held):
            self._put_back(session, referral, title, now)
            return
        where = course_of(target).shown_title
        self._write(session, referral, Move.CHANGE_COURSE, State(referral.state), where, now)
        enrolment.change_course(session, referral, now)

    def _give(
        self,
        session: Session,
        seat: SeatRow,
        state: str,
        target: CourseRow,
        referral: ReferralRow | None,
        now: datetime,
    ) -> object:
        if referral is not None and referral.municipality_code not in target.open_to:
            home = session.get_one(MunicipalityRow, referral.municipality_code).name
            raise BadDraft({"move_to": Mistake("not_open_to", (("municipality", home),))})
        try:
            given = seats.hold(session, target.id, seat.encounter_id, now, self._name)
        except NotOpen as error:
            raise BadDraft({"move_to": Mistake("ended")}) from error
        if state == SeatState.CONFIRMED and isinstance(given, Held):
            seats.confirm(session, seat.encounter_id, now, self._name)
        return given

    def _without_a_seat(self, session: Session, row: CourseRow, title: str, now: datetime) -> None:
        """Put back whoever is on the course by name only."""
        left = session.scalars(
            select(ReferralRow)
            .where(ReferralRow.course_id == row.id)
            .where(ReferralRow.state.in_([state.value for state in ON_A_COURSE]))
            .with_for_update()
        )
        for referral in left.all():
            self._put_back(session, referral, title, now)
            announce(session, "seat_lost", referral, now)

    def _put_back(self, session: Session, referral: ReferralRow, title: str, now: datetime) -> None:
        if referral.state in ON_A_COURSE:
            self._write(session, referral, Move.COURSE_CANCELLED, State.ACCEPTED, title, now)
            enrolment.leave_course(session, referral)
            referral.next_attempt_at = now
        else:
            self._write(session, referral, Remark.SEAT_GONE, State(referral.state), title, now)

    def _write(
        self,
        session: Session,
        referral: ReferralRow,
        what: Move | Remark,
        target: State,
        about: str,
        now: datetime,
    ) -> None:
        entry = history.Entry(self._actor, now, about=about[:LONGEST_ABOUT])
        history.append(session, referral, what, target, entry)
        session.flush()

    def _target(self, session: Session, row: CourseRow, course_id: int) -> CourseRow:
        if course_id == row.id:
            raise UnknownCourse(course_id)
        return self._catalogue.row(session, course_id)


def _locked(session: Session, encounter_id: str) -> ReferralRow | None:
    referral = referral_of(session, encounter_id)
    if referral is None:
        return None
    return session.get_one(ReferralRow, referral.id, with_for_update=True, populate_existing=True)
