"""Who came to which session of a course: the sheet of the municipality that holds it.

Names are shown of own citizens and of those whose consent names the municipality; of all others
the reference only. A first session attended begins the course for the referral.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.courses.course import Course
from referrals.courses.records import course_of
from referrals.courses.search import UnknownCourse
from referrals.courses.tables import CourseRow
from referrals.follow_up.roll import READING, may_name
from referrals.follow_up.tables import AttendanceRow
from referrals.outcomes.rules import Attended, BadAnswer, attended
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.storage.database import Database
from referrals.vault.vault import Vault

_MARKABLE = frozenset(State) - {State.WITHDRAWN, State.CLOSED}

_ON_IT = frozenset({State.ENROLLED, State.STARTED})

Marks = Mapping[int, Sequence[tuple[datetime, bool]]]


@dataclass(frozen=True)
class Participant:
    """One line of the sheet; ``marks`` maps the start of a session to whether the person came."""

    reference: str
    name: str | None
    municipality_code: str
    state: State
    marks: Mapping[datetime, bool]
    attended: Attended

    def __repr__(self) -> str:
        """Show no identity."""
        return f"Participant({self.reference})"


@dataclass(frozen=True)
class Sheet:
    """A course and its people. ``held`` are the starts of sessions that have begun."""

    course: Course
    starts: Sequence[datetime]
    held: Sequence[datetime]
    participants: Sequence[Participant]


class Attendance:
    """The attendance of the courses of one municipality. Refuses anybody without one."""

    def __init__(self, database: Database, vault: Vault, staff: Staff) -> None:
        self._queue = MunicipalQueue(database, vault, staff)
        self._database = database
        self._vault = vault
        self._name = staff.name
        self._actor = staff.actor
        self._code = municipality_of(staff)

    def sheet(self, course_id: int, now: datetime) -> Sheet:
        """Give the sheet; that its names were read is written to the audit log.

        Raises UnknownCourse for a course of somebody else.
        """
        with self._database.write() as session:
            course = course_of(self._course(session, course_id))
            rows = self._participants(session, course_id)
            marks = marks_of(session, [row.id for row in rows])
            starts = [each.starts_at for each in course.sessions]
            people = [self._participant(session, row, marks) for row in rows]
            if any(each.name is not None for each in people):
                record = f"course:{course_id}:{len(people)}"
                chain.append(session, now, self._name, READING, record)
            return Sheet(course, starts, [start for start in starts if start <= now], people)

    def record(
        self,
        course_id: int,
        starts_at: datetime,
        came: Mapping[str, bool],
        now: datetime,
        *,
        others_came: bool = False,
    ) -> int:
        """Note who came to a session, by reference, and give how many marks are new.

        With ``others_came``, whoever is on the course and has no mark yet came too. What was noted
        before and says the same stays; what differs gets a new row. Raises
        UnknownCourse, and BadAnswer for a session that is none or lies ahead.
        """
        with self._database.write() as session:
            course = self._course(session, course_id)
            if starts_at > now or starts_at not in {each.starts_at for each in course.sessions}:
                raise BadAnswer("session")
            chain.lock(session)
            rows = self._participants(session, course_id, lock=True)
            before = marks_of(session, [row.id for row in rows])
            new = 0
            for row in rows:
                known = dict(before.get(row.id, ())).get(starts_at)
                present = came.get(row.reference)
                if present is None and known is None and others_came and row.state in _ON_IT:
                    present = True
                if present is not None and present != known and State(row.state) in _MARKABLE:
                    self._mark(session, row, (starts_at, present), now)
                    new += 1
            return new

    def _mark(
        self, session: Session, row: ReferralRow, mark: tuple[datetime, bool], now: datetime
    ) -> None:
        starts_at, present = mark
        session.add(
            AttendanceRow(
                referral_id=row.id,
                session_starts_at=starts_at,
                present=present,
                recorded_by=self._actor,
                recorded_at=now,
            )
        )
        chain.append(session, now, self._name, "note_attendance", f"referral:{row.reference}")
        if present and row.state == State.ENROLLED:
            self._queue.make(session, row, Move.START, now)

    def _course(self, session: Session, course_id: int) -> CourseRow:
        row = session.get(CourseRow, course_id)
        if row is None or row.municipality_code != self._code:
            raise UnknownCourse
        return row

    def _participants(
        self, session: Session, course_id: int, *, lock: bool = False
    ) -> Sequence[ReferralRow]:
        query = (
            select(ReferralRow)
            .where(ReferralRow.course_id == course_id, ReferralRow.state != State.WITHDRAWN.value)
            .order_by(ReferralRow.id)
        )
        return session.scalars(query.with_for_update() if lock else query).all()

    def _participant(self, session: Session, row: ReferralRow, marks: Marks) -> Participant:
        own_marks = marks.get(row.id, ())
        token = row.details.get(Step.NAME) if may_name(session, row, self._code) else None
        return Participant(
            row.reference,
            self._vault.unseal(session, row.encounter_id, token),
            row.municipality_code,
            State(row.state),
            dict(own_marks),
            attended(own_marks),
        )


def marks_of(session: Session, referral_ids: Sequence[int]) -> Marks:
    """Give what was noted for each referral, in the order in which it was noted."""
    found: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for mark in session.scalars(
        select(AttendanceRow)
        .where(AttendanceRow.referral_id.in_(referral_ids))
        .order_by(AttendanceRow.id)
    ):
        found[mark.referral_id].append((mark.session_starts_at, mark.present))
    return found
