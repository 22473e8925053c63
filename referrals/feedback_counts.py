"""Counts for the feedback, straight from encounters, referrals and outcomes. Reads no identity.

Everything belongs to the cohort of encounters that began in the period, so that each stage of the
funnel is a part of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from referrals.feedback import QuitRate, Share, Stage, Tally
from referrals.outcome_tables import OutcomeRow
from referrals.referral import State
from referrals.tables import EncounterRow, ReferralEventRow, ReferralRow

USER_STATUSES = ("daily", "occasional", "other_product")
NOT_ASKED = ("unable",)
_SHOWN_STATES = {
    Stage.ENROLLED: State.ENROLLED,
    Stage.STARTED: State.STARTED,
    Stage.COMPLETED: State.COMPLETED,
}


@dataclass(frozen=True)
class Period:
    """From ``since`` up to, not including, ``until``; both UTC with offset."""

    since: datetime
    until: datetime


def tally(session: Session, ward_ids: Sequence[str], period: Period, now: datetime) -> Tally:
    """Count what some wards did in a period. Empty wards give zeros."""
    encounters = _cohort(ward_ids, period)
    stages = _encounter_stages(session, encounters)
    filed = _filed(ward_ids, period)
    referral_counts = _referral_counts(session, filed, now)
    stages[Stage.FILED] = referral_counts["filed"]
    stages[Stage.REACHED] = referral_counts["reached"]
    stages |= _course_stages(session, filed)
    return Tally(
        stages={stage: stages[stage] for stage in Stage},
        attempted_in_time=referral_counts["attempted_in_time"],
        in_time=referral_counts["in_time"],
        clock_running=referral_counts["clock_running"],
        quit_rates=_quit_rates(session, filed, stages, now),
    )


def _cohort(ward_ids: Sequence[str], period: Period) -> ColumnElement[bool]:
    return and_(
        EncounterRow.ward_id.in_(ward_ids),
        EncounterRow.started_at >= period.since,
        EncounterRow.started_at < period.until,
    )


def _encounter_stages(session: Session, cohort: ColumnElement[bool]) -> dict[Stage, int]:
    advised = EncounterRow.offer_answered_at.is_not(None)
    conditions: dict[Stage, ColumnElement[bool]] = {
        Stage.ASKED: and_(EncounterRow.status.is_not(None), EncounterRow.status.not_in(NOT_ASKED)),
        Stage.USERS: or_(EncounterRow.status.in_(USER_STATUSES), advised),
        Stage.ADVISED: advised,
        Stage.ACCEPTED: EncounterRow.accepted.is_(True),
        Stage.CONSENTED: EncounterRow.consented.is_(True),
    }
    row = session.execute(
        select(*(_count_if(condition) for condition in conditions.values())).where(cohort)
    ).one()
    return dict(zip(conditions, map(int, row), strict=True))


def _filed(ward_ids: Sequence[str], period: Period) -> Select[int]:
    """Give the ids of the referrals that stand for the cohort: undone ones do not count."""
    return (
        select(ReferralRow.id)
        .join(EncounterRow, EncounterRow.id == ReferralRow.encounter_id)
        .where(_cohort(ward_ids, period), ReferralRow.filing == EncounterRow.filing)
    )


def _referral_counts(session: Session, filed: Select[int], now: datetime) -> dict[str, int]:
    reached = ReferralRow.first_reached_at.is_not(None)
    conditions: dict[str, ColumnElement[bool]] = {
        "filed": ReferralRow.id.is_not(None),
        "reached": reached,
        "in_time": ReferralRow.first_reached_at <= ReferralRow.due_at,
        "attempted_in_time": ReferralRow.first_attempt_at <= ReferralRow.due_at,
        "clock_running": and_(~reached, ReferralRow.open.is_(True), ReferralRow.due_at > now),
    }
    row = session.execute(
        select(*(_count_if(condition) for condition in conditions.values())).where(
            ReferralRow.id.in_(filed)
        )
    ).one()
    return dict(zip(conditions, map(int, row), strict=True))


def _course_stages(session: Session, filed: Select[int]) -> dict[Stage, int]:
    """Count who got as far as each stage of a course: whoever started was enrolled."""
    got: dict[Stage, int] = {}
    later = list(_SHOWN_STATES)
    for number, stage in enumerate(later):
        states = [_SHOWN_STATES[s].value for s in later[number:]]
        got[stage] = int(
            session.scalar(
                select(func.count(func.distinct(ReferralEventRow.referral_id))).where(
                    ReferralEventRow.referral_id.in_(filed),
                    ReferralEventRow.to_state.in_(states),
                )
            )
            or 0
        )
    return got


def _quit_rates(
    session: Session, filed: Select[int], stages: dict[Stage, int], now: datetime
) -> dict[QuitRate, Share]:
    end = _answers(session, filed, "end", now)
    later = _answers(session, filed, "six_months", now)
    return {
        QuitRate.END_OF_COMPLETERS: Share(
            end.smoke_free, end.answered + end.lost, end.not_yet_due, end.lost
        ),
        QuitRate.SIX_MONTHS_OF_RESPONDERS: Share(
            later.smoke_free, later.answered, later.not_yet_due, later.lost
        ),
        QuitRate.SIX_MONTHS_OF_STARTERS: Share(
            later.smoke_free,
            max(stages[Stage.STARTED] - later.not_yet_due, later.smoke_free),
            later.not_yet_due,
            later.lost,
        ),
        QuitRate.SIX_MONTHS_OF_REFERRED: Share(
            later.smoke_free,
            max(stages[Stage.FILED] - later.not_yet_due, later.smoke_free),
            later.not_yet_due,
            later.lost,
        ),
    }


@dataclass(frozen=True)
class _Answers:
    smoke_free: int
    answered: int
    lost: int
    not_yet_due: int


def _answers(session: Session, filed: Select[int], kind: str, now: datetime) -> _Answers:
    row = session.execute(
        select(
            _count_if(OutcomeRow.smoke_free.is_(True)),
            _count_if(OutcomeRow.state == "answered"),
            _count_if(OutcomeRow.state == "lost"),
            _count_if(and_(OutcomeRow.state == "due", OutcomeRow.due_on > now.date())),
        ).where(OutcomeRow.kind == kind, OutcomeRow.referral_id.in_(filed))
    ).one()
    return _Answers(*map(int, row))


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
