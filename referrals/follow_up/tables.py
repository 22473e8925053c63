"""The table of who came to which session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class AttendanceRow(Base):
    """Whether a referred person came to one session. Appended, never changed: the last counts."""

    __tablename__ = "attendance"
    __table_args__ = (Index("ix_attendance_session", "referral_id", "session_starts_at", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    session_starts_at: Mapped[datetime]
    present: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]
