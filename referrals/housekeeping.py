"""What time does: idle encounters expire, identity goes on schedule. Safe to run at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from referrals import audit, history, not_understood, outbox, reserved, seats
from referrals.course_finishing import finish_past
from referrals.database import Database
from referrals.encounter import Outcome, Step
from referrals.referral import Actor
from referrals.script import IDENTITY_STEPS
from referrals.tables import ConsentRow, EncounterRow, ReferralRow, TurnRow
from referrals.vault import Vault
from referrals.withdrawal import withdraw

KEEP_AFTER_CLOSING = timedelta(days=30)
KEEP_AT_MOST = timedelta(days=365)
_BATCH = 200
_ACTOR = "housekeeping"
_SEALED = {step.value for step in (*IDENTITY_STEPS, Step.DISCHARGE_DATE)}


def keep_house(database: Database, vault: Vault, now: datetime) -> dict[str, int]:
    """Do one round in batches; give how many of each kind there were."""
    return {
        "expired": _until_done(lambda: _expire_encounters(database, vault, now)),
        "purged": _until_done(lambda: _purge_referrals(database, vault, now)),
        "lapsed": _until_done(lambda: _lapse_consents(database, vault, now)),
        "finished": _until_done(lambda: finish_past(database, now, _ACTOR)),
        "holds": _until_done(lambda: _end_holds(database, now)),
        "lines": _until_done(lambda: _end_lines(database, now)),
        "letters": _until_done(lambda: outbox.forget_old(database, now)),
        "not_understood": _until_done(lambda: not_understood.forget_old(database, now)),
    }


def _until_done(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _expire_encounters(database: Database, vault: Vault, now: datetime) -> int:
    """Purge encounters that nobody goes on with, and free what they hold.

    Those that filed hand their values on; practice is deleted whole.
    """
    with database.write() as session:
        rows = session.scalars(
            select(EncounterRow)
            .where(EncounterRow.expires_at <= now, EncounterRow.settled.is_(False))
            .order_by(EncounterRow.expires_at)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.settled = True
            if row.ended == Outcome.REFERRED:
                continue
            reserved.free(session, row.id, now, _ACTOR, "encounter_expired")
            _forget(session, vault, row)
            if row.practice:
                session.execute(delete(TurnRow).where(TurnRow.encounter_id == row.id))
                session.delete(row)
            elif row.closed_at is None:
                row.ended = row.outcome = Outcome.EXPIRED.value
                row.step, row.revisiting, row.closed_at = Step.CLOSED.value, None, now
                audit.append(session, now, _ACTOR, "expire", f"encounter:{row.id}")
        return len(rows)


def _forget(session: Session, vault: Vault, row: EncounterRow) -> None:
    vault.purge(session, row.id)
    row.answers = [[step, value] for step, value in row.answers if step not in _SEALED]


def _purge_referrals(database: Database, vault: Vault, now: datetime) -> int:
    """Take identity from referrals that ended 30 days ago or were filed 12 months ago."""
    with database.write() as session:
        rows = session.scalars(
            select(ReferralRow)
            .where(ReferralRow.purged_at.is_(None))
            .where(
                or_(
                    ReferralRow.ended_at <= now - KEEP_AFTER_CLOSING,
                    ReferralRow.filed_at <= now - KEEP_AT_MOST,
                )
            )
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            _forget(session, vault, session.get_one(EncounterRow, row.encounter_id))
            history.strip_identity(row, now)
            audit.append(session, now, _ACTOR, "purge", f"referral:{row.reference}")
        return len(rows)


def _lapse_consents(database: Database, vault: Vault, now: datetime) -> int:
    """End what rests on a consent that is a year old."""
    with database.write() as session:
        rows = session.scalars(
            select(ReferralRow)
            .join(ConsentRow, ConsentRow.id == ReferralRow.consent_id)
            .where(ConsentRow.expires_at <= now, ConsentRow.withdrawn_at.is_(None))
            .limit(_BATCH)
            .with_for_update(of=ReferralRow, skip_locked=True)
        ).all()
        for row in rows:
            withdraw(session, vault, row, by=Actor.PATIENT, name=_ACTOR, how="lapsed", now=now)
        return len(rows)


def _end_lines(database: Database, now: datetime) -> int:
    with database.write() as session:
        return seats.end_lines(session, now, _ACTOR, _BATCH)


def _end_holds(database: Database, now: datetime) -> int:
    """End the holds that nobody confirmed in time, and offer the seats to those who wait."""
    with database.write() as session:
        return seats.expire(session, now, _ACTOR, _BATCH)
