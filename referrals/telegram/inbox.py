"""The inbox of Telegram: kept before it is acknowledged, handled once, in order within a chat.

What came in may hold anything, so it is kept as ciphertext and forgotten once it was handled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from referrals.contact.tables import ContactLinkRow
from referrals.storage.database import Database
from referrals.telegram import chats
from referrals.telegram.tables import TelegramButtonRow, TelegramClaimRow, TelegramUpdateRow
from referrals.vault.vault import Vault

GAP = timedelta(milliseconds=300)
"""How long a later update waits for an earlier one that is missing: they may overtake."""
LINKED, UNLOCKED = "linked", "unlocked"
"""What our pages tell a chat about itself."""
KEEP_HANDLED = timedelta(days=2)
"""Telegram repeats an update for a day at most."""
PLACE = "telegram_updates"
_BATCH = 500
_NUMBER_BITS = 32


@dataclass(frozen=True)
class Incoming:
    """One update as it came. ``kind`` is ``update``."""

    update_id: int
    chat_id: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """One thing to handle. ``kind`` is ``update``, or what our pages tell the chat."""

    id: int
    chat_id: int
    kind: str
    body: Mapping[str, Any]
    received_at: datetime
    attempts: int

    @property
    def key(self) -> str:
        """What it is known by elsewhere: an id alone is given again once old rows are deleted."""
        return f"telegram:{self.id}:{self.received_at.timestamp():.6f}"

    def __repr__(self) -> str:
        """Leave out what was said."""
        return f"Kept({self.id}, {self.kind})"


class Unreadable(Exception):
    """What is ``kept`` cannot be read: broken, or under a key that is not here."""

    def __init__(self, kept: Kept) -> None:
        super().__init__("unreadable")
        self.kept = kept


class TelegramInbox:
    """Keeps what comes, and gives it out in order."""

    def __init__(self, database: Database, vault: Vault, bot_id: int = 0) -> None:
        self._database = database
        self._vault = vault
        self._first = (bot_id % 2**31) << _NUMBER_BITS
        """What is added to Telegram's numbers: each bot counts for itself."""

    def keep(self, updates: Iterable[Incoming], now: datetime) -> int:
        """Keep updates, all or none; those known already are left out. Gives how many were new."""
        arrived = sorted(updates, key=lambda each: each.update_id)
        if not arrived:
            return 0
        with self._database.write() as session:
            newest = session.scalar(self._newest(TelegramUpdateRow.update_id))
            new = 0
            for each in arrived:
                number = self._first + each.update_id
                in_turn = newest is None or number <= newest + 1
                new += self._insert(session, number, each, now, now if in_turn else now + GAP)
                newest = max(newest or 0, number)
        return new

    def _newest(self, number: InstrumentedAttribute[Any]) -> Select[int | None]:
        after = self._first + 2**_NUMBER_BITS
        return select(func.max(number)).where(number >= self._first, number < after)

    def tell_nurse(
        self, session: Session, user_id: int, kind: str, encounter_id: str, now: datetime
    ) -> None:
        """Let a nurse's chat know what was done on the contact page; nothing without a chat."""
        chat = chats.row_of(session, user_id)
        if chat is not None:
            self.tell(session, chat.telegram_id, kind, {"encounter": encounter_id}, now)

    def tell(
        self, session: Session, chat_id: int, kind: str, body: Mapping[str, str], now: datetime
    ) -> None:
        """Let a chat know what was done on a page, after all that it said before."""
        newest = session.scalar(self._newest(TelegramUpdateRow.position))
        session.add(
            TelegramUpdateRow(
                chat_id=chat_id,
                position=newest or self._first,
                kind=kind,
                body=self._locked(session, body),
                received_at=now,
                due_at=now,
                attempts=0,
            )
        )

    def waiting(self) -> int:
        """Count what waits to be handled."""
        open_ones = TelegramUpdateRow.handled_at.is_(None)
        count = select(func.count()).select_from(TelegramUpdateRow).where(open_ones)
        with self._database.read() as session:
            return session.scalar(count) or 0

    def waiting_chats(self, now: datetime) -> list[int]:
        """Give the chats that have something to be handled now."""
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(TelegramUpdateRow.chat_id)
                    .where(TelegramUpdateRow.handled_at.is_(None), TelegramUpdateRow.due_at <= now)
                    .distinct()
                )
            )

    def first_of(self, chat_id: int, now: datetime) -> Kept | None:
        """Give what the chat said first; None if there is nothing, or it must wait.

        Raises Unreadable.
        """
        with self._database.read() as session:
            row = session.scalars(
                select(TelegramUpdateRow)
                .where(TelegramUpdateRow.chat_id == chat_id, TelegramUpdateRow.handled_at.is_(None))
                .order_by(TelegramUpdateRow.position, TelegramUpdateRow.id)
                .limit(1)
            ).first()
            if row is None or row.due_at > now or row.body is None:
                return None
            kept = Kept(row.id, row.chat_id, row.kind, {}, row.received_at, row.attempts)
            try:
                body = json.loads(self._vault.bring_back(PLACE, row.body))
            except (RuntimeError, ValueError):
                raise Unreadable(kept) from None
            return replace(kept, body=body)

    def done(self, session: Session, kept: Kept, now: datetime) -> bool:
        """Note that it was handled and forget what it said; False if it was handled before."""
        handled = session.execute(
            update(TelegramUpdateRow)
            .where(TelegramUpdateRow.id == kept.id, TelegramUpdateRow.handled_at.is_(None))
            .values(handled_at=now, body=None)
            .returning(TelegramUpdateRow.id)
            .execution_options(synchronize_session=False)
        )
        return handled.first() is not None

    def put_off(self, kept: Kept, until: datetime) -> None:
        """Handle it later; what the chat said since waits with it."""
        with self._database.write() as session:
            row = session.get_one(TelegramUpdateRow, kept.id)
            row.attempts, row.due_at = kept.attempts + 1, until

    def forget_old(self, now: datetime) -> None:
        """Delete what was handled two days ago, with buttons, links and claims of that age."""
        old = now - KEEP_HANDLED
        updates = select(TelegramUpdateRow.id).where(TelegramUpdateRow.handled_at <= old)
        buttons = select(TelegramButtonRow.id).where(TelegramButtonRow.created_at <= old)
        claims = TelegramClaimRow.expires_at <= old
        with self._database.write() as session:
            for statement in (
                delete(TelegramUpdateRow).where(TelegramUpdateRow.id.in_(updates.limit(_BATCH))),
                delete(TelegramButtonRow).where(TelegramButtonRow.id.in_(buttons.limit(_BATCH))),
                delete(TelegramClaimRow).where(claims),
                delete(ContactLinkRow).where(ContactLinkRow.expires_at <= old),
            ):
                session.execute(statement.execution_options(synchronize_session=False))

    def _insert(
        self, session: Session, number: int, each: Incoming, now: datetime, due_at: datetime
    ) -> int:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        values = {
            "update_id": number,
            "chat_id": each.chat_id,
            "position": number,
            "kind": "update",
            "body": self._locked(session, each.body),
            "received_at": now,
            "due_at": due_at,
            "attempts": 0,
        }
        insert = (sqlite if is_sqlite else postgresql).insert(TelegramUpdateRow)
        kept = session.scalar(
            insert.values(values)
            .on_conflict_do_nothing(index_elements=["update_id"])
            .returning(TelegramUpdateRow.id)
        )
        return int(kept is not None)

    def _locked(self, session: Session, body: Mapping[str, Any]) -> bytes:
        return self._vault.lock_away(session, PLACE, json.dumps(body).encode())
