"""The tables of courses, their sessions and the openings that questions search."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referrals.storage.table_base import Base, BigKey


class CourseRow(Base):
    """A course, owned by a municipality. The database itself refuses more seats than there are.

    ``starts_at`` is the first session's of a fixed course, ``ends_at`` the last session's of any.
    """

    __tablename__ = "courses"
    __table_args__ = (
        UniqueConstraint("municipality_code", "key"),
        CheckConstraint("taken >= 0 AND held >= 0 AND waiting >= 0", name="counts"),
        CheckConstraint("capacity IS NULL OR taken + held <= capacity", name="not_overbooked"),
        Index("ix_courses_owner", "municipality_code", "status", "starts_at", "id"),
        Index(
            "ix_courses_ending",
            "ends_at",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_courses_waited_for",
            "starts_at",
            sqlite_where=text("waiting > 0"),
            postgresql_where=text("waiting > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    open_to: Mapped[list[Any]]
    title: Mapped[str] = mapped_column(String(160))
    concept: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(12))
    goal: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(5))
    interpreter: Mapped[bool]
    products: Mapped[list[Any]]
    intake: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    deadline_on: Mapped[date | None]
    weekday: Mapped[int | None]
    time_of_day: Mapped[str | None] = mapped_column(String(10))
    place: Mapped[str] = mapped_column(String(160))
    postcode: Mapped[str] = mapped_column(String(4))
    access: Mapped[str] = mapped_column(String(300))
    online_link: Mapped[str] = mapped_column(String(300))
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    price_dkk: Mapped[int] = mapped_column(default=0)
    medicine_subsidy: Mapped[str] = mapped_column(String(300))
    contact_phone: Mapped[str] = mapped_column(String(20))
    contact_email: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(10))
    verified_on: Mapped[date]
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    sessions: Mapped[list[CourseSessionRow]] = relationship(
        order_by="CourseSessionRow.starts_at", cascade="all, delete-orphan"
    )
    openings: Mapped[list[CourseOpeningRow]] = relationship(cascade="all, delete-orphan")


class CourseSessionRow(Base):
    """One meeting of a course."""

    __tablename__ = "course_sessions"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]


ANYWHERE = "*"
"""Stands for "wherever the patient lives" in an opening; every open course has one such row."""


_ASKED_FOR = ("owner", "language", "format", "audience", "weekday", "time_of_day", "postcode")


def _openings_index(by: str) -> Index:
    """Index openings by one thing asked for and the start; the rest is answered from the index."""
    first = () if by == "start" else (by,)
    rest = (name for name in _ASKED_FOR if name != by)
    columns = ("open_to", *first, "intake", "starts_at", "course_id", *rest)
    return Index(f"ix_course_openings_{by}", *columns)


class CourseOpeningRow(Base):
    """Whose citizens may come to a course, with what questions filter by, so that one index serves.

    Written with the course; only for courses that are open. ``starts_at`` is None for rolling ones.
    """

    __tablename__ = "course_openings"
    __table_args__ = tuple(_openings_index(by) for by in ("start", "owner", "language", "audience"))

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    open_to: Mapped[str] = mapped_column(String(4), primary_key=True)
    owner: Mapped[str] = mapped_column(String(4))
    intake: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(5))
    format: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str] = mapped_column(String(20))
    weekday: Mapped[int | None]
    time_of_day: Mapped[str | None] = mapped_column(String(10))
    postcode: Mapped[str] = mapped_column(String(4))
