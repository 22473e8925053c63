"""The tables of what was counted already: a day of a ward or of a municipality, and its changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class CountedDayRow(Base):
    """What one day's cohort of a place came to, as it was counted at ``counted_at``.

    Holds until somebody marks the day as changed, or until ``good_until``, when time itself changes
    what is due. Holds counts only.
    """

    __tablename__ = "counted_days"
    __table_args__ = (Index("ix_counted_days_good_until", "good_until"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]
    good_until: Mapped[datetime | None]
