"""The tables of seats and of clarifying calls."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class SeatRow(Base):
    """A seat that somebody holds, has or waits for. ``expires_at`` is set while it is held."""

    __tablename__ = "seats"
    __table_args__ = (
        Index(
            "uq_seats_standing",
            "course_id",
            "encounter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_seats_queue", "course_id", "state", "asked_at", "id"),
        Index(
            "ix_seats_running_out",
            "expires_at",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(20))


class CallHoursRow(Base):
    """An adviser's weekly call hours: weekday 0 is Monday, minutes of the Danish day."""

    __tablename__ = "call_hours"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    from_minute: Mapped[int] = mapped_column(primary_key=True)
    to_minute: Mapped[int]


class CallHolidayRow(Base):
    """A day on which an adviser takes no calls."""

    __tablename__ = "call_holidays"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class CallRow(Base):
    """A clarifying call that is booked with an adviser. One standing call for each slot."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(
            "uq_calls_slot",
            "user_id",
            "starts_at",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_calls_encounter",
            "encounter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    starts_at: Mapped[datetime]
    booked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(20))
