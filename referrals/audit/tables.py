"""The table of what was done: appended, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class AuditRow(Base):
    """One link of the audit chain: its hash covers the content and the hash before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_actor", "actor", "number"),
        Index("ix_audit_action", "action", "number"),
        Index("ix_audit_record", "record", "number"),
    )

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    record: Mapped[str] = mapped_column(String(80))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str | None] = mapped_column(String(16))
    """The key of its hash; None before there were any."""
