"""What a chat is answered, written in one transaction with the end of what it answers.

A crash before leaves nothing, and all is done again; a crash after leaves letters in the outbox.
What is sent lies there as ciphertext: links are secrets.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.contact import links
from referrals.outbox import letters
from referrals.outbox.letters import Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.telegram import chats
from referrals.telegram.inbox import Kept, TelegramInbox
from referrals.telegram.tables import TelegramButtonRow
from referrals.vault.vault import Vault

CHANNEL = "telegram"
PLACE = "telegram_outbox"

LetterKind = Literal["send", "edit", "strip", "delete", "leave"]


@dataclass(frozen=True)
class Key:
    """A key under a message: it presses ``payload``, opens ``url`` or copies ``copy``.

    With ``contact_page`` it opens a fresh one-time link; ``encounter_id`` is set where it belongs
    to another conversation than the present one.
    """

    title: str
    payload: str = ""
    url: str = ""
    copy: str = ""
    contact_page: bool = False
    encounter_id: str = ""


@dataclass(frozen=True)
class Message:
    """A message to a chat. ``edits`` is the id of the message that it replaces, if it can."""

    text: str
    keys: tuple[Key, ...] = ()
    edits: int | None = None


@dataclass(frozen=True)
class Plan:
    """What handling one thing comes to. Nothing of it is done before it is committed.

    ``encounter_id`` and ``step`` are where the chat stands after it. ``strip`` takes the keys from
    the present card, or from the message of that id; ``deletes`` are messages of the chat.
    ``also`` runs in the transaction and may give further messages.
    """

    messages: tuple[Message, ...] = ()
    deletes: tuple[int, ...] = ()
    strip: bool | int = False
    leave: bool = False
    used_card: str | None = None
    encounter_id: str | None = None
    step: str = ""
    personal: bool = False
    also: Callable[[Session, datetime], Sequence[Message]] | None = None


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed. ``changed_at`` is when it was shown, or when its card was used."""

    encounter_id: str
    step: str
    payload: str
    card: str
    used: bool
    changed_at: datetime


class TelegramReplies:
    """Commits plans, and finds the buttons that they made."""

    def __init__(
        self, database: Database, vault: Vault, inbox: TelegramInbox, base_url: str
    ) -> None:
        self._database = database
        self._vault = vault
        self._inbox = inbox
        self._base_url = base_url

    def button(self, telegram_id: int, button_id: str) -> Pressed | None:
        """Find a button of this chat, used or not; None for all others."""
        shown_at = (
            select(OutboxRow.sent_at)
            .where(OutboxRow.once_key == TelegramButtonRow.card)
            .scalar_subquery()
        )
        query = select(TelegramButtonRow, shown_at).where(
            TelegramButtonRow.id == button_id, TelegramButtonRow.telegram_id == telegram_id
        )
        with self._database.read() as session:
            found = session.execute(query).one_or_none()
            if found is None:
                return None
            row, sent_at = found
            return Pressed(
                row.encounter_id,
                row.step,
                row.payload,
                row.card,
                used=row.used_at is not None,
                changed_at=row.used_at or sent_at or row.created_at,
            )

    def commit(self, kept: Kept, staff: Staff | None, plan: Plan, now: datetime) -> bool:
        """Write all of a plan; False if what it answers was answered before.

        ``staff`` is whose chat it is; None for strangers and groups. Whoever was suspended
        meanwhile is told nothing.
        """
        # Nobody was told yet; and if it is lost with the power, what it answers is still waiting.
        with self._database.write(lasting=False) as session:
            if not self._inbox.done(session, kept, now):
                return False
            post = _Post(self, session, kept, staff, plan, now)
            for message_id in plan.deletes:
                post.letter("delete", {"message_id": message_id})
            if plan.leave:
                post.messages(plan.messages)
                post.letter("leave", {})
                return True
            if plan.personal and staff is not None:
                chain.append(session, now, staff.name, "telegram_personal", f"user:{staff.id}")
            self._write_out(post, session, staff, plan, now)
        return True

    def _write_out(
        self, post: _Post, session: Session, staff: Staff | None, plan: Plan, now: datetime
    ) -> None:
        also = plan.also(session, now) if plan.also else ()
        if staff is None:
            post.messages((*plan.messages, *also))
            return
        row = chats.row_of(session, staff.id)
        if row is None:
            return
        if plan.used_card:
            _use_up(session, row.telegram_id, plan.used_card, now)
        if plan.strip is True and row.card:
            _use_up(session, row.telegram_id, row.card, now)
            post.letter("strip", {"card": row.card})
        elif plan.strip is not False and plan.strip is not True:
            post.letter("strip", {"message_id": plan.strip})
        card = post.messages((*plan.messages, *also))
        kept_card = None if plan.strip is True or plan.used_card else row.card
        chats.touch(session, staff.id, now, plan.encounter_id, card or kept_card)

    def aside(self, kept: Kept, text: str, now: datetime) -> None:
        """Say something, once, while what the chat brought is still to be handled."""
        body: dict[str, Any] = {"text": text, "keys": [], "message_id": None}
        chat, key = str(kept.chat_id), f"{kept.key}:aside"
        with self._database.write() as session:
            payload = self.sealed(session, body)
            outgoing = Outgoing(CHANNEL, "send", chat, payload, once_key=key)
            letters.post(session, outgoing, now)

    def sealed(self, session: Session, body: Mapping[str, Any]) -> dict[str, str]:
        """Make the payload of a letter."""
        locked = self._vault.lock_away(session, PLACE, json.dumps(body).encode())
        return {"sealed": base64.b64encode(locked).decode()}

    def opened(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Read the payload of a letter."""
        locked = base64.b64decode(payload["sealed"])
        body: dict[str, Any] = json.loads(self._vault.bring_back(PLACE, locked))
        return body

    def message_id_of(self, card: str) -> int | None:
        """Give Telegram's id of a message that was sent; None if it never was."""
        with self._database.read() as session:
            answer = session.scalar(select(OutboxRow.answer).where(OutboxRow.once_key == card))
            return answer.get("message_id") if answer else None

    def suspend(self, telegram_id: int, now: datetime) -> None:
        """Note that somebody blocked the bot."""
        with self._database.write() as session:
            chats.suspend_by_telegram_id(session, telegram_id, now)

    def contact_url(self, session: Session, encounter_id: str, staff: Staff, now: datetime) -> str:
        """Make a one-time link to the contact page."""
        secret = links.make(session, encounter_id, staff.id, staff.name, now)
        return f"{self._base_url}/kontakt/{secret}"


class _Post:
    """Writes the letters of one plan, in order."""

    def __init__(
        self,
        replies: TelegramReplies,
        session: Session,
        kept: Kept,
        staff: Staff | None,
        plan: Plan,
        now: datetime,
    ) -> None:
        self._replies = replies
        self._session = session
        self._kept = kept
        self._staff = staff
        self._plan = plan
        self._now = now
        self._number = 0

    def letter(self, kind: LetterKind, body: Mapping[str, Any]) -> str:
        """Write one letter and give its key."""
        self._number += 1
        key = f"{self._kept.key}:{self._number}"
        chat = str(self._kept.chat_id)
        payload = self._replies.sealed(self._session, body)
        outgoing = Outgoing(CHANNEL, kind, chat, payload, stream=f"telegram:{chat}", once_key=key)
        letters.post(self._session, outgoing, self._now)
        return key

    def messages(self, messages: Sequence[Message]) -> str | None:
        """Write messages, and give the key of the one that carries the buttons."""
        card = None
        for message in messages:
            kind: LetterKind = "send" if message.edits is None else "edit"
            buttons = [self._button(key) for key in message.keys]
            body = {
                "text": message.text,
                "keys": [shown for shown, _ in buttons],
                "message_id": message.edits,
            }
            key = self.letter(kind, body)
            rows = [row for _, row in buttons if row is not None]
            for row in rows:
                row.card = key
            self._session.add_all(rows)
            card = key if rows else card
        return card

    def _button(self, key: Key) -> tuple[dict[str, str], TelegramButtonRow | None]:
        encounter_id = key.encounter_id or self._plan.encounter_id
        if key.contact_page and encounter_id and self._staff:
            url = self._replies.contact_url(self._session, encounter_id, self._staff, self._now)
            return {"title": key.title, "url": url}, None
        if key.url or key.copy or not encounter_id:
            return {"title": key.title, "url": key.url, "copy": key.copy}, None
        row = TelegramButtonRow(
            id=secrets.token_urlsafe(16),
            telegram_id=self._kept.chat_id,
            encounter_id=encounter_id,
            step=self._plan.step,
            payload=key.payload,
            created_at=self._now,
        )
        return {"title": key.title, "data": row.id}, row


def _use_up(session: Session, telegram_id: int, card: str, now: datetime) -> None:
    session.execute(
        update(TelegramButtonRow)
        .where(
            TelegramButtonRow.telegram_id == telegram_id,
            TelegramButtonRow.card == card,
            TelegramButtonRow.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
