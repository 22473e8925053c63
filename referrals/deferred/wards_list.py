"""The ward's list: read, noted upon, crossed off and taken up from by the nurses of that ward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.deferred import following
from referrals.deferred.rules import (
    CrossedOff,
    Ending,
    NextAction,
    Waiting,
    leaves_on,
    may_be_a_bed,
    next_action,
)
from referrals.deferred.tables import DeferredRow
from referrals.denmark.dates import local_day
from referrals.referral.changed_days import encounter_changed
from referrals.staff.roles import NotAllowed, Staff
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault, forget, seal


class NotListed(Exception):
    """There is no such patient on this ward's list, or not any more."""


class TakenUp(Exception):
    """A colleague was quicker. ``by`` is the display name."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class BadNote(ValueError):
    """What was written cannot be kept: ``bed`` or ``discharge``."""


@dataclass(frozen=True)
class Listed:
    """A patient on the list. ``bed`` is unsealed, for the nurses of the ward; else None.

    ``by`` is the colleague who has the patient in hand; empty while nobody has.
    """

    id: str
    reason: str
    deferred_at: datetime
    next: NextAction
    bed: str | None = None
    by: str = ""


def listed(session: Session, nurse: Staff, now: datetime) -> list[Listed]:
    """Give the list of the nurse's ward, soonest last day first. Tells nobody who it is.

    Whom the nurse has in hand herself is not on it, but among her own conversations.
    """
    return [_entry(row, by) for row, by in _rows(session, nurse, now)]


def take(session: Session, nurse: Staff, encounter_id: str, now: datetime) -> DeferredRow:
    """Give a patient of the list, locked, to the nurse who goes on with it.

    One that this nurse has in hand is given again. Raises NotListed or TakenUp.
    """
    row, encounter = _locked(session, nurse, encounter_id, now)
    if row.taken_up_as is None:
        encounter.ended = Outcome.DEFERRED.value
        following.speaks_no_more(encounter)
        encounter_changed(session, encounter.ward_id, encounter.started_at, now)
        return row
    holder = _holder(session, row)
    if holder.id != nurse.id:
        raise TakenUp(holder.display_name)
    return row


class WardsList:
    """The list of the ward that ``staff`` is a nurse of. Refuses anybody else."""

    def __init__(self, database: Database, vault: Vault, staff: Staff) -> None:
        if not staff.is_nurse:
            raise NotAllowed
        self._database = database
        self._vault = vault
        self._staff = staff

    def show(self, now: datetime) -> list[Listed]:
        """Give the list with beds and initials; reading them is audited, once for the page."""
        with self._database.read() as session:
            rows = _rows(session, self._staff, now)
        if not any(row.bed for row, _ in rows):
            return [_entry(row, by) for row, by in rows]
        with self._database.write() as session:
            record = f"ward:{self._staff.ward_id}"
            chain.append(session, now, self._staff.name, "read_wards_list", record)
            return [
                _entry(row, by, self._vault.unseal(session, row.encounter_id, row.bed))
                for row, by in _rows(session, self._staff, now)
            ]

    def beds_in_hand(self, now: datetime) -> dict[str, str]:
        """Give room or initials of those whom this nurse took up, by encounter; audited."""
        query = (
            select(DeferredRow)
            .join(EncounterRow, EncounterRow.id == DeferredRow.taken_up_as)
            .where(EncounterRow.nurse_id == self._staff.id)
            .where(DeferredRow.ended.is_(None), DeferredRow.bed.is_not(None))
        )
        with self._database.read() as session:
            if session.scalar(query.with_only_columns(DeferredRow.encounter_id)) is None:
                return {}
        with self._database.write() as session:
            record = f"ward:{self._staff.ward_id}"
            chain.append(session, now, self._staff.name, "read_wards_list", record)
            beds = {
                str(row.taken_up_as): self._vault.unseal(session, row.encounter_id, row.bed)
                for row in session.scalars(query)
            }
            return {encounter: bed for encounter, bed in beds.items() if bed is not None}

    def note(self, encounter_id: str, bed: str, discharge: date | None, now: datetime) -> None:
        """Seal room or initials, and set the last day to that of discharge.

        What is left empty stays as it was. Raises NotListed, TakenUp or BadNote.
        """
        bed, today = bed.strip(), local_day(now)
        if bed and not may_be_a_bed(bed):
            raise BadNote("bed")
        if discharge is not None and discharge < today:
            raise BadNote("discharge")
        with self._database.write() as session:
            row, _ = self._waiting(session, encounter_id, now)
            if bed:
                forget(session, encounter_id, row.bed)
                row.bed = self._vault.keep(session, encounter_id, seal("word", bed), now)
            if discharge is not None:
                row.leaves_on = leaves_on(local_day(row.deferred_at), discharge)
            self._note(session, encounter_id, "note_deferred", now)

    def cross_off(self, encounter_id: str, reason: CrossedOff, now: datetime) -> None:
        """Take a patient off the list for one of the reasons. Raises NotListed or TakenUp.

        A second time for the same reason changes nothing.
        """
        ending = Ending(reason)
        with self._database.write() as session:
            known = session.get(DeferredRow, encounter_id)
            mine = known is not None and known.ward_id == self._staff.ward_id
            if known is not None and mine and known.ended == ending:
                return
            row, encounter = self._waiting(session, encounter_id, now)
            encounter.ended = Outcome.DEFERRED.value
            following.end(session, row, ending, now)
            self._note(session, encounter_id, f"cross_off_{reason}", now)

    def _waiting(
        self, session: Session, encounter_id: str, now: datetime
    ) -> tuple[DeferredRow, EncounterRow]:
        row, encounter = _locked(session, self._staff, encounter_id, now)
        if row.taken_up_as is not None:
            raise TakenUp(_holder(session, row).display_name)
        return row, encounter

    def _note(self, session: Session, encounter_id: str, action: str, now: datetime) -> None:
        chain.append(session, now, self._staff.name, action, f"encounter:{encounter_id}")


def _on_list(nurse: Staff, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Narrow down to the ward before anything is asked; whose day is over is on no list."""
    return (
        DeferredRow.ward_id == nurse.ward_id,
        DeferredRow.ended.is_(None),
        DeferredRow.leaves_on >= local_day(now),
    )


def _locked(
    session: Session, nurse: Staff, encounter_id: str, now: datetime
) -> tuple[DeferredRow, EncounterRow]:
    """Lock the encounter first, as every turn does; the list changes under that lock only."""
    this = (DeferredRow.encounter_id == encounter_id, *_on_list(nurse, now))
    encounter = session.scalars(
        select(EncounterRow)
        .join(DeferredRow, DeferredRow.encounter_id == EncounterRow.id)
        .where(*this)
        .with_for_update(of=EncounterRow)
    ).one_or_none()
    row = session.scalars(select(DeferredRow).where(*this)).one_or_none()
    if encounter is None or row is None:
        raise NotListed(encounter_id)
    return row, encounter


def _holder(session: Session, row: DeferredRow) -> UserRow:
    nurse_id = session.get_one(EncounterRow, row.taken_up_as).nurse_id
    return session.get_one(UserRow, nurse_id)


def _rows(session: Session, nurse: Staff, now: datetime) -> Sequence[Row[DeferredRow, str | None]]:
    """Give those on the list with the name of the colleague who has each in hand."""
    query = (
        select(DeferredRow, UserRow.display_name)
        .outerjoin(EncounterRow, EncounterRow.id == DeferredRow.taken_up_as)
        .outerjoin(UserRow, UserRow.id == EncounterRow.nurse_id)
        .where(*_on_list(nurse, now), or_(UserRow.id.is_(None), UserRow.id != nurse.id))
    )
    return session.execute(query.order_by(DeferredRow.leaves_on, DeferredRow.deferred_at)).all()


def _entry(row: DeferredRow, by: str | None, bed: str | None = None) -> Listed:
    following_on = next_action(Waiting(row.leaves_on, row.taken_up_as is not None))
    if following_on is None:
        raise ValueError("whoever has an ending is on no list")
    return Listed(row.encounter_id, row.reason, row.deferred_at, following_on, bed, by or "")
