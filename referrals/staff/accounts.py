"""Log-in, sessions and bearer tokens. Sessions live in the database, so they can be revoked.

Where a second factor is asked for, a session is half until it is proved: it is known whose it is,
and lets nobody in.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from referrals.allowances.spending import Allowances
from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff import house_rules
from referrals.staff.attempts import NOWHERE, Caller, Guesses
from referrals.staff.house_rules import HouseRules
from referrals.staff.passwords import LONGEST, check_password
from referrals.staff.roles import Role, Staff
from referrals.staff.sessions import (
    digest,
    end_all,
    exchange,
    live_ones,
    new_session,
    public_id,
    renew,
)
from referrals.staff.tables import PasskeyRow, SessionRow, UserRow
from referrals.storage.database import Database

TOKEN_LIFETIME = timedelta(days=30)
SEEN_RESOLUTION = timedelta(minutes=1)
FRESH = timedelta(minutes=15)
"""So old may a proof be by which somebody changes how they prove who they are. Long enough to find
an app for a phone, too short for who sits down at a computer that was left alone."""
LONGEST_NAME = 80
NO_PASSWORD = "!"  # noqa: S105 - stands where a hash would, for who logs in elsewhere


_SESSIONS = SessionRow.metadata.tables[SessionRow.__tablename__]
_PASSKEYS = PasskeyRow.metadata.tables[PasskeyRow.__tablename__]
_USERS = UserRow.metadata.tables[UserRow.__tablename__]
STAFF_COLUMNS = tuple(_USERS.c[field.name] for field in fields(Staff))
"""What ``staff_from`` reads, in its order."""
_HAS_PASSKEY = exists().where(_PASSKEYS.c.user_id == _USERS.c.id)
_WHOSE = (  # asked at each request: put together once, and read without an object for each row
    select(
        *STAFF_COLUMNS,
        _USERS.c.suspended_at,
        _USERS.c.second_factor,
        _SESSIONS.c.kind,
        _SESSIONS.c.created_at,
        _SESSIONS.c.last_seen_at,
        _SESSIONS.c.expires_at,
        _SESSIONS.c.revoked_at,
        _SESSIONS.c.proved_at,
        _SESSIONS.c.proved_twice_at,
        _SESSIONS.c.passkey_at,
        _HAS_PASSKEY.label("has_passkey"),
    )
    .join_from(_SESSIONS, _USERS, _USERS.c.id == _SESSIONS.c.user_id)
    .where(_SESSIONS.c.secret_hash == bindparam("key"))
)


@dataclass(frozen=True)
class SignedIn:
    """Whose session it is. With ``half`` the second factor is still to be shown.

    ``ends_at`` is when a log-in ends unless something is done; None for a token. ``fresh`` tells
    that its owner gave a password or a factor just now; a token never is. ``twice`` tells that a
    second factor was given, although it may be half for want of a passkey.
    """

    staff: Staff
    half: bool
    fresh: bool = field(default=False, compare=False)
    twice: bool = field(default=False, compare=False)
    ends_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OwnSession:
    """One log-in or token as its owner sees it. ``id`` names it and opens nothing."""

    id: str
    kind: str
    device: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class Accounts:
    """Proves who somebody is. Gives the same answer for a wrong name and a wrong password."""

    def __init__(self, database: Database, rules: HouseRules | None = None) -> None:
        self._database = database
        self._start = rules or HouseRules()
        self._passwords = PasswordHash.recommended()
        self._guesses = Guesses(Allowances(database))
        self._decoy: str | None = None

    @property
    def start(self) -> HouseRules:
        """The rules that this installation was started with, of which some were changed since."""
        return self._start

    def rules(self) -> HouseRules:
        """Give the rules of access as they stand now."""
        with self._database.read() as session:
            return house_rules.read(session, self._start)

    def hash_password(self, password: str) -> str:
        """Hash with argon2. Takes some 0.3 s on purpose: call it off the event loop."""
        return self._passwords.hash(password)

    def log_in(
        self,
        name: str,
        password: str,
        now: datetime,
        device: str = "",
        caller: Caller = NOWHERE,
    ) -> str | None:
        """Give the secret of a new session, or None. Takes as long for an unknown name.

        Raises TooManyAttempts when this caller tried too often, whether there is the name or not.
        """
        name = name.strip().casefold()[:LONGEST_NAME]
        self._guesses.password(name, caller, now)
        decoy = self._decoy_hash()
        with self._database.read() as session:
            user = _by_name(session, name)
        has_password = user is not None and user.password_hash != NO_PASSWORD
        stored = user.password_hash if user and has_password else decoy
        right = self._fits(password, stored)
        if user is None or not has_password or not right or user.suspended_at:
            why = "suspended" if right else "wrong"
            tell(Event.LOG_IN_FAILED, why, about=user.id if user else None)
            self._guesses.wrong_password(caller, now)
            return None
        self._guesses.right_password(name, caller)
        return self.begin_session(user.id, now, device=device)

    def begin_session(
        self,
        user_id: int,
        now: datetime,
        *,
        device: str = "",
        proved_twice: bool = False,
        passkey: bool = False,
    ) -> str | None:
        """Give a new session's secret to somebody whose proof the caller saw; None if suspended."""
        with self._database.write() as session:
            user = session.get_one(UserRow, user_id)
            if user.suspended_at:
                return None
            chain.append(session, now, user.name, "log_in", f"user:{user.id}")
            lifetime = house_rules.read(session, self._start).session_lifetime
            twice_at, passkey_at = (now if each else None for each in (proved_twice, passkey))
            return new_session(
                session, user.id, "cookie", now, lifetime, twice_at, device, passkey_at
            )

    def issue_token(self, name: str, now: datetime) -> str | None:
        """Give a new bearer token for a user, or None if there is no such active user.

        It counts as proved twice: whoever may read the data directory hands it out to a machine.
        """
        with self._database.write() as session:
            user = _by_name(session, name)
            if user is None or user.suspended_at:
                return None
            chain.append(session, now, Machine.COMMAND_LINE, "issue_token", f"user:{user.id}")
            return new_session(session, user.id, "bearer", now, TOKEN_LIFETIME, now, "")

    def recognise(self, secret: str, now: datetime, *, seen: bool = True) -> SignedIn | None:
        """Tell whose session or token it is, or None if it is unknown, old or revoked.

        Without ``seen`` the log-in goes on no longer for it: a page asked, and no person.
        """
        key = digest(secret)
        with self._database.read_rows() as connection:
            row = connection.execute(_WHOSE, {"key": key}).one_or_none()
            if row is None or row.revoked_at or row.suspended_at or now >= row.expires_at:
                return None
            half, ends_at, last_seen = False, None, row.last_seen_at
            if seen and now - last_seen >= SEEN_RESOLUTION:
                last_seen = now
            if row.kind == "cookie" or row.proved_twice_at is None:  # else no rule is about it
                rules = house_rules.read(connection, self._start)
                if row.kind == "cookie":
                    ends_at = min(
                        last_seen + rules.session_idle,
                        row.created_at + rules.session_lifetime,
                        row.expires_at,
                    )
                    if now >= min(ends_at, row.last_seen_at + rules.session_idle):
                        return None
                half = _is_half(row, rules)
            fresh = row.kind == "cookie" and now - row.proved_at < FRESH
            twice = row.proved_twice_at is not None
            staff = staff_from(row)
            known = SignedIn(staff, half=half, fresh=fresh, twice=twice, ends_at=ends_at)
        if last_seen != row.last_seen_at:
            with self._database.write_rows() as connection:
                connection.execute(
                    update(SessionRow).where(SessionRow.secret_hash == key).values(last_seen_at=now)
                )
        return known

    def log_out(self, secret: str, now: datetime) -> None:
        """Revoke one session. Unknown secrets are ignored."""
        with self._database.write() as session:
            row = session.get(SessionRow, digest(secret))
            if row is not None and row.revoked_at is None:
                row.revoked_at = now
                chain.append(session, now, row.user.name, "log_out", f"user:{row.user_id}")

    def own_sessions(self, staff: Staff, secret: str, now: datetime) -> list[OwnSession]:
        """List a person's live sessions and tokens, the one last seen first."""
        current = digest(secret)
        with self._database.read() as session:
            rules = house_rules.read(session, self._start)
            return [
                OwnSession(
                    id=public_id(row.secret_hash),
                    kind=row.kind,
                    device=row.device,
                    created_at=row.created_at,
                    last_seen_at=row.last_seen_at,
                    current=row.secret_hash == current,
                )
                for row in live_ones(session, staff.id, now)
                if row.kind != "cookie" or now - row.last_seen_at < rules.session_idle
            ]

    def end_session(self, staff: Staff, session_id: str, now: datetime) -> bool:
        """End one of a person's own sessions; False if there is no such one, or another's."""
        with self._database.write() as session:
            for row in live_ones(session, staff.id, now):
                if public_id(row.secret_hash) == session_id:
                    row.revoked_at = now
                    chain.append(session, now, staff.name, "end_session", f"user:{staff.id}")
                    return True
        return False

    def end_other_sessions(self, staff: Staff, secret: str, now: datetime) -> str:
        """End all of a person's own sessions and tokens but this one; give its new secret.

        Whoever holds this one's old secret, a thief of the cookie, is elsewhere as well.
        """
        with self._database.write() as session:
            ended = end_all(session, staff.id, now, but=digest(secret))
            if ended:
                chain.append(session, now, staff.name, "end_other_sessions", f"user:{staff.id}")
            return exchange(session, secret, staff.id)

    def prove_again(self, staff: Staff, secret: str, password: str, now: datetime) -> str | None:
        """Give the new secret of a session whose owner gave the password again, or None.

        What was half stays half. Raises TooManyAttempts.
        """
        if not self._is_own_password(staff, password, now):
            return None
        with self._database.write() as session:
            chain.append(session, now, staff.name, "prove_again", f"user:{staff.id}")
            return renew(session, secret, staff.id, now)

    def has_password(self, staff: Staff) -> bool:
        """Tell whether a person logs in with a password here."""
        with self._database.read() as session:
            return session.get_one(UserRow, staff.id).password_hash != NO_PASSWORD

    def change_password(
        self, staff: Staff, secret: str, old: str, new: str, now: datetime
    ) -> str | None:
        """Set a new password and end all other sessions; None if the old one is not right.

        Gives the new secret of this session. Raises WeakPassword, or TooManyAttempts.
        """
        if not self._is_own_password(staff, old, now):
            return None
        check_password(new, (staff.name, staff.display_name))
        hashed = self.hash_password(new)
        with self._database.write() as session:
            session.get_one(UserRow, staff.id).password_hash = hashed
            end_all(session, staff.id, now, but=digest(secret))
            chain.append(session, now, staff.name, "change_password", f"user:{staff.id}")
            return renew(session, secret, staff.id, now)

    def _is_own_password(self, staff: Staff, password: str, now: datetime) -> bool:
        guessed = f"user {staff.id}"
        self._guesses.password(guessed, NOWHERE, now)
        with self._database.read() as session:
            stored = session.get_one(UserRow, staff.id).password_hash
        if stored == NO_PASSWORD or not self._fits(password, stored):
            tell(Event.LOG_IN_FAILED, "again", about=staff.id)
            return False
        self._guesses.right_password(guessed, NOWHERE)
        return True

    def _fits(self, password: str, stored: str) -> bool:
        """Compare as typed; one that nobody can have costs the work of another."""
        fits = self._passwords.verify(password[:LONGEST], stored)
        return fits and len(password) <= LONGEST

    def _decoy_hash(self) -> str:
        """Give a hash that no password fits, so that an unknown name costs the same time."""
        if self._decoy is None:
            self._decoy = self._passwords.hash(secrets.token_hex(16))
        return self._decoy


def staff_of(row: UserRow) -> Staff:
    """Turn a stored user into the value that the rest of the code works with."""
    return staff_from([getattr(row, column.key) for column in STAFF_COLUMNS])


def staff_from(values: Sequence[Any]) -> Staff:
    """Read the same from a row that begins with ``STAFF_COLUMNS``, whatever else it holds."""
    told = {column.key: value for column, value in zip(STAFF_COLUMNS, values, strict=False)}
    return Staff(**{**told, "role": Role(told["role"])})


def _is_half(row: Any, rules: HouseRules) -> bool:
    """Tell whether a log-in still lacks a factor: by the rules, or since its owner has one."""
    role = Role(row.role)
    if row.kind == "cookie" and rules.asks_passkey(role):
        return row.passkey_at is None
    twice = row.second_factor is not None or row.has_passkey or rules.asks_twice(role)
    return twice and row.proved_twice_at is None


def _by_name(session: Session, name: str) -> UserRow | None:
    if not name.isprintable():  # PostgreSQL takes no NUL, and no name of ours has one
        return None
    return session.scalars(select(UserRow).where(UserRow.name == name[:LONGEST_NAME])).one_or_none()
