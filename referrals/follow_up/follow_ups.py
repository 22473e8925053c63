"""What a municipality does after the first talk: enrol, follow up, write down what came of it.

Bound to the municipality of the person who works, like the queue that it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.booking import seats
from referrals.booking.seat_states import Held, NotOpen, Waiting
from referrals.courses.conditions import Conditions
from referrals.courses.search import LARGEST_ID
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import calendar_day, local_day
from referrals.follow_up.attendance import marks_of
from referrals.next_action.rule import Task as NextTask
from referrals.outcomes import follow_ups_due
from referrals.outcomes.course_choices import Choices, Wish, choices
from referrals.outcomes.rules import (
    CALLS_ENOUGH,
    LOST_REASONS,
    Attended,
    BadAnswer,
    FollowUpAnswer,
    FollowUpKind,
    OutcomeState,
    attended,
    check_quit_date,
)
from referrals.outcomes.tables import OutcomeRow
from referrals.programs.once import Once
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral import history
from referrals.referral.moves import (
    ATTEMPT_REASONS,
    Actor,
    Move,
    Remark,
    State,
    check_move,
    legal_moves,
)
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.vault.vault import Vault, seal

AHEAD = timedelta(days=14)
LIST_SIZE = 50
_IS_NEXT = ReferralRow.next_action == NextTask.FOLLOW_UP.value
"""Where a course must be finished first, its follow-up is not due yet: nobody stands here twice."""
_NOT_FINISHED = (NextTask.BEGIN.value, NextTask.FINISH.value)


@dataclass(frozen=True)
class FollowUp:
    """One follow-up as the page of its referral shows it."""

    kind: FollowUpKind
    due_on: date
    call_on: date
    attempts: int
    state: OutcomeState
    reason: str | None
    smoke_free: bool | None
    nicotine_free: bool | None
    satisfied: bool | None
    method: str | None
    recorded_at: datetime | None

    @property
    def tried_enough(self) -> bool:
        """Tell whether so many calls were in vain that giving up may be proposed."""
        return self.attempts >= CALLS_ENOUGH


@dataclass(frozen=True)
class Progress:
    """How far a referred person has come: the course, attendance, quit date and follow-ups."""

    course_id: int | None
    course: str | None
    course_owner: str | None
    planned: int
    attended: Attended
    quit_on: date | None
    follow_ups: Sequence[FollowUp]


@dataclass(frozen=True)
class Task:
    """One line of the worklist, without identity. ``days`` counts to ``on``; negative: behind."""

    reference: str
    kind: FollowUpKind | None
    on: date
    days: int
    attempts: int
    state: State
    course: str | None
    best_time: str | None
    spoken_language: str | None


@dataclass(frozen=True)
class Worklist:
    """What is due, what ends, what comes; each at most fifty, ``due_in_all`` counts all due."""

    due: Sequence[Task]
    due_in_all: int
    to_finish: Sequence[Task]
    coming: Sequence[Task]


class FollowUps:
    """Courses and follow-ups of one municipality's referrals. Refuses anybody without one."""

    def __init__(
        self, database: Database, vault: Vault, staff: Staff, once: Once | None = None
    ) -> None:
        self._queue = MunicipalQueue(database, vault, staff, once)
        self._database = database
        self._vault = vault
        self._name = staff.name
        self._role = Actor(staff.role.value)
        self._actor = staff.actor
        self._code = staff.municipality_code or ""

    def worklist(self, now: datetime) -> Worklist:
        """Give what has to be done, the longest overdue first."""
        today = local_day(now)
        with self._database.read() as session:
            is_next = (OutcomeRow.call_on <= today, _IS_NEXT)
            due = self._outcomes(session, today, *is_next)
            coming = self._outcomes(
                session, today, OutcomeRow.call_on > today, OutcomeRow.call_on <= today + AHEAD
            )
            count = (
                select(func.count())
                .select_from(OutcomeRow)
                .join(ReferralRow, ReferralRow.id == OutcomeRow.referral_id)
                .where(*self._due(), *is_next)
            )
            return Worklist(due, session.scalar(count) or 0, self._to_finish(session, now), coming)

    def progress(self, reference: str) -> Progress:
        """Give how far one referral has come, without identity. Raises NotFound."""
        with self._database.read() as session:
            row = self._queue.row(session, reference)
            course = session.get(CourseRow, row.course_id) if row.course_id else None
            return Progress(
                row.course_id,
                course.title if course else None,
                course.municipality_code if course else None,
                len(course.sessions) if course else 0,
                attended(marks_of(session, [row.id]).get(row.id, [])),
                row.quit_on,
                [_follow_up(each) for each in follow_ups_due.of(session, row.id)],
            )

    def courses(
        self,
        reference: str,
        now: datetime,
        asked: Conditions | None = None,
        words: str = "",
    ) -> Choices:
        """Rank the courses in which a person can be enrolled, as far as they are asked for.

        Raises NotFound.
        """
        with self._database.read() as session:
            wish = Wish.of(self._queue.row(session, reference))
            return choices(session, self._code, wish, now, asked, words)

    def enrol(
        self, reference: str, course_id: int, now: datetime, *, version: int | None = None
    ) -> Held | Waiting:
        """Enrol in a course: a held seat is confirmed, otherwise one is taken.

        Where the course is full the person stands in line and is not enrolled yet. Raises
        IllegalMove, ChangedMeanwhile, NotFound, NotOpen; Full rather than to give up a held seat;
        AlreadyConfirmed.
        """
        with self._queue.changing(reference, now, version) as (session, row):
            self._queue.check(session, row, Move.ENROL)
            return put_down(self._queue, session, row, course_id, now)

    def seat(self, reference: str) -> Held | Waiting:
        """Give the seat that stands. Raises NotFound, and NoSeat without one."""
        with self._database.read() as session:
            return seats.standing(session, self._queue.row(session, reference).encounter_id)

    def answer(
        self,
        reference: str,
        kind: FollowUpKind,
        told: FollowUpAnswer,
        now: datetime,
        *,
        version: int | None = None,
    ) -> None:
        """Keep what was answered; the last follow-up moves the case on. A correction likewise.

        Raises NoFollowUp, BadAnswer, IllegalMove, ChangedMeanwhile, NotFound.
        """
        with self._queue.changing(reference, now, version) as (session, row):
            follow_ups_due.answer(session, row, kind, told, self._actor, now)
            self._move_on(session, row, kind, Move.FOLLOW_UP, now)

    def lose(
        self,
        reference: str,
        kind: FollowUpKind,
        reason: str,
        now: datetime,
        *,
        version: int | None = None,
    ) -> None:
        """Give a follow-up up for a coded reason. Raises like ``answer``."""
        if reason not in LOST_REASONS:
            raise BadAnswer("reason")
        with self._queue.changing(reference, now, version) as (session, row):
            follow_ups_due.lose(session, row, kind, reason, self._actor, now)
            self._move_on(session, row, kind, Move.LOSE, now)

    def resume(
        self, reference: str, kind: FollowUpKind, now: datetime, *, version: int | None = None
    ) -> None:
        """Follow up after all what was given up by mistake. Raises like ``answer``."""
        with self._queue.changing(reference, now, version) as (session, row):
            follow_ups_due.resume(session, row, kind, self._actor, now)

    def call_in_vain(
        self,
        reference: str,
        kind: FollowUpKind,
        reason: str,
        now: datetime,
        *,
        version: int | None = None,
    ) -> date:
        """Note a call in vain and give the day of the next. Raises like ``answer``."""
        if reason not in ATTEMPT_REASONS:
            raise BadAnswer("reason")
        with self._queue.changing(reference, now, version) as (session, row):
            return follow_ups_due.call_in_vain(session, row, kind, reason, self._actor, now)

    def set_quit_date(
        self, reference: str, quit_on: date, now: datetime, *, version: int | None = None
    ) -> None:
        """Write the quit date down, also in place of another; the history keeps each of them."""
        check_quit_date(quit_on, local_day(now))
        with self._queue.changing(reference, now, version) as (session, row):
            if row.state == State.WITHDRAWN:
                raise follow_ups_due.NoFollowUp
            row.quit_on = quit_on
            sealed = seal("note", calendar_day(quit_on))
            token = self._vault.keep(session, row.encounter_id, sealed, now)
            entry = history.Entry(self._actor, now, note_token=token)
            history.append(session, row, Remark.QUIT_DATE, State(row.state), entry)
            chain.append(session, now, self._name, "set_quit_date", f"referral:{row.reference}")

    def _move_on(
        self, session: Session, row: ReferralRow, kind: FollowUpKind, move: Move, now: datetime
    ) -> None:
        """Move the case with the last follow-up, unless it stands there or ended otherwise."""
        target = State.FOLLOWED_UP if move is Move.FOLLOW_UP else State.LOST_TO_FOLLOW_UP
        if kind is FollowUpKind.END or row.state in (target, State.CLOSED):
            return
        if move in legal_moves(State(row.state), self._role):
            self._queue.make(session, row, move, now)
        elif row.open:
            check_move(State(row.state), move, self._role, None)

    def _due(self) -> list[ColumnElement[bool]]:
        return [
            OutcomeRow.municipality_code == self._code,
            OutcomeRow.state == OutcomeState.DUE.value,
        ]

    def _outcomes(self, session: Session, today: date, *when: ColumnElement[bool]) -> list[Task]:
        found = session.execute(
            select(OutcomeRow, ReferralRow, CourseRow.title)
            .join(ReferralRow, ReferralRow.id == OutcomeRow.referral_id)
            .outerjoin(CourseRow, CourseRow.id == ReferralRow.course_id)
            .where(*self._due(), *when)
            .order_by(OutcomeRow.call_on, OutcomeRow.id)
            .limit(LIST_SIZE)
        )
        return [
            _task(row, title, FollowUpKind(each.kind), each.call_on, each.attempts, today)
            for each, row, title in found
        ]

    def _to_finish(self, session: Session, now: datetime) -> list[Task]:
        """Give the referrals whose course is over and of which nobody has said how it ended."""
        found = session.execute(
            select(ReferralRow, CourseRow.title, CourseRow.ends_at)
            .join(CourseRow, CourseRow.id == ReferralRow.course_id)
            .where(
                ReferralRow.municipality_code == self._code,
                ReferralRow.next_action.in_(_NOT_FINISHED),
                CourseRow.ends_at <= now,
            )
            .order_by(CourseRow.ends_at, ReferralRow.id)
            .limit(LIST_SIZE)
        )
        today = local_day(now)
        return [
            _task(row, title, None, local_day(ends_at), 0, today)
            for row, title, ends_at in found
            if ends_at is not None
        ]


def put_down(
    queue: MunicipalQueue,
    session: Session,
    row: ReferralRow,
    course_id: int,
    now: datetime,
    *,
    note: str | None = None,
) -> Held | Waiting:
    """Give a seat in a course and enrol, or a place in line, in the caller's transaction."""
    course = session.get(CourseRow, course_id) if course_id <= LARGEST_ID else None
    if course is None or row.municipality_code not in course.open_to:
        raise NotOpen
    given = seats.hold(session, course_id, row.encounter_id, now, queue.staff_name)
    if isinstance(given, Held):
        queue.make(session, row, Move.ENROL, now, note=note)
    return given


def _task(
    row: ReferralRow,
    course: str | None,
    kind: FollowUpKind | None,
    on: date,
    attempts: int,
    today: date,
) -> Task:
    return Task(
        row.reference,
        kind,
        on,
        (on - today).days,
        attempts,
        State(row.state),
        course,
        row.details.get(Step.BEST_TIME),
        row.details.get(Step.SPOKEN_LANGUAGE),
    )


def _follow_up(outcome: OutcomeRow) -> FollowUp:
    return FollowUp(
        FollowUpKind(outcome.kind),
        outcome.due_on,
        outcome.call_on,
        outcome.attempts,
        OutcomeState(outcome.state),
        outcome.reason,
        outcome.smoke_free,
        outcome.nicotine_free,
        outcome.satisfied,
        outcome.method,
        outcome.recorded_at,
    )
