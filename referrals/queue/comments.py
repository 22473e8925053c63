"""Words between colleagues about a referral. Read by their own municipality; the text is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.denmark.identifiers import note_without_identifiers
from referrals.queue.tables import CommentRow
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.vault.vault import Vault, seal


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
    """Keep one comment, sealed, without CPR, e-mail and address.

    The caller checked that ``staff`` may read the referral.
    """
    note = seal("note", note_without_identifiers(text))
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
