"""One-time links to the page where contact details are written, outside any chat.

A link belongs to one encounter and one nurse, works for ten minutes, is looked at as often as one
likes and used once. Only the hash of its secret is kept. A new link ends the one before.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.contact.tables import ContactLinkRow
from referrals.staff.sessions import digest
from referrals.staff.tables import UserRow

LIFETIME = timedelta(minutes=10)
_SECRET_BYTES = 24


class NoContactLink(Exception):
    """The link leads nowhere: unknown, used, replaced, too old, or its nurse or encounter ended."""


@dataclass(frozen=True)
class ContactLink:
    """A link that works: whose it is, and until when."""

    secret_hash: str
    encounter_id: str
    user_id: int
    expires_at: datetime


def make(session: Session, encounter_id: str, user_id: int, actor: str, now: datetime) -> str:
    """Give the secret of a new link, this once."""
    _end(session, now, ContactLinkRow.encounter_id == encounter_id)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        ContactLinkRow(
            secret_hash=digest(secret),
            encounter_id=encounter_id,
            user_id=user_id,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    chain.append(session, now, actor, "contact_link", f"encounter:{encounter_id}")
    return secret


def look(session: Session, secret: str, now: datetime) -> ContactLink:
    """Give the link without using it up. Raises NoContactLink."""
    row = session.get(ContactLinkRow, digest(secret))
    if row is None or row.used_at is not None or now >= row.expires_at:
        raise NoContactLink
    user = session.get_one(UserRow, row.user_id)
    encounter = session.get_one(EncounterRow, row.encounter_id)
    ended = encounter.closed_at is not None or now >= encounter.expires_at
    if user.suspended_at or ended or encounter.nurse_id != row.user_id:
        raise NoContactLink
    return ContactLink(row.secret_hash, row.encounter_id, row.user_id, row.expires_at)


def use(session: Session, secret: str, now: datetime) -> ContactLink:
    """Use a link up, once only even if two come at the same time. Raises NoContactLink."""
    used = session.execute(
        update(ContactLinkRow)
        .where(
            ContactLinkRow.secret_hash == digest(secret),
            ContactLinkRow.used_at.is_(None),
            ContactLinkRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(ContactLinkRow.secret_hash)
        .execution_options(synchronize_session=False)
    ).all()
    if not used:
        raise NoContactLink
    row = session.get_one(ContactLinkRow, digest(secret))
    session.refresh(row)
    return ContactLink(row.secret_hash, row.encounter_id, row.user_id, row.expires_at)


def end_all(session: Session, user_id: int, now: datetime) -> None:
    """End all links of a nurse at once."""
    _end(session, now, ContactLinkRow.user_id == user_id)


def _end(session: Session, now: datetime, whose: object) -> None:
    session.execute(
        update(ContactLinkRow)
        .where(whose, ContactLinkRow.used_at.is_(None), ContactLinkRow.expires_at > now)  # type: ignore[arg-type]
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
