"""What the queue shows: its lines, and one referral when it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from referrals.booking.reserved import Reserved
from referrals.next_action.rule import Task
from referrals.queue.comments import Comment
from referrals.queue.giving_up import Tries
from referrals.referral.clock import Urgency
from referrals.referral.duplicates import Parted
from referrals.referral.moves import Move, Side, State


@dataclass(frozen=True)
class NextStep:
    """What comes next with a referral, by when, whose it is, and on which municipality's list.

    ``whose`` is a user's name, None where it is everybody's there.
    """

    what: Task
    by: datetime
    whose: str | None
    municipality: str


@dataclass(frozen=True)
class ReferralLine:
    """A referral without identity.

    ``municipality`` is the code of who works it, ``home_municipality`` of who owns it where that is
    another, ``offered_to`` of the partner that was asked. ``assigned_to`` is a user's name,
    ``next_action`` None only once it is over.
    """

    reference: str
    state: State
    filed_at: datetime
    due_at: datetime
    urgency: Urgency
    first_attempt_at: datetime | None
    first_reached_at: datetime | None
    next_attempt_at: datetime | None
    next_action: NextStep | None
    ward: str
    version: int
    spoken_language: str | None
    best_time: str | None
    needs_interpreter: bool
    municipality: str
    home_municipality: str | None
    offered_to: str | None
    assigned_to: str | None


@dataclass(frozen=True)
class QueueEntry(ReferralLine):
    """One line of the queue as pages show it: ``adviser`` is how whoever has it is called."""

    adviser: str | None


@dataclass(frozen=True)
class QueuePage:
    """Entries, due first. ``next_after`` is the cursor of the next page, or None."""

    entries: list[QueueEntry]
    next_after: str | None

    @property
    def more(self) -> bool:
        """Tell whether there is a next page."""
        return self.next_after is not None


@dataclass(frozen=True)
class HistoryEntry:
    """One row of a referral's history, with its note unsealed.

    ``event`` is a move, a remark or what time did. ``corrected`` tells that a later row put it
    right, ``corrects`` names the row that it puts right itself, ``about`` what it names besides.
    """

    number: int
    event: str
    from_state: State | None
    to_state: State
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
    ``also_open_with`` names the colleagues who opened it a moment ago, ``tries`` tells how often it
    was tried, where that decides whether somebody may be given up. ``names`` tells how whoever
    stands in the history is called, by log-in name; ``parted`` lists those that are not the same
    person's, as somebody said.
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
    tries: Tries | None = None
    names: dict[str, str] = field(default_factory=dict)
    parted: list[Parted] = field(default_factory=list)

    def __repr__(self) -> str:
        """Show no identity."""
        return f"OpenedReferral({self.entry.reference})"
