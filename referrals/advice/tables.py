"""The tables of encounters and of the turns that each has had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class EncounterRow(Base):
    """One patient encounter. ``answers`` holds codes and vault tokens, in the order given.

    ``opens`` tells from when on what is on the screen takes a tap.
    """

    __tablename__ = "encounters"
    __table_args__ = (
        Index("ix_encounters_nurse_open", "nurse_id", "updated_at"),
        # Holds what the funnel counts, so that a year of a hospital is counted from it alone.
        Index(
            "ix_encounters_ward",
            "ward_id",
            "started_at",
            "status",
            "accepted",
            "consented",
            "offer_answered_at",
        ),
        Index(
            "ix_encounters_idle",
            "expires_at",
            sqlite_where=text("settled = 0"),
            postgresql_where=text("NOT settled"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    nurse_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ward_id: Mapped[str] = mapped_column(ForeignKey("wards.id"))
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[list[Any]]
    revisiting: Mapped[str | None] = mapped_column(String(20))
    tried_before: Mapped[bool] = mapped_column(default=False)
    duplicate_open: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str] = mapped_column(String(20))
    misses: Mapped[int] = mapped_column(default=0)
    status: Mapped[str | None] = mapped_column(String(20))
    # SQLite keeps any length, and cannot widen a column of a table that others point to.
    product: Mapped[str | None] = mapped_column(String(60).with_variant(String(20), "sqlite"))
    accepted: Mapped[bool] = mapped_column(default=False)
    consented: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None] = mapped_column(String(20))
    ended: Mapped[str | None] = mapped_column(String(20))
    course_question: Mapped[dict[str, Any] | None]
    aside: Mapped[dict[str, Any] | None]
    opens: Mapped[dict[str, Any] | None]
    partner_consent: Mapped[str | None] = mapped_column(String(4))
    consent_proof: Mapped[dict[str, Any]] = mapped_column(default=dict)
    filing: Mapped[int] = mapped_column(default=0)
    paused: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[str | None] = mapped_column(String(20))
    # The deferred encounter whose patient this one took up from the ward's list.
    takes_up: Mapped[str | None] = mapped_column(String(36))
    settled: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    offer_answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class TurnRow(Base):
    """One inbound message, handled once. Holds sealed text only.

    ``said`` is what the script decided to say, written in the transaction that changed the
    encounter; ``replies`` is what the engine rendered of it.
    """

    __tablename__ = "turns"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed_text: Mapped[str] = mapped_column(Text)
    said: Mapped[list[Any] | None]
    replies: Mapped[list[Any] | None]
    next_encounter_id: Mapped[str | None] = mapped_column(String(36))
    number: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(index=True)
