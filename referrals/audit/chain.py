"""The audit log: append-only and hash-chained, without identity.

Each row's hash covers its content and the row before, so that a changed, removed or inserted row is
found by ``verify``. Triggers in the database refuse updates and deletes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from referrals.audit.actors import typed
from referrals.audit.tables import AuditRow
from referrals.storage.database import lock_chain

GENESIS = "0" * 64
_BATCH = 5_000
_ROWS = AuditRow.metadata.tables[AuditRow.__tablename__]
_LAST = select(_ROWS.c.number, _ROWS.c.hash).order_by(_ROWS.c.number.desc()).limit(1)
_APPEND = insert(_ROWS)


@dataclass(frozen=True)
class Verdict:
    """``checked`` rows were read; ``broken_at`` is the number of the first that does not fit."""

    checked: int
    broken_at: int | None


def lock(session: Session) -> None:
    """Let nobody else append until the transaction ends.

    Whoever changes rows that others change as well takes this lock first and theirs second, always
    in this order, so that no two wait for each other.
    """
    lock_chain(session, "audit")


def append(session: Session, at: datetime, actor: str, action: str, record: str) -> None:
    """Add one row to the chain, in the caller's transaction. Refuses an anonymous actor."""
    actor = typed(actor)
    lock(session)
    session.flush()
    last = session.execute(_LAST).first()
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    row = {
        "number": number,
        "at": at,
        "actor": actor,
        "action": action,
        "record": record,
        "previous_hash": previous,
        "hash": _hash(number, at, actor, action, record, previous),
    }
    session.execute(_APPEND, row)


def verify(session: Session) -> Verdict:
    """Read the whole chain in batches and compare each hash."""
    checked, previous = 0, GENESIS
    while True:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.number > checked)
            .order_by(AuditRow.number)
            .limit(_BATCH)
        ).all()
        for row in rows:
            expected = _hash(row.number, row.at, row.actor, row.action, row.record, previous)
            if row.number != checked + 1 or row.previous_hash != previous or row.hash != expected:
                return Verdict(checked, row.number)
            checked, previous = row.number, row.hash
        if len(rows) < _BATCH:
            return Verdict(checked, None)
        session.expunge_all()


def _hash(number: int, at: datetime, actor: str, action: str, record: str, previous: str) -> str:
    content = json.dumps(
        [number, at.astimezone(UTC).isoformat(), actor, action, record, previous],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()
