"""Words between colleagues about a referral. Read by their own municipality; the text is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.denmark.identifiers import note_without_identifiers
from referrals.queue.tables import CommentRow
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.vault.vault import Vault, seal

A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Comment:
    """What a colleague wrote; ``text`` is None once the patient's identity is deleted."""

    text: str | None
    author: str
    at: datetime

    def __repr__(self) -> str:
        """Show no text: people write names."""
        return f"Comment({self.author}, {self.at})"


def add(
    session: Session, vault: Vault, row: ReferralRow, staff: Staff, text: str, now: datetime
) -> None:
    """Keep one comment, sealed, without CPR, e-mail and address; the same again is the same one.

    The caller checked that ``staff`` may read the referral.
    """
    kept = note_without_identifiers(text)
    if kept == _just_written(session, vault, row, staff, now):
        return
    note = seal("note", kept)
    token = vault.keep(session, row.encounter_id, note, now)
    session.add(
        CommentRow(
            referral_id=row.id,
            municipality_code=staff.municipality_code,
            note_token=token,
            author=staff.actor,
            at=now,
        )
    )
    session.flush()


def _just_written(
    session: Session, vault: Vault, row: ReferralRow, staff: Staff, now: datetime
) -> str | None:
    """Give what this colleague wrote here a moment ago: a second press writes it only once."""
    last = session.scalars(
        select(CommentRow)
        .where(CommentRow.referral_id == row.id, CommentRow.author == staff.actor)
        .where(CommentRow.at > now - A_MOMENT)
        .order_by(CommentRow.id.desc())
        .limit(1)
    ).first()
    return vault.unseal(session, row.encounter_id, last.note_token) if last else None


def of(session: Session, vault: Vault, row: ReferralRow, code: str) -> list[Comment]:
    """Give what the staff of one municipality wrote about a referral, oldest first."""
    rows = session.scalars(
        select(CommentRow)
        .where(CommentRow.referral_id == row.id, CommentRow.municipality_code == code)
        .order_by(CommentRow.id)
    )
    return [
        Comment(vault.unseal(session, row.encounter_id, each.note_token), each.author, each.at)
        for each in rows
    ]
