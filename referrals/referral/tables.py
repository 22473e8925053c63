"""The tables. Times are UTC; identity stands only in ``vault_values``, as ciphertext."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from referrals.table_base import Base, BigKey

_WAITING = "sent_at IS NULL AND dead_at IS NULL"
REACHED_A_COURSE = "to_state IN ('enrolled', 'started', 'completed')"
"""The events that the later half of the funnel is counted from."""


def _where(condition: str) -> dict[str, Any]:
    """Bound an index to the rows that it is for, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


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


class HospitalRow(Base):
    """A hospital."""

    __tablename__ = "hospitals"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]


class WardRow(Base):
    """A ward of a department; dated, because departments merge and move."""

    __tablename__ = "wards"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospitals.id"), index=True)
    department: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class MunicipalityRow(Base):
    """One of the nine municipalities that share courses and promise the call."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))


class UserRow(Base):
    """A member of staff. Belongs to a ward, a hospital or a municipality, according to the role."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("wards.id"))
    hospital_id: Mapped[str | None] = mapped_column(ForeignKey("hospitals.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(120))
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor_step: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(2), default="da")
    suspended_at: Mapped[datetime | None]


class SessionRow(Base):
    """A log-in or a bearer token: only the hash of its secret is kept, so it can be revoked."""

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    proved_twice_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(120), default="")
    user: Mapped[UserRow] = relationship(lazy="joined", innerjoin=True)


class EncounterRow(Base):
    """One patient encounter. ``answers`` holds codes and vault tokens, in the order given."""

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
    product: Mapped[str | None] = mapped_column(String(20))
    accepted: Mapped[bool] = mapped_column(default=False)
    consented: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None] = mapped_column(String(20))
    ended: Mapped[str | None] = mapped_column(String(20))
    course_question: Mapped[dict[str, Any] | None]
    partner_consent: Mapped[str | None] = mapped_column(String(4))
    consent_proof: Mapped[dict[str, Any]] = mapped_column(default=dict)
    filing: Mapped[int] = mapped_column(default=0)
    paused: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[str | None] = mapped_column(String(20))
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


class VaultValueRow(Base):
    """One personal value as AES-GCM ciphertext. ``kind`` and ``encounter_id`` are authenticated."""

    __tablename__ = "vault_values"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class ConsentRow(Base):
    """A consent as it was given: which texts, to whom, how, until when, and its withdrawal."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), unique=True)
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    contact: Mapped[bool]
    contact_text_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[bool | None]
    outcome_text_hash: Mapped[str | None] = mapped_column(String(64))
    shared: Mapped[list[Any]]
    home_municipality_code: Mapped[str | None] = mapped_column(String(4))
    partner_municipality_code: Mapped[str | None] = mapped_column(String(4))
    partner_text_hash: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(20))
    captured_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    captured_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(100))
    withdrawn_how: Mapped[str | None] = mapped_column(String(20))


class ReferralRow(Base):
    """A referral in a municipality's queue. Exactly one for each ``(encounter_id, filing)``.

    ``municipality_code`` is who works it. Where that is a partner, ``home_municipality_code`` is
    who owns it; else None. ``offered_to`` is the partner that was asked to take it. ``details``
    holds codes and vault tokens; assign it anew to change it.
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
            **_where("assigned_to IS NULL"),
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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("referrals.id"))
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
        self.spoken_language = details.get("spoken_language")
        self.best_time = details.get("best_time")
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
        Index("ix_referral_events_course", "referral_id", "to_state", **_where(REACHED_A_COURSE)),
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


class OutboxRow(Base):
    """Something that must leave by a channel, written with the change that caused it.

    ``due_at`` is when it is to be tried next; whoever tries it moves that on and leaves a mark in
    ``claimed_by``. Rows of one ``stream`` leave in order, one at a time.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "channel", "due_at", "id", **_where(_WAITING)),
        Index("ix_outbox_stream", "stream", "id", **_where(f"{_WAITING} AND stream IS NOT NULL")),
        Index("ix_outbox_dead", "dead_at", "id", **_where("dead_at IS NOT NULL")),
        Index("ix_outbox_sent", "sent_at", **_where("sent_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(64), default="")
    payload: Mapped[dict[str, Any]]
    stream: Mapped[str | None] = mapped_column(String(64))
    once_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    at_most_once: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    answer: Mapped[dict[str, Any] | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]


class AuditRow(Base):
    """One link of the audit chain: its hash covers the content and the hash before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_actor", "actor", "number"),
        Index("ix_audit_action", "action", "number"),
        Index("ix_audit_record", "record", "number"),
    )

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    record: Mapped[str] = mapped_column(String(80))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
