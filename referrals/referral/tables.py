"""The tables. Times are UTC; identity stands only in ``vault_values``, as ciphertext."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from referrals.advice.encounter import SKIPPED
from referrals.storage.table_base import Base, BigKey, rows_where

REACHED_A_COURSE = "to_state IN ('enrolled', 'started', 'completed')"
"""The events that the later half of the funnel is counted from."""
CHANGED_OUTSIDE = "move IN ('withdraw', 'change_best_time', 'change_detail', 'name_other_home')"
"""The events that the patient or the ward may have made after the referral was sent."""
ONLY_TO_CLOSE = "next_action IN ('redirect', 'write', 'close')"
"""The referrals whose outcome stands, so that nothing is left but to close them."""
UNSETTLED = "next_action IS NULL AND state NOT IN ('closed', 'withdrawn')"
"""The referrals that are not over and of which it was never reckoned what comes next."""


def _still_waiting(mark: str) -> dict[str, Any]:
    """Bound an index to referrals whose clock runs and that lack ``mark``."""
    return {
        "sqlite_where": text(f"clock_stopped = 0 AND {mark} IS NULL"),
        "postgresql_where": text(f"NOT clock_stopped AND {mark} IS NULL"),
    }


def _open_with(name: str, column: str) -> Index:
    """Give an index along which the queue of those that share a value is read."""
    order = ("clock_stopped", "due_at", "id")
    return Index(f"ix_referrals_{name}", "municipality_code", "open", column, *order)


class ReferralRow(Base):
    """A referral in a municipality's queue. Exactly one for each ``(encounter_id, filing)``.

    ``municipality_code`` is who works it. Where that is a partner, ``home_municipality_code`` is
    who owns it; else None. ``offered_to`` is the partner that was asked to take it. ``state_since``
    is when it came to stand so, for attempts the last one. ``next_action`` and ``next_action_at``
    are reckoned by ``referrals/next_action`` whenever something changes; nobody else writes them.
    ``details`` holds codes and vault tokens; assign it anew to change it.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        UniqueConstraint("encounter_id", "filing"),
        Index("ix_referrals_queue", "municipality_code", "open", "clock_stopped", "due_at", "id"),
        Index("ix_referrals_state", "municipality_code", "state", "due_at", "id"),
        Index(
            "ix_referrals_mine",
            "municipality_code",
            "open",
            "assigned_to",
            "clock_stopped",
            "due_at",
            "id",
        ),
        Index("ix_referrals_planned", "municipality_code", "open", "next_attempt_at", "id"),
        Index(
            "ix_referrals_my_planned",
            "municipality_code",
            "open",
            "assigned_to",
            "next_attempt_at",
            "id",
        ),
        Index(
            "ix_referrals_untaken",
            "municipality_code",
            "state",
            "due_at",
            "id",
            **rows_where("assigned_to IS NULL"),
        ),
        _open_with("language", "spoken_language"),
        _open_with("interpreter", "needs_interpreter"),
        _open_with("best_time", "best_time"),
        Index(
            "ix_referrals_of_ward",
            "municipality_code",
            "open",
            "ward_id",
            "clock_stopped",
            "due_at",
            "id",
        ),
        Index(
            "ix_referrals_lent",
            "home_municipality_code",
            "open",
            "clock_stopped",
            "due_at",
            "id",
            sqlite_where=text("home_municipality_code IS NOT NULL"),
            postgresql_where=text("home_municipality_code IS NOT NULL"),
        ),
        Index(
            "ix_referrals_offered",
            "offered_to",
            "due_at",
            "id",
            sqlite_where=text("offered_to IS NOT NULL"),
            postgresql_where=text("offered_to IS NOT NULL"),
        ),
        Index(
            "ix_referrals_merged",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index("ix_referrals_all", "municipality_code", "due_at", "id"),
        Index("ix_referrals_ward", "ward_id", "filed_at"),
        Index("ix_referrals_filed", "municipality_code", "filed_at"),
        Index("ix_referrals_nurse", "nurse_id", "filed_at"),
        Index(
            "ix_referrals_next",
            "municipality_code",
            "next_action",
            "next_action_at",
            "id",
            **rows_where("next_action IS NOT NULL"),
        ),
        Index(
            "ix_referrals_my_next",
            "municipality_code",
            "assigned_to",
            "next_action",
            "next_action_at",
            "id",
            **rows_where("next_action IS NOT NULL"),
        ),
        Index(
            "ix_referrals_ended",
            "next_action_at",
            "id",
            **rows_where(f"{ONLY_TO_CLOSE} AND purged_at IS NULL"),
        ),
        Index("ix_referrals_unsettled", "id", **rows_where(UNSETTLED)),
        Index("ix_referrals_unwarned", "due_at", **_still_waiting("warned_at")),
        Index("ix_referrals_unbreached", "due_at", **_still_waiting("breached_at")),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"))
    filing: Mapped[int]
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    home_municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    offered_to: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    ward_id: Mapped[str] = mapped_column(ForeignKey("wards.id"))
    nurse_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    open: Mapped[bool]
    clock_stopped: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_attempt_at: Mapped[datetime | None]
    first_reached_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    next_attempt_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    state_since: Mapped[datetime | None]
    next_action: Mapped[str | None] = mapped_column(String(20))
    next_action_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
    not_real: Mapped[bool] = mapped_column(default=False, server_default=false())
    course_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    quit_on: Mapped[date | None]
    details: Mapped[dict[str, Any]]
    spoken_language: Mapped[str | None] = mapped_column(String(10))
    best_time: Mapped[str | None] = mapped_column(String(20))
    needs_interpreter: Mapped[bool] = mapped_column(default=False)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    name_index: Mapped[str | None] = mapped_column(String(64), index=True)
    purged_at: Mapped[datetime | None]

    @validates("details")
    def _copy_what_is_filtered_by(self, _name: str, details: dict[str, Any]) -> dict[str, Any]:
        """Keep the coded details that the queue is filtered by in columns of their own."""
        told = {code: value for code, value in details.items() if value != SKIPPED}
        self.spoken_language = told.get("spoken_language")
        self.best_time = told.get("best_time")
        self.needs_interpreter = details.get("interpreter") == "yes"
        return details


class ReferralEventRow(Base):
    """One thing that happened to a referral. Appended, never changed, never anonymous.

    ``about`` is what the move named (a municipality's code, a reference, a colleague's name or a
    time); ``corrects`` is the number of the row that this one puts right.
    """

    __tablename__ = "referral_events"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        Index(
            "ix_referral_events_course", "referral_id", "to_state", **rows_where(REACHED_A_COURSE)
        ),
        Index("ix_referral_events_news", "at", "id", **rows_where(CHANGED_OUTSIDE)),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    number: Mapped[int]
    move: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    about: Mapped[str | None] = mapped_column(String(80))
    corrects: Mapped[int | None]
    note_token: Mapped[str | None] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)


class DifferentPersonRow(Base):
    """Two referrals that look like one person's and are not, as somebody of the municipality said.

    ``one_id`` is the smaller id of the two.
    """

    __tablename__ = "different_people"

    one_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), primary_key=True, index=True)
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class ChangedDayRow(Base):
    """A mark, written with the change itself: what was counted of that day no longer holds."""

    __tablename__ = "changed_days"
    __table_args__ = (Index("ix_changed_days_day", "kind", "place", "day"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
