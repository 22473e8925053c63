"""The tables of what each wants to be told, how, and at which address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class NoticeChoiceRow(Base):
    """Whether a member of staff wants one kind of notice by one channel, if not as by default."""

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    wanted: Mapped[bool]


class EmailClaimRow(Base):
    """An address that somebody wants notices at, until our mail's code shows that it is theirs."""

    __tablename__ = "email_claims"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(6))
    expires_at: Mapped[datetime]
