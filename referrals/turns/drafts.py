"""Ending what a nurse has under way, at once: for somebody who may not go on with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome
from referrals.advice.forgetting import end_unfinished, forget_identity
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.booking import reserved
from referrals.deferred.following import put_back


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
        forget_identity(session, row)
        if end_unfinished(row, Outcome.CANCELLED, now):
            put_back(session, row, Outcome.CANCELLED, now)
        row.expires_at, row.settled = now, True
        chain.append(session, now, actor, "end_draft", f"encounter:{row.id}")
    return len(rows)
