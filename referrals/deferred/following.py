"""Keeps the ward's list in step with encounters: put on it, taken back, in hand, asked, back again.

Called in the transaction that changes the encounter, so that no deferred one is without list or
ending. Whoever calls holds the encounter's row locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome, Step
from referrals.advice.tables import EncounterRow
from referrals.deferred.rules import DISCHARGED, Ending, came_of, leaves_on, leaves_on_again
from referrals.deferred.tables import DeferredRow
from referrals.denmark.dates import local_day
from referrals.referral.changed_days import encounter_changed
from referrals.vault.vault import Vault, forget, seal

NOT_COUNTED = "unable"
"""The status of an encounter that another one speaks for: so nobody is counted as asked twice."""


@dataclass(frozen=True)
class Held:
    """An encounter as it is held now, and the ward that its nurse belongs to."""

    encounter_id: str
    ward_id: str
    counted_ward: str
    started_at: datetime
    answers: Mapping[Step, str]
    takes_up: bool = False


def follow(
    session: Session, vault: Vault, held: Held, outcome: Outcome | None, now: datetime
) -> None:
    """Let the list know how an encounter stands: its own patient's place, and who was taken up."""
    source = in_hand_of(session, held.encounter_id) if held.takes_up else None
    own = session.get(DeferredRow, held.encounter_id)
    if outcome is Outcome.DEFERRED and own is None:
        _put_on(session, vault, held, source, now)
    elif outcome is not Outcome.DEFERRED and own is not None:
        forget(session, own.encounter_id, own.bed)
        session.delete(own)
        _changed(session, own, now)
    if source is not None:
        settle(session, source, outcome, now)


def in_hand_of(session: Session, encounter_id: str) -> DeferredRow | None:
    """Give the patient whom an encounter took up; None for one that took up nobody."""
    query = select(DeferredRow).where(DeferredRow.taken_up_as == encounter_id)
    return session.scalars(query).one_or_none()


def settle(session: Session, source: DeferredRow, outcome: Outcome | None, now: datetime) -> None:
    """Write what has come of taking a patient up; broken off, the patient is back on the list."""
    came = came_of(outcome)
    if came.back:
        source.taken_up_as = None
        _speaks_again(session, source, now)
    source.ended = came.ended.value if came.ended else None
    source.ended_at = (source.ended_at or now) if came.ended else None
    first = session.get_one(DeferredRow, source.first_id)
    first.asked = came.ended is Ending.ASKED
    _changed(session, first, now)


def put_back(session: Session, row: EncounterRow, outcome: Outcome, now: datetime) -> None:
    """Put the patient whom a broken-off encounter took up back on the list, if it did that."""
    source = in_hand_of(session, row.id) if row.takes_up else None
    if source is not None:
        speaks_no_more(row)
        settle(session, source, outcome, now)


def bed_of(session: Session, row: EncounterRow) -> str | None:
    """Give the token of the bed that an encounter's patient has on the list; else None."""
    if row.outcome != Outcome.DEFERRED:
        return None
    own = session.get(DeferredRow, row.id)
    return own.bed if own else None


def end(session: Session, row: DeferredRow, ending: Ending, now: datetime) -> None:
    """Take a patient off the list with an ending. What tells who it was goes a little later."""
    row.ended, row.ended_at = ending.value, now
    _changed(session, row, now)


def _put_on(
    session: Session, vault: Vault, held: Held, source: DeferredRow | None, now: datetime
) -> None:
    """Put a patient on the list, or at once to an end: nobody is left to ask after discharge."""
    reason = held.answers[Step.DEFER_REASON]
    row = DeferredRow(
        encounter_id=held.encounter_id,
        first_id=source.first_id if source else held.encounter_id,
        ward_id=source.ward_id if source else held.ward_id,
        reason=reason,
        deferred_at=now,
        leaves_on=_last_day(source, local_day(now)),
        counted_ward=None if source else held.counted_ward,
        counted_at=None if source else held.started_at,
        asked=False,
    )
    if source is not None and source.bed:
        row.bed = _copied(session, vault, source, held.encounter_id, now)
    session.add(row)
    if reason == DISCHARGED:
        end(session, row, Ending.DISCHARGED, now)


def _last_day(source: DeferredRow | None, today: date) -> date:
    if source is None:
        return leaves_on(today)
    return leaves_on_again(local_day(source.deferred_at), source.leaves_on, today)


def _copied(
    session: Session, vault: Vault, source: DeferredRow, encounter_id: str, now: datetime
) -> str | None:
    """Seal the bed anew for the encounter in which the patient was deferred again."""
    bed = vault.unseal(session, source.encounter_id, source.bed)
    if bed is None:
        return None
    return vault.keep(session, encounter_id, seal("word", bed), now)


class Counts(Protocol):
    """What the figures count of an encounter, in a row or in the hands of a turn."""

    status: str | None
    product: str | None
    accepted: bool
    consented: bool
    offer_answered_at: datetime | None


def speaks_no_more(row: Counts | EncounterRow) -> None:
    """Leave an encounter out of the counts: the one that goes on with its patient is counted."""
    row.status, row.product, row.offer_answered_at = NOT_COUNTED, None, None
    row.accepted = row.consented = False


def _speaks_again(session: Session, source: DeferredRow, now: datetime) -> None:
    """Count the deferred encounter again, as it was: nobody else speaks for its patient now."""
    row = session.get_one(EncounterRow, source.encounter_id)
    answers = {Step(step): value for step, value in row.answers}
    row.status, row.product = answers.get(Step.STATUS), answers.get(Step.PRODUCT)
    row.offer_answered_at = row.closed_at if Step.OFFER in answers else None
    encounter_changed(session, row.ward_id, row.started_at, now)


def _changed(session: Session, row: DeferredRow, now: datetime) -> None:
    if row.counted_ward and row.counted_at:
        encounter_changed(session, row.counted_ward, row.counted_at, now)
