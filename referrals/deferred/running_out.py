"""What time does to the ward's list: whose day is over leaves it, and what told who it was goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.deferred import following
from referrals.deferred.rules import Ending
from referrals.deferred.tables import DeferredRow
from referrals.denmark.dates import local_day
from referrals.storage.batches import each_row
from referrals.storage.database import Database
from referrals.vault.vault import forget

_BED_STAYS = timedelta(minutes=15)
"""So long after its ending, while the conversation that brought it can still be taken back."""


def run_out(database: Database, now: datetime) -> int:
    """End those whose last day is over, and count them so. One batch.

    Whom a nurse has in hand stays there: that conversation ends, or is broken off, first.
    """
    over = (DeferredRow.leaves_on < local_day(now), DeferredRow.taken_up_as.is_(None))
    found = (
        select(DeferredRow)
        .where(DeferredRow.ended.is_(None), *over)
        .order_by(DeferredRow.leaves_on)
    )

    def end(session: Session, row: DeferredRow) -> None:
        following.end(session, row, Ending.RAN_OUT, now)
        record = f"encounter:{row.encounter_id}"
        chain.append(session, now, Machine.HOUSEKEEPING, "deferred_ran_out", record)

    key = DeferredRow.encounter_id
    return each_row(database, "deferred", found, key, end, now, first=chain.lock)


def forget_beds(database: Database, now: datetime) -> int:
    """Delete room and initials of those who are on no list any more. One batch.

    Also of those whose last day is over while a nurse has them in hand.
    """
    ended = DeferredRow.ended_at <= now - _BED_STAYS
    found = select(DeferredRow).where(
        DeferredRow.bed.is_not(None), or_(ended, DeferredRow.leaves_on < local_day(now))
    )

    def forget_bed(session: Session, row: DeferredRow) -> None:
        forget(session, row.encounter_id, row.bed)
        row.bed = None

    return each_row(database, "beds", found, DeferredRow.encounter_id, forget_bed, now)


def move_list(session: Session, ward_id: str, to: str) -> None:
    """Let the list go along with a ward that is moved; what was counted stays where it was."""
    waiting = (DeferredRow.ward_id == ward_id, DeferredRow.ended.is_(None))
    session.execute(update(DeferredRow).where(*waiting).values(ward_id=to))


def close_list(session: Session, ward_id: str, now: datetime) -> None:
    """End all who wait on a ward that closes: nobody there can ask any more."""
    waiting = (DeferredRow.ward_id == ward_id, DeferredRow.ended.is_(None))
    for row in session.scalars(select(DeferredRow).where(*waiting).with_for_update()):
        following.end(session, row, Ending.WARD_CLOSED, now)
