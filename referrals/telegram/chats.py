"""The chats of staff in Telegram: whose each is, whether it is locked, what goes on in it.

A chat locks itself after ten idle minutes and after ten hours; it is unlocked on our own page only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.contact import links
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow
from referrals.telegram.tables import TelegramUserRow
from referrals.turns.drafts import end_drafts

LOCKS_WHEN_IDLE = timedelta(minutes=10)
LOCKS_ANYWAY = timedelta(hours=10)


@dataclass(frozen=True)
class Chat:
    """A chat with one of ours. ``card`` names the message that carries the present buttons."""

    staff: Staff
    telegram_id: int
    locked: bool
    encounter_id: str | None
    card: str | None


def chat_of(session: Session, telegram_id: int, now: datetime) -> Chat | None:
    """Give the chat of a Telegram user; None for a stranger and for whoever is suspended."""
    row = session.scalars(
        select(TelegramUserRow).where(TelegramUserRow.telegram_id == telegram_id)
    ).one_or_none()
    if row is None or row.suspended_at is not None:
        return None
    user = session.get_one(UserRow, row.user_id)
    if user.suspended_at is not None:
        return None
    return Chat(staff_of(user), telegram_id, _locked(row, now), row.encounter_id, row.card)


def row_of(session: Session, user_id: int) -> TelegramUserRow | None:
    """Give a user's chat, unless it is suspended."""
    row = session.get(TelegramUserRow, user_id)
    return row if row is not None and row.suspended_at is None else None


def is_locked(session: Session, user_id: int, now: datetime) -> bool | None:
    """Tell whether a user's chat is locked; None if there is none."""
    row = row_of(session, user_id)
    return None if row is None else _locked(row, now)


def unlock(session: Session, staff: Staff, now: datetime) -> int | None:
    """Unlock a person's own chat and give its Telegram id; None if there is no chat."""
    row = row_of(session, staff.id)
    if row is None:
        return None
    row.unlocked_at = row.active_at = now
    chain.append(session, now, staff.name, "telegram_unlock", f"user:{staff.id}")
    return row.telegram_id


def lock(session: Session, staff: Staff, now: datetime, actor: str = "") -> None:
    """Lock a chat at once, and end its open links; its owner did so unless ``actor`` did."""
    row = row_of(session, staff.id)
    if row is not None:
        row.unlocked_at = row.active_at = None
        links.end_all(session, staff.id, now)
        chain.append(session, now, actor or staff.name, "telegram_lock", f"user:{staff.id}")


def touch(
    session: Session, user_id: int, now: datetime, encounter_id: str | None, card: str | None
) -> bool:
    """Note that somebody said something, and what goes on since; False if the chat has ended."""
    row = row_of(session, user_id)
    if row is None:
        return False
    if not _locked(row, now):
        row.active_at = now
    row.encounter_id, row.card = encounter_id, card
    return True


def suspend(session: Session, user_id: int, now: datetime, actor: str) -> None:
    """End a chat at once, with its links and what was under way. Only a new invitation helps."""
    row = row_of(session, user_id)
    links.end_all(session, user_id, now)
    if row is None:
        return
    end_drafts(session, user_id, now, actor)
    row.suspended_at = now
    row.unlocked_at = row.active_at = row.encounter_id = row.card = None
    chain.append(session, now, actor, "telegram_suspend", f"user:{user_id}")


def suspend_by_telegram_id(session: Session, telegram_id: int, now: datetime) -> None:
    """Suspend the chat of somebody who blocked the bot."""
    row = session.scalars(
        select(TelegramUserRow).where(TelegramUserRow.telegram_id == telegram_id)
    ).one_or_none()
    if row is not None:
        suspend(session, row.user_id, now, Machine.TELEGRAM)


def _locked(row: TelegramUserRow, now: datetime) -> bool:
    if row.unlocked_at is None or row.active_at is None:
        return True
    idle = now - row.active_at >= LOCKS_WHEN_IDLE
    return idle or now - row.unlocked_at >= LOCKS_ANYWAY
