"""What the queue shows: its lines, and one referral when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.clock import Urgency
from referrals.referral import Move, State
from referrals.reserved import Reserved


@dataclass(frozen=True)
class QueueEntry:
    """One line of the queue, without identity."""

    reference: str
    state: State
    filed_at: datetime
    due_at: datetime
    urgency: Urgency
    first_attempt_at: datetime | None
    first_reached_at: datetime | None
    ward: str
    version: int
    spoken_language: str | None
    best_time: str | None


@dataclass(frozen=True)
class QueuePage:
    """Up to fifty entries, due first. ``next_after`` is the cursor of the next page, or None."""

    entries: list[QueueEntry]
    next_after: str | None


@dataclass(frozen=True)
class HistoryEntry:
    """One row of a referral's history, with its note unsealed."""

    move: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None
    actor: str
    at: datetime


@dataclass(frozen=True)
class ConsentFacts:
    """What the patient agreed to: contact and feedback, how and when, until when."""

    outcome: bool
    method: str
    language: str
    captured_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class OpenedReferral:
    """A referral with identity, for the municipality that works it.

    ``details`` maps a step to its plain value; empty after a purge. ``legal`` lists the moves that
    the reader may make now, ``reserved`` the seat and the call.
    """

    entry: QueueEntry
    details: dict[str, str]
    history: list[HistoryEntry]
    legal: list[Move]
    reserved: Reserved
    consent: ConsentFacts
    purged: bool

    def __repr__(self) -> str:
        """Show no identity."""
        return f"OpenedReferral({self.entry.reference})"
