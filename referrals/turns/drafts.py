"""Ending what a nurse has under way, at once: for somebody who may not go on with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from referrals import audit, reserved
from referrals.encounter import Outcome, Step
from referrals.script import IDENTITY_STEPS
from referrals.tables import EncounterRow, VaultValueRow

SEALED = frozenset(step.value for step in (*IDENTITY_STEPS, Step.DISCHARGE_DATE))
"""Steps whose answer is a vault token."""


def end_drafts(session: Session, user_id: int, now: datetime, actor: str) -> int:
    """Cancel a nurse's unfinished encounters, purge what was typed, and tell how many there were.

    Filed referrals are not touched.
    """
    rows = session.scalars(
        select(EncounterRow)
        .where(EncounterRow.nurse_id == user_id, EncounterRow.closed_at.is_(None))
        .with_for_update()
    ).all()
    for row in rows:
        reserved.free(session, row.id, now, actor, "nurse_suspended")
        session.execute(delete(VaultValueRow).where(VaultValueRow.encounter_id == row.id))
        row.answers = [[step, value] for step, value in row.answers if step not in SEALED]
        row.ended = row.outcome = Outcome.CANCELLED.value
        row.step, row.revisiting, row.closed_at = Step.CLOSED.value, None, now
        row.expires_at, row.settled = now, True
        audit.append(session, now, actor, "end_draft", f"encounter:{row.id}")
    return len(rows)
