"""Log-in, sessions and bearer tokens. Sessions live in the database, so they can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referrals import audit
from referrals.database import Database
from referrals.staff import Role, Staff
from referrals.tables import SessionRow, UserRow

TOKEN_LIFETIME = timedelta(days=30)
SEEN_RESOLUTION = timedelta(minutes=1)
MAX_PASSWORD = 200


@dataclass(frozen=True)
class SessionLimits:
    """How long a log-in lasts at most, and how long it may stay unused."""

    lifetime: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)


class Accounts:
    """Proves who somebody is. Gives the same answer for a wrong name and a wrong password."""

    def __init__(self, database: Database, limits: SessionLimits | None = None) -> None:
        self._database = database
        self._limits = limits or SessionLimits()
        self._passwords = PasswordHash.recommended()
        self._decoy: str | None = None

    def hash_password(self, password: str) -> str:
        """Hash with argon2. Takes some 0.3 s on purpose: call it off the event loop."""
        return self._passwords.hash(password)

    def log_in(self, name: str, password: str, now: datetime) -> str | None:
        """Give the secret of a new session, or None. Takes as long for an unknown name."""
        with self._database.read() as session:
            user = _by_name(session, name)
        stored = user.password_hash if user else self._decoy_hash()
        right = self._passwords.verify(password[:MAX_PASSWORD], stored)
        if user is None or not right or user.suspended_at:
            return None
        with self._database.write() as session:
            audit.append(session, now, user.name, "log_in", f"user:{user.id}")
            return _new_session(session, user.id, "cookie", now, self._limits.lifetime)

    def _decoy_hash(self) -> str:
        """Give a hash that no password fits, so that an unknown name costs the same time."""
        if self._decoy is None:
            self._decoy = self._passwords.hash(secrets.token_hex(16))
        return self._decoy

    def issue_token(self, name: str, now: datetime) -> str | None:
        """Give a new bearer token for a user, or None if there is no such active user."""
        with self._database.write() as session:
            user = _by_name(session, name)
            if user is None or user.suspended_at:
                return None
            audit.append(session, now, "command-line", "issue_token", f"user:{user.id}")
            return _new_session(session, user.id, "bearer", now, TOKEN_LIFETIME)

    def authenticate(self, secret: str, now: datetime) -> Staff | None:
        """Give the person behind a session or token, or None if it is unknown, old or revoked."""
        key = _digest(secret)
        with self._database.read() as session:
            row = session.get(SessionRow, key)
            if row is None or row.revoked_at or row.user.suspended_at or now >= row.expires_at:
                return None
            if row.kind == "cookie" and now - row.last_seen_at >= self._limits.idle:
                return None
            staff, seen = staff_of(row.user), row.last_seen_at
        if now - seen >= SEEN_RESOLUTION:
            with self._database.write() as session:
                session.execute(
                    update(SessionRow).where(SessionRow.secret_hash == key).values(last_seen_at=now)
                )
        return staff

    def log_out(self, secret: str, now: datetime) -> None:
        """Revoke one session. Unknown secrets are ignored."""
        with self._database.write() as session:
            row = session.get(SessionRow, _digest(secret))
            if row is not None and row.revoked_at is None:
                row.revoked_at = now
                audit.append(session, now, row.user.name, "log_out", f"user:{row.user_id}")


def staff_of(row: UserRow) -> Staff:
    """Turn a stored user into the value that the rest of the code works with."""
    return Staff(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        language=row.language,
        ward_id=row.ward_id,
        hospital_id=row.hospital_id,
        municipality_code=row.municipality_code,
    )


def _by_name(session: Session, name: str) -> UserRow | None:
    if not name.isprintable():  # PostgreSQL takes no NUL, and no name of ours has one
        return None
    return session.scalars(select(UserRow).where(UserRow.name == name[:80])).one_or_none()


def _new_session(
    session: Session, user_id: int, kind: str, now: datetime, lifetime: timedelta
) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            secret_hash=_digest(secret),
            user_id=user_id,
            kind=kind,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
        )
    )
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
