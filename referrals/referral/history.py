"""The history of a referral: appended, numbered, never anonymous. Also what ends its identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referrals.referral.changed_days import referral_changed
from referrals.referral.moves import IN_TOUCH, OPEN_STATES, UNREACHED_STATES, Move, Remark, State
from referrals.referral.tables import ReferralEventRow, ReferralRow

FILE = "file"
VERSIONS = frozenset({FILE, *Move, *Remark})
"""The rows that make a version: what people did, not what time did."""

LONGEST_ABOUT = 80
"""So many characters of a course's title are kept as what a row names."""

COUNTED_DETAILS = frozenset({"status", "product"})
"""What is told of a patient, and outlives who it was."""


@dataclass(frozen=True)
class Entry:
    """Who did something, when and why. ``actor`` reads ``role:name``."""

    actor: str
    at: datetime
    reason: str | None = None
    note_token: str | None = None
    about: str | None = None
    corrects: int | None = None


def begin(session: Session, referral: ReferralRow, entry: Entry) -> None:
    """Write the first row: the referral was filed.

    It is counted by today, and its encounter, which ends with it, by whoever stores that.
    """
    _add(session, referral, 1, FILE, None, State.FILED, entry)


def append(
    session: Session, referral: ReferralRow, move: Move | Remark, target: State, entry: Entry
) -> None:
    """Write one row and take the referral to ``target``. The caller checked that it is legal.

    Each such row makes a version, so the version is how many of ``VERSIONS`` there are. The days
    that count the referral are marked as changed: whatever else a move changes, it does in the same
    transaction.
    """
    number = _next_number(session, referral)
    _add(session, referral, number, move.value, referral.state, target, entry)
    referral_changed(session, referral, entry.at)
    if target != referral.state or move is Move.ATTEMPT:
        referral.state_since = entry.at
    referral.state = target.value
    referral.version += 1
    referral.open = target in OPEN_STATES
    referral.clock_stopped = target not in UNREACHED_STATES
    if move is Move.ATTEMPT and referral.first_attempt_at is None:
        referral.first_attempt_at = entry.at
    if move in IN_TOUCH:
        referral.first_attempt_at = referral.first_attempt_at or entry.at
        referral.first_reached_at = referral.first_reached_at or entry.at
    if target in (State.CLOSED, State.WITHDRAWN):
        referral.ended_at = entry.at


def mark(session: Session, referral: ReferralRow, what: str, entry: Entry) -> None:
    """Write a row for what time did: the state stays, and nobody's open page becomes old."""
    number = _next_number(session, referral)
    _add(session, referral, number, what, referral.state, State(referral.state), entry)


def strip_identity(referral: ReferralRow, now: datetime) -> None:
    """Take from the referral all that leads to a person. The counts and the history stay."""
    referral.details = {k: v for k, v in referral.details.items() if k in COUNTED_DETAILS}
    referral.quit_on = None
    referral.phone_index = referral.name_index = None
    referral.purged_at = now


def _next_number(session: Session, referral: ReferralRow) -> int:
    last = session.scalar(
        select(func.max(ReferralEventRow.number)).where(ReferralEventRow.referral_id == referral.id)
    )
    return (last or 0) + 1


def _add(
    session: Session,
    referral: ReferralRow,
    number: int,
    move: str,
    source: str | None,
    target: State,
    entry: Entry,
) -> None:
    session.add(
        ReferralEventRow(
            referral_id=referral.id,
            number=number,
            move=move,
            from_state=source,
            to_state=target.value,
            reason=entry.reason,
            about=entry.about,
            corrects=entry.corrects,
            note_token=entry.note_token,
            actor=entry.actor,
            at=entry.at,
        )
    )


def referral_of(session: Session, encounter_id: str) -> ReferralRow | None:
    """Give the referral that an encounter filed and that was not taken back, if any."""
    return session.scalars(
        select(ReferralRow)
        .where(ReferralRow.encounter_id == encounter_id)
        .where(ReferralRow.state != State.WITHDRAWN.value)
        .order_by(ReferralRow.filing.desc())
        .limit(1)
    ).one_or_none()
