"""The table of what was typed and not understood, without who typed it or about whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class NotUnderstoodRow(Base):
    """One sealed and blurred text, how often it came, and the intent an administrator gave it.

    There is no link to an encounter, a nurse or a ward, and there is to be none.
    """

    __tablename__ = "not_understood"
    __table_args__ = (UniqueConstraint("text", "language"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    text: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(2))
    times: Mapped[int]
    last_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    intent: Mapped[str | None] = mapped_column(String(60))
