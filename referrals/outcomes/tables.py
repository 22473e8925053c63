"""The tables of what comes after the first talk: outcomes, attendance, comments, notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.table_base import Base, BigKey


class OutcomeRow(Base):
    """A follow-up of a referral: at the end of the course, and six months later.

    ``state`` is ``due``, ``answered`` or ``lost``: who is lost is never silently a smoker. Shows
    the last of its answers. ``due_on`` is the day it is due, ``call_on`` the day of the next try.
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        UniqueConstraint("referral_id", "kind"),
        Index("ix_outcomes_worklist", "municipality_code", "state", "call_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    kind: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date]
    call_on: Mapped[date]
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    smoke_free: Mapped[bool | None]
    nicotine_free: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    method: Mapped[str | None] = mapped_column(String(12))
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None] = mapped_column(String(100))


class OutcomeAnswerRow(Base):
    """What came of one try to follow up. Appended, never changed: the last one counts.

    ``state`` is ``due`` for a call that nobody answered.
    """

    __tablename__ = "outcome_answers"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    smoke_free: Mapped[bool | None]
    nicotine_free: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    method: Mapped[str | None] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


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


class CommentRow(Base):
    """A word between colleagues of one municipality; its text lies in the vault."""

    __tablename__ = "referral_comments"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(String(4))
    note_token: Mapped[str] = mapped_column(String(40))
    author: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class NoticeChoiceRow(Base):
    """Whether a member of staff wants one kind of notice by one channel, if not as by default."""

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    wanted: Mapped[bool]


class InviteRow(Base):
    """An invitation to work with Henvis: role and scope, used once, only the hash of its secret."""

    __tablename__ = "invites"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("wards.id"))
    hospital_id: Mapped[str | None] = mapped_column(ForeignKey("hospitals.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class SettingRow(Base):
    """A setting that an administrator changes on a page."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]
