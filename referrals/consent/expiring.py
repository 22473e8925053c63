"""Identity goes on schedule, and a consent ends after a year: marked first, gone a real day later.

``watched_s`` is what `referrals/installation/watched_clock.py` counts: seconds that really passed.
The mark comes a day before, so that where nothing is wrong identity goes on time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, text
from sqlalchemy.orm import Session

from referrals.advice.forgetting import forget_identity, forget_transcript
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.consent.holding import hold
from referrals.consent.tables import ConsentRow, PurgeMarkRow
from referrals.consent.withdrawal import withdraw
from referrals.referral import history
from referrals.referral.moves import Actor
from referrals.referral.tables import ONLY_TO_CLOSE, ReferralRow
from referrals.storage.batches import BATCH, each_row
from referrals.storage.database import Database

KEEP_AFTER_CLOSING = timedelta(days=30)
KEEP_AT_MOST = timedelta(days=365)
MARKED_BEFORE = timedelta(days=1)


def mark_due(database: Database, now: datetime, watched_s: float) -> int:
    """Mark whose identity is due within a day. One batch."""
    unmarked = ~exists().where(PurgeMarkRow.referral_id == ReferralRow.id)
    with database.write() as session:
        ids: set[int] = set()
        for due in _due(now + MARKED_BEFORE):
            ids.update(session.scalars(due.where(unmarked).limit(BATCH)))
        for id_ in ids:
            session.merge(PurgeMarkRow(referral_id=id_, marked_at=now, watched_s=ceil(watched_s)))
        return len(ids)


def unmark(database: Database, now: datetime, watched_s: float) -> int:  # noqa: ARG001 - as others
    """Take the mark from what is gone, or not due any more: corrected, or the clock was wrong."""
    still = (
        each.where(ReferralRow.id == PurgeMarkRow.referral_id).correlate(PurgeMarkRow).exists()
        for each in _due(now + MARKED_BEFORE)
    )
    with database.write() as session:
        gone = delete(PurgeMarkRow).where(*(~each for each in still))
        done = gone.returning(PurgeMarkRow.referral_id)
        return len(session.execute(done.execution_options(synchronize_session=False)).all())


def purge_referrals(database: Database, now: datetime, watched_s: float) -> int:
    """Take identity from what ended 30 days ago or was filed 12 months ago. One batch.

    A referral has ended when its outcome stands, whether or not somebody pressed the last button.
    """

    def purge(session: Session, row: ReferralRow) -> None:
        purge_one(session, row, Machine.HOUSEKEEPING, now)

    ending = _marked(watched_s).where(_ends(now))
    first = _holding(ending)
    return each_row(database, "purged", ending, ReferralRow.id, purge, now, first=first)


def purge_one(session: Session, row: ReferralRow, by: str, now: datetime) -> None:
    """Take identity from one referral and what was said about it."""
    encounter = session.get_one(EncounterRow, row.encounter_id)
    forget_identity(session, encounter)
    forget_transcript(session, encounter.id)
    history.strip_identity(row, now)
    chain.append(session, now, by, "purge", f"referral:{row.reference}")


def lapse_consents(database: Database, now: datetime, watched_s: float) -> int:
    """End what rests on a consent that is a year old. One batch."""
    lapsing = _marked(watched_s).join(ConsentRow, ConsentRow.id == ReferralRow.consent_id)
    over = lapsing.where(_lapses(now))

    def lapse(session: Session, row: ReferralRow) -> None:
        withdraw(session, row, by=Actor.PATIENT, name=Machine.HOUSEKEEPING, how="lapsed", now=now)

    return each_row(database, "lapsed", over, ReferralRow.id, lapse, now, first=_holding(over))


def _holding(found: Select[ReferralRow]) -> Callable[[Session], None]:
    """Give what begins a batch: no turn is under way in any of the encounters, then the log."""
    ids = found.with_only_columns(ReferralRow.id).limit(BATCH)
    return lambda session: hold(session, session.scalars(ids))


def _due(at: datetime) -> tuple[Select[int], Select[int]]:
    """Ask for the ids of what goes by ``at``, for either reason."""
    ids = select(ReferralRow.id)
    lapsing = ids.join(ConsentRow, ConsentRow.id == ReferralRow.consent_id).where(_lapses(at))
    return ids.where(_ends(at)), lapsing


def _ends(at: datetime) -> ColumnElement[bool]:
    """Ask for whose identity is to go by ``at``."""
    closed = ReferralRow.ended_at <= at - KEEP_AFTER_CLOSING
    to_close = and_(text(ONLY_TO_CLOSE), ReferralRow.next_action_at <= at - KEEP_AFTER_CLOSING)
    old = ReferralRow.filed_at <= at - KEEP_AT_MOST
    return and_(ReferralRow.purged_at.is_(None), or_(closed, to_close, old))


def _lapses(at: datetime) -> ColumnElement[bool]:
    """Ask for whose consent is over by ``at``, and still stands."""
    return and_(ConsentRow.expires_at <= at, ConsentRow.withdrawn_at.is_(None))


def _marked(watched_s: float) -> Select[ReferralRow]:
    """Ask for what was marked a real day ago."""
    ripe = PurgeMarkRow.watched_s <= watched_s - MARKED_BEFORE.total_seconds()
    return (
        select(ReferralRow)
        .join(PurgeMarkRow, PurgeMarkRow.referral_id == ReferralRow.id)
        .where(ripe)
    )
