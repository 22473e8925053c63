"""What came of a phone call, kept at once: who has the referral, the attempt or talk, the course.

Everything is written in one transaction, or nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from referrals.booking.seat_states import Held, Waiting
from referrals.follow_up.follow_ups import put_down
from referrals.next_action.next_attempt import propose
from referrals.next_action.rule import working_day_after
from referrals.programs.once import Once
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.today import Section
from referrals.referral.moves import UNREACHED_STATES, Move, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.vault.vault import Vault


class PatientAnswer(StrEnum):
    """What the patient said to taking part."""

    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True)
class Talk:
    """What was said. ``course_id`` goes with a yes, ``reason`` with a no, ``again_at`` with later.

    ``again_at`` is ISO 8601 with an offset; without it the next day of work is meant.
    """

    answer: PatientAnswer
    course_id: int | None = None
    reason: str | None = None
    again_at: str | None = None
    note: str | None = field(default=None, repr=False)


class PhoneCalls:
    """The calls of one municipality. Refuses anybody without one."""

    def __init__(
        self, database: Database, vault: Vault, staff: Staff, once: Once | None = None
    ) -> None:
        self._queue = MunicipalQueue(database, vault, staff, once)
        self._name = staff.name

    def in_vain(
        self,
        reference: str,
        reason: str,
        now: datetime,
        *,
        version: int | None = None,
        again_at: str | None = None,
        note: str | None = None,
    ) -> None:
        """Note a call without an answer and when to try again, proposed where nobody says when.

        Whoever called takes a referral that nobody has. Raises like ``MunicipalQueue.move``.
        """
        with self._queue.changing(reference, now, version) as (session, row):
            self._take(session, row, now)
            again = again_at or propose(row.best_time, now).isoformat()
            self._queue.make(session, row, Move.ATTEMPT, now, reason=reason, note=note, about=again)

    def reached(
        self, reference: str, talk: Talk, now: datetime, *, version: int | None = None
    ) -> Held | Waiting | None:
        """Note a talk, from where the referral stands; give the seat or the place in line.

        Where the course is full the person stands in line and is not enrolled yet. Raises like
        ``MunicipalQueue.move``, and NotOpen, Full and AlreadyConfirmed like ``FollowUps.enrol``.
        """
        with self._queue.changing(reference, now, version) as (session, row):
            self._take(session, row, now)
            note = talk.note
            if row.state in UNREACHED_STATES:
                self._queue.make(session, row, Move.REACH, now, note=note)
                note = None
            if talk.answer is PatientAnswer.NO:
                self._queue.make(session, row, Move.DECLINE, now, reason=talk.reason, note=note)
            elif talk.answer is PatientAnswer.LATER:
                again = talk.again_at or working_day_after(now).isoformat()
                self._queue.make(session, row, Move.PLAN, now, about=again, note=note)
            else:
                return self._agreed(session, row, talk.course_id, note, now)
        return None

    def next_to_call(self, reference: str, now: datetime, *, mine: bool) -> str | None:
        """Give who besides this one has waited longest for a call that is due; None for nobody."""
        work = self._queue.today(now, mine=mine, only=Section.CALL)
        stack = work.sections.get(Section.CALL)
        due = [
            each.reference
            for each in (stack.entries if stack else ())
            if each.next_action is not None and each.next_action.by <= now
        ]
        return next((each for each in due if each != reference), None)

    def _take(self, session: Session, row: ReferralRow, now: datetime) -> None:
        if row.assigned_to is None:
            self._queue.make(session, row, Move.ASSIGN, now, about=self._name)

    def _agreed(
        self,
        session: Session,
        row: ReferralRow,
        course_id: int | None,
        note: str | None,
        now: datetime,
    ) -> Held | Waiting | None:
        if row.state == State.REACHED:
            self._queue.make(session, row, Move.ACCEPT, now, note=note)
            note = None
        elif course_id is None:
            raise Unsuitable("course")
        if course_id is None:
            return None
        given = put_down(self._queue, session, row, course_id, now, note=note)
        if note and isinstance(given, Waiting):
            self._queue.make(session, row, Move.PLAN, now, note=note)
        return given
