"""The table of deferred patients."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, rows_where


class DeferredRow(Base):
    """A patient who was deferred in an encounter. Holds codes and days; ``bed`` is a vault token.

    Who was deferred more than once has a row for each time, and ``first_id`` leads to the first:
    that one is counted, in the ward and on the day of its encounter, and its ``asked`` tells
    whether somebody asked in the end. The list may be another ward's: wards are moved.
    """

    __tablename__ = "deferred_patients"
    __table_args__ = (
        Index("ix_deferred_patients_ward", "ward_id", "leaves_on", **rows_where("ended IS NULL")),
        Index("ix_deferred_patients_leaves_on", "leaves_on", **rows_where("ended IS NULL")),
        Index("ix_deferred_patients_beds", "ended_at", **rows_where("bed IS NOT NULL")),
        Index("ix_deferred_patients_counted", "counted_ward", "counted_at", "asked"),
    )

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    ward_id: Mapped[str] = mapped_column(ForeignKey("wards.id"))
    reason: Mapped[str] = mapped_column(String(20))
    deferred_at: Mapped[datetime]
    leaves_on: Mapped[date]
    bed: Mapped[str | None] = mapped_column(String(40))
    taken_up_as: Mapped[str | None] = mapped_column(ForeignKey("encounters.id"), unique=True)
    ended: Mapped[str | None] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    counted_ward: Mapped[str | None] = mapped_column(String(40))
    counted_at: Mapped[datetime | None]
    asked: Mapped[bool] = mapped_column(default=False)
