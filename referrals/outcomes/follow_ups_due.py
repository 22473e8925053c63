"""Follow-ups as rows: planned when a course begins, answered, tried in vain, or lost.

Every answer is a new row; the outcome shows the last one. All works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.outcomes.rules import (
    WITHDRAWN,
    FollowUpAnswer,
    FollowUpKind,
    OutcomeState,
    check_answer,
    due_days,
    next_call,
)
from referrals.outcomes.tables import OutcomeAnswerRow, OutcomeRow
from referrals.referral import history
from referrals.referral.moves import Move, Remark, State
from referrals.referral.tables import ReferralRow

REMARKS = {FollowUpKind.END: Remark.END, FollowUpKind.SIX_MONTHS: Remark.SIX_MONTHS}

RESUMED = "resumed"


class NoFollowUp(Exception):
    """There is no such follow-up: the course was never begun, or the consent was taken back."""


def of(session: Session, referral_id: int) -> list[OutcomeRow]:
    """Give the follow-ups of a referral, the one at the end first; none before it began."""
    query = select(OutcomeRow).where(OutcomeRow.referral_id == referral_id)
    return list(session.scalars(query.order_by(OutcomeRow.due_on, OutcomeRow.id)))


def follow(session: Session, row: ReferralRow, move: Move, now: datetime) -> None:
    """Do what a move means for the follow-ups; called once the referral has moved.

    Beginning plans both; completing early or late sets the days anew.
    """
    if move is Move.START:
        _plan(session, row, now)
    elif move is Move.COMPLETE:
        _set_days(session, row, due_days(local_day(now), local_day(now)))


def is_due(session: Session, row: ReferralRow) -> bool:
    """Tell whether something of a referral is still to be followed up."""
    return bool(_due(session, row))


def is_answered(session: Session, row: ReferralRow) -> bool:
    """Tell whether anything of a follow-up was noted, a call in vain too."""
    planned = select(OutcomeRow.id).where(OutcomeRow.referral_id == row.id)
    answers = select(OutcomeAnswerRow.id).where(OutcomeAnswerRow.outcome_id.in_(planned))
    return session.scalar(answers.limit(1)) is not None


def end_all(session: Session, row: ReferralRow, actor: str, now: datetime) -> None:
    """Lose what is still due of a referral whose consent ended; nobody may ask any more."""
    for outcome in _due(session, row):
        _append(session, outcome, OutcomeState.LOST, actor, now, reason=WITHDRAWN)


def forget(session: Session, row: ReferralRow) -> bool:
    """Take back what beginning a course planned; False, and nothing taken, once one is answered."""
    if is_answered(session, row):
        return False
    for outcome in of(session, row.id):
        session.delete(outcome)
    session.flush()
    return True


def plan_anew(session: Session, row: ReferralRow, now: datetime) -> None:
    """Plan the follow-ups of somebody on a course again; nothing changes once one is answered."""
    if forget(session, row):
        follow(session, row, Move.START, now)


def answer(
    session: Session,
    row: ReferralRow,
    kind: FollowUpKind,
    told: FollowUpAnswer,
    actor: str,
    now: datetime,
) -> OutcomeRow:
    """Keep an answer, also in place of an earlier one. Raises NoFollowUp and BadAnswer."""
    outcome = _one(session, row, kind)
    check_answer(kind, told, outcome.due_on, local_day(now))
    _append(session, outcome, OutcomeState.ANSWERED, actor, now, told=told)
    _note(session, row, kind, "smoke_free" if told.smoke_free else "not_smoke_free", actor, now)
    return outcome


def call_in_vain(
    session: Session, row: ReferralRow, kind: FollowUpKind, reason: str, actor: str, now: datetime
) -> date:
    """Note a call that nobody answered and give the day of the next. Raises NoFollowUp."""
    outcome = _one(session, row, kind)
    if outcome.state != OutcomeState.DUE:
        raise NoFollowUp
    outcome.attempts += 1
    outcome.call_on = next_call(outcome.attempts, local_day(now))
    _append(session, outcome, OutcomeState.DUE, actor, now, reason=reason)
    _note(session, row, kind, reason, actor, now)
    return outcome.call_on


def resume(
    session: Session, row: ReferralRow, kind: FollowUpKind, actor: str, now: datetime
) -> None:
    """Follow up after all what was given up by mistake. Raises NoFollowUp.

    Not once the case is closed, or the consent was taken back.
    """
    outcome = _one(session, row, kind)
    given_up = outcome.state == OutcomeState.LOST and outcome.reason != WITHDRAWN
    if not given_up or row.state == State.CLOSED:
        raise NoFollowUp
    outcome.call_on = max(outcome.due_on, local_day(now))
    _append(session, outcome, OutcomeState.DUE, actor, now)
    _note(session, row, kind, RESUMED, actor, now)


def lose(
    session: Session, row: ReferralRow, kind: FollowUpKind, reason: str, actor: str, now: datetime
) -> OutcomeRow:
    """Give a follow-up up for a coded reason. Raises NoFollowUp."""
    outcome = _one(session, row, kind)
    _append(session, outcome, OutcomeState.LOST, actor, now, reason=reason)
    _note(session, row, kind, reason, actor, now)
    return outcome


def _one(session: Session, row: ReferralRow, kind: FollowUpKind) -> OutcomeRow:
    query = select(OutcomeRow).where(OutcomeRow.referral_id == row.id, OutcomeRow.kind == kind)
    outcome = session.scalars(query).one_or_none()
    if outcome is None or row.state == State.WITHDRAWN:
        raise NoFollowUp
    return outcome


def _due(session: Session, row: ReferralRow) -> list[OutcomeRow]:
    return [each for each in of(session, row.id) if each.state == OutcomeState.DUE]


def _plan(session: Session, row: ReferralRow, now: datetime) -> None:
    """Plan both follow-ups, once: whoever begins again is followed up after the new course."""
    course = session.get(CourseRow, row.course_id) if row.course_id else None
    ends_on = local_day(course.ends_at) if course is not None and course.ends_at else None
    days = due_days(local_day(now), ends_on)
    if of(session, row.id):
        _set_days(session, row, days)
        return
    for kind, day in days.items():
        session.add(
            OutcomeRow(
                referral_id=row.id,
                municipality_code=row.municipality_code,
                kind=kind.value,
                due_on=day,
                call_on=day,
                attempts=0,
                state=OutcomeState.DUE.value,
            )
        )
    session.flush()


def _set_days(session: Session, row: ReferralRow, days: Mapping[FollowUpKind, date]) -> None:
    """Give what is still due other days; what was tried already keeps its own."""
    for outcome in _due(session, row):
        if not outcome.attempts:
            outcome.due_on = outcome.call_on = days[FollowUpKind(outcome.kind)]


def _append(
    session: Session,
    outcome: OutcomeRow,
    state: OutcomeState,
    actor: str,
    now: datetime,
    *,
    reason: str | None = None,
    told: FollowUpAnswer | None = None,
) -> None:
    values = {
        "state": state.value,
        "reason": reason,
        "smoke_free": told.smoke_free if told else None,
        "nicotine_free": told.nicotine_free if told else None,
        "satisfied": told.satisfied if told else None,
        "method": told.method.value if told else None,
    }
    session.add(OutcomeAnswerRow(outcome_id=outcome.id, actor=actor, at=now, **values))
    for name, value in values.items():
        setattr(outcome, name, value)
    outcome.recorded_at, outcome.recorded_by = now, actor


def _note(
    session: Session, row: ReferralRow, kind: FollowUpKind, reason: str, actor: str, now: datetime
) -> None:
    entry = history.Entry(actor, now, reason=reason)
    history.append(session, row, REMARKS[kind], State(row.state), entry)
    name = actor.partition(":")[2]
    chain.append(session, now, name, f"outcome_{kind}", f"referral:{row.reference}")
