"""The tables of what came of a referral: follow-ups and their answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


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
