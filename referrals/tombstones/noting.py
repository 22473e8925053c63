"""Writes what ended into the journal, seconds after it did; what was missed comes next time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit.tables import AuditRow
from referrals.outbox.tables import OutboxRow
from referrals.storage.database import Database
from referrals.tombstones.journal import End, Journal, Sent

ENDS = frozenset(
    {
        "withdraw_consent",
        "purge",
        "undo_referral",
        "suspend",
        "reinstate",
        "change_password",
        "reset_second_factor",
        "remove_passkey",
        "change_user_role",
        "change_user_place",
        "telegram_suspend",
        "revoke_service_account",
    }
)
"""Deeds that a restore would undo; ``reinstate`` undoes one of them. Sessions all end anyway."""
AGAIN = timedelta(minutes=10)
"""Letters sent so long ago are looked at again: a transaction may end late, a clock go back."""
_BATCH = 1_000


class Noting:
    """Keeps the journal in step with the database; of several processes one does."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._position = 0
        self._known: set[Sent] | None = None
        """Letters that stand there already: at first all, then those of the last minutes."""

    def some(self, now: datetime) -> int:
        """Write one batch of what ended since, and tell how many lines it was."""
        if self._known is None:
            self._position = self._journal.position()
            known = {each for each in self._journal.lines() if isinstance(each, Sent)}
            since = None
        else:
            known, since = self._known, now - AGAIN
        with self._database.read() as session:
            ends = _ends(session, self._position)
            sent = _sent(session, since)
        done = self._journal.append([*ends, *(each for each in sent if each not in known)])
        self._position = ends[-1].number if ends else self._position
        self._known = set(sent)
        return done


def _sent(session: Session, since: datetime | None) -> list[Sent]:
    query = select(OutboxRow.id, OutboxRow.created_at, OutboxRow.once_key)
    when = OutboxRow.sent_at.is_not(None) if since is None else OutboxRow.sent_at > since
    rows = session.execute(query.where(when).order_by(OutboxRow.sent_at, OutboxRow.id))
    return [Sent(row.id, row.created_at, row.once_key) for row in rows]


def _ends(session: Session, after: int) -> list[End]:
    rows = session.execute(
        select(AuditRow.number, AuditRow.action, AuditRow.record)
        .where(AuditRow.action.in_(ENDS), AuditRow.number > after)
        .order_by(AuditRow.number)
        .limit(_BATCH)
    )
    return [End(row.number, row.action, row.record) for row in rows]
