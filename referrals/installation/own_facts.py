"""What a database says of itself; asked also of databases from before it could say anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from referrals.installation.tables import InstallationRow
from referrals.staff.tables import UserRow

DEMO, BACKUP = "demo", "backup"
DEMO_USERS = frozenset({"demo-nurse", "demo-admin"})
"""Whoever has both was filled by the demo, also before there was a row that says so."""


def fact(session: Session, name: str) -> InstallationRow | None:
    """Give one fact; None if the database has none of that name, or not yet a place for them."""
    if not _has(session, InstallationRow.__tablename__):
        return None
    return session.get(InstallationRow, name)


def note(session: Session, name: str, value: dict[str, Any], now: datetime) -> None:
    """Write one fact down, in place of what was known before."""
    session.merge(InstallationRow(name=name, value=value, at=now))


def is_demo(session: Session) -> bool:
    """Tell whether the demo made this database: everybody knows its log-ins."""
    if fact(session, DEMO) is not None:
        return True
    if not _has(session, UserRow.__tablename__):
        return False
    found = select(func.count()).where(UserRow.name.in_(DEMO_USERS))
    return session.scalar(found) == len(DEMO_USERS)


def is_in_use(session: Session) -> bool:
    """Tell whether anybody was ever let in to work with this database."""
    if not _has(session, UserRow.__tablename__):
        return False
    return session.scalar(select(UserRow.id).limit(1)) is not None


def _has(session: Session, table: str) -> bool:
    return inspect(session.connection()).has_table(table)
