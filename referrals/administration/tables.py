"""The table of what one administrator asked for and another one decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class DecisionRow(Base):
    """An access, or a looser rule of access, asked for by one administrator, decided by another.

    ``subject`` is whom an invitation is for, or a system's name; who the ``user`` is, else.
    ``value`` is what a ``rule`` is to become, as ``settings`` keep it. ``code_hash`` is of the code
    that whoever asked passes on. ``settled_by`` None is the command line.
    Nothing of what was asked for changes under its number: asking anew is another row.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[str | None] = mapped_column(String(20))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("wards.id"))
    hospital_id: Mapped[str | None] = mapped_column(ForeignKey("hospitals.id"))
    rule: Mapped[str | None] = mapped_column(String(60))
    value: Mapped[dict[str, Any] | None]
    code_hash: Mapped[str | None] = mapped_column(String(64))
    scopes: Mapped[str | None] = mapped_column(String(20))
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
