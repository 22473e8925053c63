"""Counts for the feedback, straight from encounters, referrals and outcomes. Reads no identity.

Everything belongs to the cohort of encounters that began in a Danish month, so that each stage of
the funnel is a part of the one before. Nothing is suppressed here: what may be shown is decided in
``publication``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from referrals.dates import DANISH_TIME
from referrals.feedback import MEASURES, Detail, Measure, Stage, total
from referrals.outcome_tables import OutcomeRow
from referrals.referral import State
from referrals.tables import REACHED_A_COURSE, EncounterRow, ReferralEventRow, ReferralRow

USER_STATUSES = ("daily", "occasional", "other_product")
NOT_ASKED = ("unable",)
LONGEST_ENCOUNTER = timedelta(days=3)
"""More than an encounter ever waits before it expires: a referral is filed within it."""

_COURSE_STAGES = (Stage.ENROLLED, Stage.STARTED, Stage.COMPLETED)
MonthCounts = dict[Measure, int]


@dataclass(frozen=True)
class Period:
    """From ``since`` up to, not including, ``until``; both with offset."""

    since: datetime
    until: datetime


def months_of(year: int) -> list[Period]:
    """Give the twelve Danish months of a year."""
    begins = [datetime(year, month, 1, tzinfo=DANISH_TIME) for month in range(1, 13)]
    begins.append(datetime(year + 1, 1, 1, tzinfo=DANISH_TIME))
    return [Period(a, b) for a, b in pairwise(begins)]


def tally(
    session: Session, ward_ids: Sequence[str], period: Period, now: datetime
) -> dict[Measure, int]:
    """Count what some wards did in a period, all measures together. No wards give zeros."""
    counted = count_months(session, ward_ids, [period], now)
    return total(months[0] for months in counted.values())


def count_months(
    session: Session, ward_ids: Sequence[str], months: Sequence[Period], now: datetime
) -> dict[str, list[MonthCounts]]:
    """Count for each ward and each of some consecutive periods. What nobody did is zero."""
    counted = {ward: [dict.fromkeys(MEASURES, 0) for _ in months] for ward in ward_ids}
    if not ward_ids or not months:
        return counted
    for query, conditions in (
        _encounters(ward_ids, months),
        _referrals(ward_ids, months, now),
    ):
        for ward, month, *numbers in session.execute(query):
            row = counted[ward][month]
            row.update(zip(conditions, map(int, numbers), strict=True))
    return counted


def _encounters(
    ward_ids: Sequence[str], months: Sequence[Period]
) -> tuple[Select[str, int, *tuple[Any, ...]], Iterable[Measure]]:
    advised = EncounterRow.offer_answered_at.is_not(None)
    conditions: dict[Measure, ColumnElement[bool]] = {
        Stage.ASKED: and_(EncounterRow.status.is_not(None), EncounterRow.status.not_in(NOT_ASKED)),
        Stage.USERS: or_(EncounterRow.status.in_(USER_STATUSES), advised),
        Stage.ADVISED: advised,
        Stage.ACCEPTED: EncounterRow.accepted.is_(True),
        Stage.CONSENTED: EncounterRow.consented.is_(True),
    }
    month = _month(EncounterRow.started_at, months)
    query = (
        select(EncounterRow.ward_id, month, *map(count_if, conditions.values()))
        .where(_within(ward_ids, months))
        .group_by(EncounterRow.ward_id, literal_column("month"))
    )
    return query, conditions


def _referrals(
    ward_ids: Sequence[str], months: Sequence[Period], now: datetime
) -> tuple[Select[str, int, *tuple[Any, ...]], Iterable[Measure]]:
    """Count the referrals that stand for the cohort: undone ones do not count."""
    end, six = aliased(OutcomeRow), aliased(OutcomeRow)
    conditions = measures_of_referrals(end, six, now)
    month = _month(EncounterRow.started_at, months)
    query = (
        select(EncounterRow.ward_id, month, *map(count_if, conditions.values()))
        .select_from(ReferralRow)
        .join(EncounterRow, EncounterRow.id == ReferralRow.encounter_id)
        .outerjoin(end, and_(end.referral_id == ReferralRow.id, end.kind == "end"))
        .outerjoin(six, and_(six.referral_id == ReferralRow.id, six.kind == "six_months"))
        .where(
            ReferralRow.ward_id.in_(ward_ids),
            ReferralRow.filed_at >= months[0].since,
            ReferralRow.filed_at < months[-1].until + LONGEST_ENCOUNTER,
            _within(ward_ids, months),
            ReferralRow.filing == EncounterRow.filing,
        )
        .group_by(EncounterRow.ward_id, literal_column("month"))
    )
    return query, conditions


def measures_of_referrals(
    end: type[OutcomeRow], six: type[OutcomeRow], now: datetime
) -> dict[Measure, ColumnElement[bool]]:
    """Give for each measure the condition that a referral counts.

    ``end`` and ``six`` are its outcomes, joined outer. A follow-up is due once its day has come or
    it was answered; without one, once the case is over.
    """
    reached = ReferralRow.first_reached_at.is_not(None)
    running = and_(~reached, ReferralRow.open.is_(True), ReferralRow.due_at > now)
    got: dict[Measure, ColumnElement[bool]] = {
        stage: got_as_far_as(stage) for stage in _COURSE_STAGES
    }
    end_due, six_due = _is_due(end, now), _is_due(six, now)
    completed, started = got[Stage.COMPLETED], got[Stage.STARTED]
    free = and_(started, six_due, six.state == "answered", six.smoke_free.is_(True))
    return {
        Stage.FILED: ReferralRow.id.is_not(None),
        Stage.REACHED: reached,
        **got,
        Detail.DUE: ~running,
        Detail.ATTEMPTED_IN_TIME: ReferralRow.first_attempt_at <= ReferralRow.due_at,
        Detail.IN_TIME: ReferralRow.first_reached_at <= ReferralRow.due_at,
        Detail.END_DUE: and_(completed, end_due),
        Detail.END_ANSWERED: and_(completed, end_due, end.state == "answered"),
        Detail.END_SMOKE_FREE: and_(
            completed, end_due, end.state == "answered", end.smoke_free.is_(True)
        ),
        Detail.END_LOST: and_(completed, end_due, end.state == "lost"),
        Detail.REFERRED_DUE: six_due,
        Detail.SIX_MONTHS_DUE: and_(started, six_due),
        Detail.SIX_MONTHS_ANSWERED: and_(started, six_due, six.state == "answered"),
        Detail.SIX_MONTHS_SMOKE_FREE: free,
        Detail.SIX_MONTHS_LOST: and_(started, six_due, six.state == "lost"),
    }


def got_as_far_as(stage: Stage) -> ColumnElement[bool]:
    """Tell whether a referral got as far as a stage of a course: whoever started was enrolled.

    What was put right counts no more.
    """
    later = _COURSE_STAGES[_COURSE_STAGES.index(stage) :]
    states = ", ".join(f"'{State(each.value).value}'" for each in later)
    right = aliased(ReferralEventRow)
    put_right = exists().where(
        right.referral_id == ReferralEventRow.referral_id,
        right.corrects == ReferralEventRow.number,
    )
    return exists().where(
        ReferralEventRow.referral_id == ReferralRow.id,
        # Written out, so that the index of these few states serves.
        literal_column(f"referral_events.to_state IN ({states})"),
        literal_column(f"referral_events.{REACHED_A_COURSE}"),
        ReferralEventRow.corrects.is_(None),
        ~put_right,
    )


def _is_due(outcome: type[OutcomeRow], now: datetime) -> ColumnElement[bool]:
    day_has_come = outcome.due_on <= now.date()
    recorded = outcome.state != "due"
    without = and_(outcome.id.is_(None), ReferralRow.open.is_(False))
    return func.coalesce(or_(recorded, day_has_come, without), false())


def _within(ward_ids: Sequence[str], months: Sequence[Period]) -> ColumnElement[bool]:
    return and_(
        EncounterRow.ward_id.in_(ward_ids),
        EncounterRow.started_at >= months[0].since,
        EncounterRow.started_at < months[-1].until,
    )


def _month(at: InstrumentedAttribute[datetime], months: Sequence[Period]) -> ColumnElement[int]:
    """Give the number of the period that a time lies in."""
    return case(*((at < each.until, number) for number, each in enumerate(months))).label("month")


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows that meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
