"""What could not be sent, for an administrator to look at and to send again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from referrals.administration.users import NotThere
from referrals.audit import chain
from referrals.notices.kinds import EMAIL
from referrals.outbox.tables import OutboxRow
from referrals.staff.roles import Staff, administrators_only
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.storage.paging import page


@dataclass(frozen=True)
class DeadLetter:
    """One letter that was given up. ``why`` is a code; ``reader`` the user's name, if it has one.

    Holds the reference at most, never what the letter said.
    """

    id: int
    kind: str
    channel: str
    reader: str
    reference: str
    why: str
    attempts: int
    created_at: datetime
    dead_at: datetime


@dataclass(frozen=True)
class DeadPage:
    """Up to fifty letters, the latest first; ``waiting`` counts what is yet to leave, by channel.

    ``next_before`` asks for older ones.
    """

    letters: list[DeadLetter]
    waiting: Mapping[str, int]
    next_before: int | None


class DeadLetters:
    """The administrator's view of the outbox. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database
        self._staff = staff

    def page(self, before: int | None = None) -> DeadPage:
        """Give the dead letters, or those older than the one numbered ``before``."""
        query = select(OutboxRow).where(OutboxRow.dead_at.is_not(None))
        if before is not None:
            query = query.where(OutboxRow.id < before)
        waits = (OutboxRow.sent_at.is_(None), OutboxRow.dead_at.is_(None))
        counted = select(OutboxRow.channel, func.count()).where(*waits).group_by(OutboxRow.channel)
        with self._database.read() as session:
            rows, following = page(session, query.order_by(OutboxRow.id.desc()), lambda row: row.id)
            ids = {int(row.recipient) for row in rows if row.channel == EMAIL}
            named = select(UserRow.id, UserRow.display_name).where(UserRow.id.in_(ids))
            readers = {str(key): name for key, name in session.execute(named)}
            waiting = {channel: count for channel, count in session.execute(counted)}  # noqa: C416
        letters = [_letter(row, readers.get(row.recipient, "")) for row in rows]
        return DeadPage(letters, waiting, following)

    def send_again(self, letter_id: int, now: datetime) -> None:
        """Let a dead letter be tried anew, as often as a fresh one. Raises NotThere."""
        with self._database.write() as session:
            chain.lock(session)
            row = session.get(OutboxRow, letter_id, with_for_update=True)
            if row is None or row.dead_at is None:
                raise NotThere
            row.dead_at, row.claimed_by, row.attempts, row.due_at = None, None, 0, now
            chain.append(session, now, self._staff.name, "send_again", f"letter:{letter_id}")


def _letter(row: OutboxRow, reader: str) -> DeadLetter:
    if row.dead_at is None:
        raise ValueError("the letter is not dead")
    return DeadLetter(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        reader=reader,
        reference=str(row.payload.get("reference", "")),
        why=row.last_error or "",
        attempts=row.attempts,
        created_at=row.created_at,
        dead_at=row.dead_at,
    )
