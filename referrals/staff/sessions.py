"""Rows of sessions: opened, renewed, ended, in the caller's transaction. Proves nobody."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referrals.staff.tables import SessionRow

MAX_DEVICE = 120


def digest(secret: str) -> str:
    """Give what is stored in place of a drawn secret: SHA-256, for its 256 bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def public_id(secret_hash: str) -> str:
    """Name a session or an invitation on a page, without what it is looked up by."""
    return digest(secret_hash)[:16]


def is_proved_twice(session: Session, secret: str, *, by_passkey: bool = False) -> bool:
    """Tell whether a second factor was given for a session, or a passkey."""
    row = session.get(SessionRow, digest(secret))
    if row is None or row.revoked_at is not None:
        return False
    return (row.passkey_at if by_passkey else row.proved_twice_at) is not None


def end_all(session: Session, user_id: int, now: datetime, *, but: str = "") -> int:
    """Revoke a user's sessions and tokens, except the one whose hash is ``but``; tell how many."""
    ended = session.execute(
        update(SessionRow)
        .where(
            SessionRow.user_id == user_id,
            SessionRow.revoked_at.is_(None),
            SessionRow.secret_hash != but,
        )
        .values(revoked_at=now)
        .returning(SessionRow.secret_hash)
    )
    return len(ended.all())


def renew(
    session: Session,
    secret: str,
    user_id: int,
    now: datetime,
    *,
    twice: bool = False,
    passkey: bool = False,
) -> str:
    """Give a log-in another secret, for its owner has proved who they are; the old one is void.

    ``twice`` tells that it was the second factor, ``passkey`` that it was one. Its end does not
    move. A token stays as it is.
    """
    proved = {"proved_at": now}
    proved |= {"proved_twice_at": now} if twice else {}
    proved |= {"passkey_at": now} if passkey else {}
    return exchange(session, secret, user_id, **proved)


def exchange(session: Session, secret: str, user_id: int, **proved: datetime) -> str:
    """Give a log-in another secret, for something changed; what was proved and its end stay.

    ``proved`` are columns to set besides. A token stays as it is.
    """
    drawn = secrets.token_urlsafe(32)
    renewed = session.execute(
        update(SessionRow)
        .where(
            SessionRow.secret_hash == digest(secret),
            SessionRow.user_id == user_id,
            SessionRow.kind == "cookie",
            SessionRow.revoked_at.is_(None),
        )
        .values(secret_hash=digest(drawn), **proved)
        .returning(SessionRow.secret_hash)
        .execution_options(synchronize_session=False)
    )
    return drawn if renewed.first() is not None else secret


def live_ones(session: Session, user_id: int, now: datetime) -> Sequence[SessionRow]:
    """Give a user's live sessions and tokens, the one last seen first."""
    return session.scalars(
        select(SessionRow)
        .where(
            SessionRow.user_id == user_id,
            SessionRow.revoked_at.is_(None),
            SessionRow.expires_at > now,
        )
        .order_by(SessionRow.last_seen_at.desc())
    ).all()


def new_session(
    session: Session,
    user_id: int,
    kind: str,
    now: datetime,
    lifetime: timedelta,
    proved_twice_at: datetime | None,
    device: str,
    passkey_at: datetime | None = None,
) -> str:
    """Open a log-in or token and give its secret; the caller saw the proof."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            secret_hash=digest(secret),
            user_id=user_id,
            kind=kind,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            proved_at=now,
            proved_twice_at=proved_twice_at,
            passkey_at=passkey_at,
            device=device[:MAX_DEVICE],
        )
    )
    return secret
