"""What the queue shows: its lines, and one referral when it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from referrals.clock import Urgency
from referrals.comments import Comment
from referrals.referral import Move, Side, State
from referrals.reserved import Reserved


@dataclass(frozen=True)
class QueueEntry:
    """One line of the queue, without identity.

    ``municipality`` is the code of who works it, ``home_municipality`` of who owns it where that is
    another, ``offered_to`` of the partner that was asked. ``assigned_to`` is a user's name and
    ``adviser`` how that user is shown.
    """

    reference: str
    state: State
    filed_at: datetime
    due_at: datetime
    urgency: Urgency
    first_attempt_at: datetime | None
    first_reached_at: datetime | None
    next_attempt_at: datetime | None
    ward: str
    version: int
    spoken_language: str | None
    best_time: str | None
    needs_interpreter: bool
    municipality: str
    home_municipality: str | None
    offered_to: str | None
    assigned_to: str | None
    adviser: str | None


@dataclass(frozen=True)
class QueuePage:
    """Up to fifty entries, due first. ``next_after`` is the cursor of the next page, or None."""

    entries: list[QueueEntry]
    next_after: str | None


@dataclass(frozen=True)
class HistoryEntry:
    """One row of a referral's history, with its note unsealed.

    ``corrected`` tells that a later row put it right, ``corrects`` names the row that it puts right
    itself, ``about`` what it names besides.
    """

    number: int
    move: str
    from_state: str | None
    to_state: str
    reason: str | None
    about: str | None
    note: str | None
    corrects: int | None
    corrected: bool
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
    """A referral with identity, for a municipality that has a part in it.

    ``details`` maps a step to its plain value; empty after a purge, and for whoever is only offered
    it or has just given it away. ``legal`` lists the moves that the reader may make now,
    ``reserved`` the seat and the call, ``merged_into`` and ``duplicates`` the same person's others.
    ``also_open_with`` names the colleagues who opened it a moment ago.
    """

    entry: QueueEntry
    details: dict[str, str]
    history: list[HistoryEntry]
    legal: list[Move]
    reserved: Reserved
    consent: ConsentFacts
    purged: bool
    side: Side | None = Side.WORKING
    comments: list[Comment] = field(default_factory=list)
    merged_into: str | None = None
    duplicates: list[QueueEntry] = field(default_factory=list)
    also_open_with: list[str] = field(default_factory=list)
    can_put_right: HistoryEntry | None = None

    def __repr__(self) -> str:
        """Show no identity."""
        return f"OpenedReferral({self.entry.reference})"
