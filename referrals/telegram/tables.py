"""The tables of Telegram: who uses it, what came in, which buttons and links are out.

What came in is kept as ciphertext and only until it was handled; secrets are kept as hashes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class TelegramUserRow(Base):
    """One of our users as Telegram knows them, and how their chat stands.

    ``encounter_id`` is the conversation that goes on; ``card`` names the outbox row of the message
    that carries its buttons.
    """

    __tablename__ = "telegram_users"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    linked_at: Mapped[datetime]
    unlocked_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    encounter_id: Mapped[str | None] = mapped_column(ForeignKey("encounters.id"))
    card: Mapped[str | None] = mapped_column(String(80))


class TelegramInviteRow(Base):
    """An invitation to use Henvis through Telegram: role and ward, used once."""

    __tablename__ = "telegram_invites"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    ward_id: Mapped[str] = mapped_column(ForeignKey("wards.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class TelegramClaimRow(Base):
    """Somebody in Telegram who followed an invitation and must still say on our page who it is.

    ``account`` is how Telegram calls them; the code was said in their chat.
    """

    __tablename__ = "telegram_claims"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    invite_hash: Mapped[str] = mapped_column(ForeignKey("telegram_invites.secret_hash"))
    telegram_id: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[str] = mapped_column(String(120))
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TelegramUpdateRow(Base):
    """Something that a chat brought, or that our pages tell a chat; handled once, in order.

    ``update_id`` is Telegram's with the bot's before it, None for what our pages tell;
    ``position`` is the order within a chat. ``body`` is ciphertext, and gone once it was handled.
    """

    __tablename__ = "telegram_updates"
    __table_args__ = (
        Index(
            "ix_telegram_updates_waiting",
            "chat_id",
            "position",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
        Index("ix_telegram_updates_handled_at", "handled_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    update_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]


class TelegramButtonRow(Base):
    """A button in a chat. Its id means nothing outside; all buttons of a card are used together."""

    __tablename__ = "telegram_buttons"
    __table_args__ = (Index("ix_telegram_buttons_card", "telegram_id", "card"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    step: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(String(300))
    card: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
