"""Counts for the feedback, straight from encounters, referrals and outcomes. Reads no identity.

Everything belongs to the cohort of encounters that began in a Danish month, so that each stage of
the funnel is a part of the one before. Nothing is suppressed here: what may be shown is decided in
``publication``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
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
    month = _month(EncounterRow.started_at, months)
    each = as_facts(
        referral_facts(now, EncounterRow.ward_id, month)
        .join(EncounterRow, EncounterRow.id == ReferralRow.encounter_id)
        .where(_within(ward_ids, months), ReferralRow.filing == EncounterRow.filing)
    )
    conditions = measures_of(each)
    query = select(each.c.ward_id, each.c.month, *map(count_if, conditions.values()))
    return query.group_by(each.c.ward_id, each.c.month), conditions


def referral_facts(now: datetime, *columns: ColumnElement[Any] | Any) -> Select[*tuple[Any, ...]]:
    """Select ``columns`` and what is counted of each referral, for the caller to narrow down.

    A follow-up is due once its day has come or it was answered; without one, once the case is over.
    """
    end, six = aliased(OutcomeRow), aliased(OutcomeRow)
    reached = ReferralRow.first_reached_at.is_not(None)
    running = and_(~reached, ReferralRow.open.is_(True), ReferralRow.due_at > now)
    return (
        select(
            *columns,
            ReferralRow.state,
            reached.label("reached"),
            running.label("running"),
            (ReferralRow.first_attempt_at <= ReferralRow.due_at).label("attempted_in_time"),
            (ReferralRow.first_reached_at <= ReferralRow.due_at).label("in_time"),
            func.coalesce(_furthest(), 0).label("furthest"),
            _is_due(end, now).label("end_due"),
            end.state.label("end_state"),
            end.smoke_free.label("end_smoke_free"),
            end.satisfied.label("satisfied"),
            _is_due(six, now).label("six_due"),
            six.state.label("six_state"),
            six.smoke_free.label("six_smoke_free"),
        )
        .select_from(ReferralRow)
        .outerjoin(end, and_(end.referral_id == ReferralRow.id, end.kind == "end"))
        .outerjoin(six, and_(six.referral_id == ReferralRow.id, six.kind == "six_months"))
    )


def as_facts(facts: Select[*tuple[Any, ...]]) -> Subquery:
    """Close the facts off: the offset keeps databases from working them out for each count."""
    return facts.offset(0).subquery("facts")


def measures_of(facts: Subquery) -> dict[Measure, ColumnElement[bool]]:
    """Give for each measure the condition that a referral counts."""
    each = facts.c
    started, completed = got_as_far_as(facts, Stage.STARTED), got_as_far_as(facts, Stage.COMPLETED)
    end_answered = and_(completed, each.end_due, each.end_state == "answered")
    six_answered = and_(started, each.six_due, each.six_state == "answered")
    return {
        Stage.FILED: each.state.is_not(None),
        Stage.REACHED: each.reached.is_(True),
        Stage.ENROLLED: got_as_far_as(facts, Stage.ENROLLED),
        Stage.STARTED: started,
        Stage.COMPLETED: completed,
        Detail.DUE: each.running.is_(False),
        Detail.ATTEMPTED_IN_TIME: each.attempted_in_time.is_(True),
        Detail.IN_TIME: each.in_time.is_(True),
        Detail.END_DUE: and_(completed, each.end_due),
        Detail.END_ANSWERED: end_answered,
        Detail.END_SMOKE_FREE: and_(end_answered, each.end_smoke_free.is_(True)),
        Detail.END_LOST: and_(completed, each.end_due, each.end_state == "lost"),
        Detail.REFERRED_DUE: each.six_due.is_(True),
        Detail.SIX_MONTHS_DUE: and_(started, each.six_due),
        Detail.SIX_MONTHS_ANSWERED: six_answered,
        Detail.SIX_MONTHS_SMOKE_FREE: and_(six_answered, each.six_smoke_free.is_(True)),
        Detail.SIX_MONTHS_LOST: and_(started, each.six_due, each.six_state == "lost"),
    }


def got_as_far_as(facts: Subquery, stage: Stage) -> ColumnElement[bool]:
    """Tell whether a referral got as far as a stage of a course: whoever started was enrolled."""
    furthest: ColumnElement[int] = facts.c.furthest
    return furthest >= _COURSE_STAGES.index(stage) + 1


def _furthest() -> ColumnElement[int]:
    """Give how far in a course a referral got, by its events. What was put right counts no more."""
    right = aliased(ReferralEventRow)
    put_right = exists().where(
        right.referral_id == ReferralEventRow.referral_id,
        right.corrects == ReferralEventRow.number,
    )
    number = case(
        *(
            (ReferralEventRow.to_state == State(stage.value).value, number)
            for number, stage in enumerate(_COURSE_STAGES, start=1)
        )
    )
    return (
        select(func.max(number))
        .where(
            ReferralEventRow.referral_id == ReferralRow.id,
            # Written out, so that the index of these few states serves.
            literal_column(f"referral_events.{REACHED_A_COURSE}"),
            ReferralEventRow.corrects.is_(None),
            ~put_right,
        )
        .correlate(ReferralRow)
        .scalar_subquery()
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
