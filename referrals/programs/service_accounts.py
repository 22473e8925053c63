"""Service accounts: systems that work a municipality's queue by the API, with a token of their own.

A token opens no page, and of the API only the calls that name a scope which the account has.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.programs.tables import ServiceAccountRow
from referrals.staff.accounts import SEEN_RESOLUTION
from referrals.staff.paper_codes import fingerprint
from referrals.staff.roles import SYSTEM, Role, Scope, Staff, System, administrators_only
from referrals.staff.sessions import digest
from referrals.staff.tables import MunicipalityRow
from referrals.staff.two_halves import parted
from referrals.storage.database import Database

TOKEN_PREFIX = "hvs_"  # noqa: S105 - so that a token that got somewhere is known for what it is
NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")


class BadAccount(ValueError):
    """It cannot be made: ``why`` is ``name``, ``taken``, ``municipality`` or ``scope``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Account:
    """A service account as the administrator sees it."""

    id: int
    name: str
    municipality_code: str
    scopes: list[Scope]
    made_by: str
    made_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None


def recognise(database: Database, token: str, now: datetime) -> System | None:
    """Tell whose token it is, or None if it is unknown or revoked."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    with database.read() as session:
        row = _of_token(session, token)
        if row is None or row.revoked_at is not None:
            return None
        seen = row.last_seen_at
        known = System(
            id=-row.id,  # never a person's
            name=f"{SYSTEM}{row.name}",
            display_name=row.name,
            role=Role.SERVICE,
            municipality_code=row.municipality_code,
            scopes=frozenset(map(Scope, row.scopes)),
        )
    if seen is None or now - seen >= SEEN_RESOLUTION:
        with database.write(lasting=False) as session:
            row = _of_token(session, token)
            if row is not None:
                row.last_seen_at = now
    return known


def check(session: Session, name: str, code: str, scopes: Collection[Scope]) -> None:
    """Raise BadAccount unless there may be such an account."""
    if not NAME.fullmatch(name):
        raise BadAccount("name")
    if not scopes:
        raise BadAccount("scope")
    known = code.isascii() and code.isdigit()
    if not known or session.get(MunicipalityRow, code) is None:
        raise BadAccount("municipality")
    taken = select(ServiceAccountRow.id).where(ServiceAccountRow.name == name)
    if session.scalar(taken) is not None:
        raise BadAccount("taken")


def make(
    session: Session,
    name: str,
    code: str,
    scopes: Collection[Scope],
    by: str,
    now: datetime,
    *,
    other_half: str = "",
) -> str:
    """Make an account and give its token, which is never shown again. Raises BadAccount.

    It reads identity: the caller has seen to it that two people want it. With ``other_half``, the
    fingerprint of a code, the token opens nothing without that code behind a full stop.
    """
    chain.lock(session)
    check(session, name, code, scopes)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    told = sorted(scope.value for scope in set(scopes))
    session.add(
        ServiceAccountRow(
            name=name,
            municipality_code=code,
            scopes=told,
            token_hash=_kept(token, other_half),
            made_by=by,
            made_at=now,
        )
    )
    record = f"{SYSTEM}{name}:{code}:{'+'.join(told)}"
    chain.append(session, now, by, "make_service_account", record)
    return token


class ServiceAccounts:
    """The administrator's work on service accounts. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database
        self._staff = staff

    def all(self) -> list[Account]:
        """List them by municipality and name, revoked ones last."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ServiceAccountRow).order_by(
                    ServiceAccountRow.revoked_at.is_not(None),
                    ServiceAccountRow.municipality_code,
                    ServiceAccountRow.name,
                )
            )
            return [_account(row) for row in rows]

    def revoke(self, account_id: int, now: datetime) -> bool:
        """Let a system in no more, at once and for good; False if there is no such account."""
        with self._database.write() as session:
            chain.lock(session)
            row = session.get(ServiceAccountRow, account_id)
            if row is None:
                return False
            if row.revoked_at is None:
                row.revoked_at = now
                record = f"{SYSTEM}{row.name}"
                chain.append(session, now, self._staff.name, "revoke_service_account", record)
            return True


def _of_token(session: Session, token: str) -> ServiceAccountRow | None:
    half, code = parted(token)
    kept = _kept(half, fingerprint(code) if code else "")
    found = select(ServiceAccountRow).where(ServiceAccountRow.token_hash == kept)
    return session.scalars(found).one_or_none()


def _kept(token: str, other_half: str) -> str:
    """Give what is stored of a token, with the fingerprint of its other half where it has one."""
    return digest(f"{token}.{other_half}" if other_half else token)


def _account(row: ServiceAccountRow) -> Account:
    return Account(
        row.id,
        row.name,
        row.municipality_code,
        [Scope(each) for each in row.scopes],
        row.made_by,
        row.made_at,
        row.last_seen_at,
        row.revoked_at,
    )
