"""Marks the days whose counts a change makes untrue, in the transaction of the change itself.

A day is not counted beforehand while it lasts, so what changes on the same day needs no mark.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.denmark.dates import local_day
from referrals.referral.tables import ChangedDayRow, ReferralRow


class CountedKind(StrEnum):
    """Whose days are counted. The number goes up when something else is counted than before."""

    WARD = "ward.2"
    """Encounters by the day on which they began, and what came of them."""
    MUNICIPALITY = "municipality.1"
    """Referrals by the day on which they were filed, with whoever works them."""


_BEGAN = select(EncounterRow.ward_id, EncounterRow.started_at).where(
    EncounterRow.id == bindparam("encounter")
)


def encounter_changed(session: Session, ward_id: str, started_at: datetime, now: datetime) -> None:
    """Say that something counted of an encounter changed."""
    _mark(session, CountedKind.WARD, ward_id, started_at, now)


def referral_changed(session: Session, row: ReferralRow, now: datetime) -> None:
    """Say that something counted of a referral changed, for its ward and for who works it.

    Whoever hands it to another municipality says so before and after.
    """
    _mark(session, CountedKind.MUNICIPALITY, row.municipality_code, row.filed_at, now)
    began = session.execute(_BEGAN, {"encounter": row.encounter_id}).one()
    encounter_changed(session, *began, now)


def _mark(session: Session, kind: CountedKind, place: str, at: datetime, now: datetime) -> None:
    day = local_day(at)
    if day < local_day(now):
        session.add(ChangedDayRow(kind=kind.value, place=place, day=day))
