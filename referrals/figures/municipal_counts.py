"""Counts of the referrals that a municipality works, by when they were filed. Reads no identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from referrals.figures.counts import (
    Counted,
    PlacePeriod,
    as_facts,
    as_table,
    measures_of,
    referral_facts,
    soonest,
)
from referrals.figures.measures import Detail, Measure, Stage
from referrals.referral.moves import OPEN_STATES, Move
from referrals.referral.tables import ReferralEventRow, ReferralRow

CONVERSION: tuple[Measure, ...] = (
    Stage.FILED,
    Stage.REACHED,
    Stage.ENROLLED,
    Stage.STARTED,
    Stage.COMPLETED,
)
CONTACT: tuple[Measure, ...] = (Detail.DUE, Detail.ATTEMPTED_IN_TIME, Detail.IN_TIME)
INDICATORS = (
    "completed",
    "smoke_free_at_end",
    "followed_up",
    "smoke_free_at_six_months",
    "satisfied",
)
"""Those of the national register, in the order in which they are shown."""
MICROSECOND = timedelta(microseconds=1)
Counts = dict[str, Any]


def count_municipalities(
    session: Session, stretches: Sequence[PlacePeriod], now: datetime
) -> list[Counted]:
    """Count each stretch of a municipality, in their order. What adds up stands under its name.

    ``to_attempt`` and ``to_reach`` are the microseconds that each call and talk took, for medians.
    """
    if not stretches:
        return []
    where = as_table(session, stretches)
    counts: list[Counts] = [{} for _ in stretches]
    changes: list[list[datetime]] = [[] for _ in stretches]
    for row in session.execute(_facts(where, now)):
        _count(counts[row.number], row)
        change = soonest(row.runs_until, row.end_due_on, row.six_due_on)
        changes[row.number] += [change] if change is not None else []
    for number, actor, move, reason, count in session.execute(_events(where)):
        if move == Move.DROP_OUT:
            _add(counts[number].setdefault("drop_outs", {}), str(reason), count)
        else:
            _add(counts[number].setdefault("calls", {}), actor.partition(":")[2], count)
    return [
        Counted(each, min(ends, default=None)) for each, ends in zip(counts, changes, strict=True)
    ]


def added(parts: Sequence[Mapping[str, Any]]) -> Counts:
    """Add up counts by name, whatever names they have; what was listed is listed together."""
    whole: Counts = {}
    for part in parts:
        for name, value in part.items():
            if isinstance(value, dict):
                whole[name] = added([whole.get(name, {}), value])
            elif isinstance(value, list):
                whole.setdefault(name, []).extend(value)
            else:
                _add(whole, name, value)
    return whole


def _facts(where: CTE, now: datetime) -> Any:
    """Select one row for each referral, with a column for each thing that it may count in."""
    each = as_facts(
        referral_facts(
            now,
            where.c.number,
            ReferralRow.ward_id,
            ReferralRow.filed_at,
            ReferralRow.first_attempt_at,
            ReferralRow.first_reached_at,
        ).join(where, _within(where))
    )
    counted = measures_of(each)
    return select(
        each,
        *(counted[measure].label(f"counts_{measure}") for measure in (*CONVERSION, *CONTACT)),
        *(
            condition.label(f"{code}_{part}")
            for code, pair in _indicators(each.c, counted).items()
            for part, condition in zip(("hits", "of"), pair, strict=True)
        ),
    )


def _indicators(
    facts: Any, counted: Mapping[Measure, ColumnElement[bool]]
) -> dict[str, tuple[ColumnElement[bool], ColumnElement[bool]]]:
    """Give for each indicator who is a hit, and of whom."""
    completed, answered = counted[Stage.COMPLETED], counted[Detail.END_ANSWERED]
    going_on = [state.value for state in OPEN_STATES]
    over = and_(counted[Stage.STARTED], or_(completed, facts.state.not_in(going_on)))
    pairs = (
        (completed, over),
        (counted[Detail.END_SMOKE_FREE], counted[Detail.END_DUE]),
        (counted[Detail.SIX_MONTHS_ANSWERED], counted[Detail.SIX_MONTHS_DUE]),
        (
            and_(completed, counted[Detail.SIX_MONTHS_SMOKE_FREE]),
            and_(completed, counted[Detail.SIX_MONTHS_DUE]),
        ),
        (
            and_(answered, facts.satisfied.is_(True)),
            and_(answered, facts.satisfied.is_not(None)),
        ),
    )
    return dict(zip(INDICATORS, pairs, strict=True))


def _count(counts: Counts, row: Row[Any]) -> None:
    """Add one referral."""
    fields = row._mapping
    if row.not_real:
        _add(counts, Detail.NOT_REAL.value, 1)
        return
    _add(counts, "filed", 1)
    for measure in CONTACT:
        _add(counts, measure.value, bool(fields[f"counts_{measure}"]))
    for name, at in (("to_attempt", row.first_attempt_at), ("to_reach", row.first_reached_at)):
        if at is not None:
            counts.setdefault(name, []).append((at - row.filed_at) // MICROSECOND)
    ward = counts.setdefault("wards", {}).setdefault(row.ward_id, {})
    for measure in CONVERSION:
        _add(ward, measure.value, bool(fields[f"counts_{measure}"]))
    indicators = counts.setdefault("indicators", {})
    for code in INDICATORS:
        for part in ("hits", "of"):
            _add(indicators, f"{code}_{part}", bool(fields[f"{code}_{part}"]))


def _events(where: CTE) -> Any:
    """Select calls by who made them and drop-outs by reason, without what was put right."""
    event, right = ReferralEventRow, aliased(ReferralEventRow)
    columns = (where.c.number, event.actor, event.move, event.reason)
    return (
        select(*columns, func.count())
        .select_from(where)
        .join(ReferralRow, _within(where))
        .join(event, event.referral_id == ReferralRow.id)
        .outerjoin(
            right,
            and_(right.referral_id == event.referral_id, right.corrects == event.number),
        )
        .where(
            right.id.is_(None),
            event.corrects.is_(None),
            event.move.in_((Move.ATTEMPT.value, Move.REACH.value, Move.DROP_OUT.value)),
        )
        .group_by(*columns)
    )


def _within(where: CTE) -> ColumnElement[bool]:
    return and_(
        ReferralRow.municipality_code == where.c.place,
        ReferralRow.filed_at >= where.c.since,
        ReferralRow.filed_at < where.c.until,
    )


def _add(counts: Counts, name: str, number: int) -> None:
    counts[name] = counts.get(name, 0) + int(number)
