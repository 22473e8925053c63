"""Whom notices reach by Telegram: everybody whose chat stands, locked or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.staff.tables import UserRow
from referrals.telegram.chats import row_of
from referrals.telegram.replies import CHANNEL
from referrals.telegram.tables import TelegramUserRow


@dataclass(frozen=True)
class Reader:
    """Where a notice goes, and in which language it is written."""

    telegram_id: int
    language: str


class TelegramAddresses:
    """Telegram reaches whoever was bound to it; a phone makes a sound. Letters name the user."""

    channel = CHANNEL
    rings = True

    def recipients(self, session: Session, users: Sequence[UserRow]) -> Mapping[int, str]:
        """Give those who have a chat."""
        bound = session.scalars(
            select(TelegramUserRow.user_id).where(
                TelegramUserRow.user_id.in_([row.id for row in users]),
                TelegramUserRow.suspended_at.is_(None),
            )
        )
        return {user_id: str(user_id) for user_id in bound}


def reader(session: Session, user_id: int) -> Reader | None:
    """Give where a user's notices go now; None if they have no chat any more."""
    row, user = row_of(session, user_id), session.get(UserRow, user_id)
    if row is None or user is None or user.suspended_at is not None:
        return None
    return Reader(row.telegram_id, user.language)
