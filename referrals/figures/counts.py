"""Counts for the feedback, straight from encounters, referrals and outcomes. Reads no identity.

Everything belongs to the cohort of encounters that began in a Danish month, so that each stage of
the funnel is a part of the one before. Nothing is suppressed here: what may be shown is decided in
``publication``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from referrals.advice.tables import EncounterRow
from referrals.deferred.tables import DeferredRow
from referrals.denmark.dates import DANISH_TIME
from referrals.figures.measures import MEASURES, Detail, Measure, Stage
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import State
from referrals.referral.tables import REACHED_A_COURSE, ReferralEventRow, ReferralRow
from referrals.storage.table_base import UtcDateTime

USER_STATUSES = ("daily", "occasional", "other_product")
NOT_ASKED = ("unable",)
_COURSE_STAGES = (Stage.ENROLLED, Stage.STARTED, Stage.COMPLETED)
MonthCounts = dict[Measure, int]


@dataclass(frozen=True)
class Period:
    """From ``since`` up to, not including, ``until``; both with offset."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class PlacePeriod:
    """A period of one place: a ward's encounters that began then are counted together."""

    place: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Counted:
    """The counts of a stretch, and when they change by themselves; None for never."""

    counts: Mapping[str, Any]
    good_until: datetime | None


def months_of(year: int) -> list[Period]:
    """Give the twelve Danish months of a year."""
    begins = [datetime(year, month, 1, tzinfo=DANISH_TIME) for month in range(1, 13)]
    begins.append(datetime(year + 1, 1, 1, tzinfo=DANISH_TIME))
    return [Period(a, b) for a, b in pairwise(begins)]


def measured(*counts: Mapping[str, int]) -> MonthCounts:
    """Add up counts by name, as they are kept; what is not named is zero."""
    return {measure: sum(each.get(measure, 0) for each in counts) for measure in MEASURES}


def count_wards(session: Session, stretches: Sequence[PlacePeriod], now: datetime) -> list[Counted]:
    """Count each stretch of a ward, in their order; zeros are left out."""
    counts: list[dict[str, int]] = [{} for _ in stretches]
    ends: list[datetime | None] = [None] * len(stretches)
    if not stretches:
        return []
    where = as_table(session, stretches)
    query, conditions = _encounters(where)
    for number, *numbers in session.execute(query):
        counts[number].update(_named(conditions, numbers))
    query, conditions = _deferred(where)
    for number, *numbers in session.execute(query):
        counts[number].update(_named(conditions, numbers))
    query, conditions = _referrals(where, now)
    for number, due_at, *days_and_numbers in session.execute(query):
        end_on, six_on, *numbers = days_and_numbers
        counts[number].update(_named(conditions, numbers))
        ends[number] = soonest(due_at, end_on, six_on)
    return [Counted(each, end) for each, end in zip(counts, ends, strict=True)]


def as_table(session: Session, stretches: Sequence[PlacePeriod]) -> CTE:
    """Hand stretches to the database, with their number, so that each is found by an index.

    All of them are one parameter, so that the statement is the same for any number.
    """
    times = [[_stored(each.since), _stored(each.until)] for each in stretches]
    rows = [[n, each.place, *times[n]] for n, each in enumerate(stretches)]
    given = literal(json.dumps(rows), String)
    if session.get_bind().dialect.name == "postgresql":
        each_row = func.json_array_elements(cast(given, JSON)).table_valued("value")
        parts: list[ColumnElement[Any]] = [
            each_row.c.value.op("->>")(number) for number in range(4)
        ]
    else:
        each_row = func.json_each(given).table_valued("value")
        parts = [func.json_extract(each_row.c.value, f"$[{number}]") for number in range(4)]
    number, place, *ends = parts
    since, until = (_as_time(session, end) for end in ends)
    return select(
        cast(number, Integer).label("number"),
        cast(place, String).label("place"),
        since.label("since"),
        until.label("until"),
    ).cte("stretches")


def _stored(at: datetime) -> str:
    """Write a time as it stands in SQLite; PostgreSQL reads it as UTC with what is added."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _as_time(session: Session, text: ColumnElement[Any]) -> ColumnElement[datetime]:
    if session.get_bind().dialect.name == "postgresql":
        return cast(text.op("||")("+00"), UtcDateTime)
    return type_coerce(text, UtcDateTime)


def soonest(due_at: datetime | None, *days: date | None) -> datetime | None:
    """Give when the first clock runs out or the first follow-up becomes due."""
    begins = [datetime.combine(each, time(), UTC) for each in days if each is not None]
    return min(begins if due_at is None else [due_at, *begins], default=None)


def _named(conditions: Iterable[Measure], numbers: Iterable[int]) -> dict[str, int]:
    return {
        measure.value: int(number)
        for measure, number in zip(conditions, numbers, strict=True)
        if number
    }


def _encounters(where: CTE) -> tuple[Select[*tuple[Any, ...]], Iterable[Measure]]:
    steps: dict[Stage, ColumnElement[bool]] = {
        Stage.ASKED: and_(EncounterRow.status.is_not(None), EncounterRow.status.not_in(NOT_ASKED)),
        Stage.USERS: EncounterRow.status.in_(USER_STATUSES),
        Stage.ADVISED: EncounterRow.offer_answered_at.is_not(None),
        Stage.ACCEPTED: EncounterRow.accepted.is_(True),
        Stage.CONSENTED: EncounterRow.consented.is_(True),
    }
    conditions = as_a_funnel(steps)
    query = (
        select(where.c.number, *map(count_if, conditions.values()))
        .select_from(where)
        .join(EncounterRow, _within(where))
        .group_by(where.c.number)
    )
    return query, conditions


def as_a_funnel(
    steps: dict[Stage, ColumnElement[bool]],
) -> dict[Measure, ColumnElement[bool]]:
    """Count at each step also whoever came to a later one: no funnel grows on its way."""
    later: list[ColumnElement[bool]] = []
    funnel: dict[Measure, ColumnElement[bool]] = {}
    for stage in reversed(steps):
        later.append(func.coalesce(steps[stage], false()))
        funnel[stage] = or_(*later)
    return dict(reversed(funnel.items()))


def _deferred(where: CTE) -> tuple[Select[*tuple[Any, ...]], Iterable[Measure]]:
    """Count each deferred patient once, where and when it was deferred first."""
    conditions: dict[Measure, ColumnElement[bool]] = {
        Detail.DEFERRED: DeferredRow.encounter_id.is_not(None),
        Detail.DEFERRED_ASKED: DeferredRow.asked.is_(True),
    }
    there = and_(
        DeferredRow.counted_ward == where.c.place,
        DeferredRow.counted_at >= where.c.since,
        DeferredRow.counted_at < where.c.until,
    )
    query = (
        select(where.c.number, *map(count_if, conditions.values()))
        .select_from(where)
        .join(DeferredRow, there)
        .group_by(where.c.number)
    )
    return query, conditions


def _referrals(where: CTE, now: datetime) -> tuple[Select[*tuple[Any, ...]], Iterable[Measure]]:
    """Count the referrals that stand for the cohort: undone ones do not count."""
    each = as_facts(
        referral_facts(now, where.c.number)
        .join(EncounterRow, EncounterRow.id == ReferralRow.encounter_id)
        .join(where, _within(where))
        .where(ReferralRow.filing == EncounterRow.filing)
    )
    conditions = measures_of(each)
    query = select(each.c.number, *next_changes(each), *map(count_if, conditions.values()))
    return query.group_by(each.c.number), conditions


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
            ReferralRow.not_real,
            ReferralRow.first_attempt_at.is_not(None).label("attempted"),
            reached.label("reached"),
            running.label("running"),
            case((running, ReferralRow.due_at)).label("runs_until"),
            (ReferralRow.first_attempt_at <= ReferralRow.due_at).label("attempted_in_time"),
            (ReferralRow.first_reached_at <= ReferralRow.due_at).label("in_time"),
            func.coalesce(_furthest(), 0).label("furthest"),
            _is_due(end, now).label("end_due"),
            _due_later(end, now).label("end_due_on"),
            end.state.label("end_state"),
            end.smoke_free.label("end_smoke_free"),
            end.satisfied.label("satisfied"),
            _is_due(six, now).label("six_due"),
            _due_later(six, now).label("six_due_on"),
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
    funnel = as_a_funnel(
        {
            Stage.FILED: each.state.is_not(None),
            Stage.ATTEMPTED: each.attempted,
            Stage.REACHED: each.reached,
            **{stage: got_as_far_as(facts, stage) for stage in _COURSE_STAGES},
        }
    )
    started, completed = funnel[Stage.STARTED], funnel[Stage.COMPLETED]
    due = or_(each.running.is_(False), funnel[Stage.REACHED])
    end_answered = and_(completed, each.end_due, each.end_state == "answered")
    six_answered = and_(started, each.six_due, each.six_state == "answered")
    counted = {
        **funnel,
        Detail.DUE: due,
        Detail.ATTEMPTED_IN_TIME: and_(due, or_(each.attempted_in_time, each.in_time)),
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
    real = each.not_real.is_(False)
    apart: dict[Measure, ColumnElement[bool]] = {Detail.NOT_REAL: each.not_real.is_(True)}
    return {**{measure: and_(real, holds) for measure, holds in counted.items()}, **apart}


def next_changes(facts: Subquery) -> list[ColumnElement[Any]]:
    """Give when the first clock of all runs out, and the days when follow-ups become due."""
    each = facts.c
    return [func.min(when) for when in (each.runs_until, each.end_due_on, each.six_due_on)]


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


def _due_later(outcome: type[OutcomeRow], now: datetime) -> ColumnElement[date | None]:
    return case((and_(outcome.state == "due", outcome.due_on > now.date()), outcome.due_on))


def _within(where: CTE) -> ColumnElement[bool]:
    return and_(
        EncounterRow.ward_id == where.c.place,
        EncounterRow.started_at >= where.c.since,
        EncounterRow.started_at < where.c.until,
    )


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows that meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
