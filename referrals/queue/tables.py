"""The table of comments on a referral."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class CommentRow(Base):
    """A word between colleagues of one municipality; its text lies in the vault."""

    __tablename__ = "referral_comments"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(String(4))
    note_token: Mapped[str] = mapped_column(String(40))
    author: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
