"""The table of consents: what was read, what was answered, until when, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class ConsentRow(Base):
    """A consent as it was given: which texts, to whom, how, until when, and its withdrawal."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), unique=True)
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    contact: Mapped[bool]
    contact_text_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[bool | None]
    outcome_text_hash: Mapped[str | None] = mapped_column(String(64))
    sharing: Mapped[bool | None]
    sharing_text_hash: Mapped[str | None] = mapped_column(String(64))
    shared: Mapped[list[Any]]
    home_municipality_code: Mapped[str | None] = mapped_column(String(4))
    partner_municipality_code: Mapped[str | None] = mapped_column(String(4))
    partner_text_hash: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(20))
    captured_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    captured_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(100))
    withdrawn_how: Mapped[str | None] = mapped_column(String(20))


class PurgeMarkRow(Base):
    """Identity that is due to go: seen so at ``marked_at``, when ``watched_s`` had really passed.

    It goes after a real day, if it is still due then.
    """

    __tablename__ = "purge_marks"

    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    marked_at: Mapped[datetime]
    watched_s: Mapped[int] = mapped_column(BigInteger)
