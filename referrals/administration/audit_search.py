"""Looking something up in the audit log: the newest first, page by page. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals import audit
from referrals.audit import Verdict
from referrals.database import Database
from referrals.staff import NotAllowed, Role, Staff
from referrals.tables import AuditRow

PAGE = 50


@dataclass(frozen=True)
class Search:
    """What to look for; an empty field takes everything. ``before`` is a row's number."""

    actor: str = ""
    action: str = ""
    record: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """Up to fifty rows; ``next_before`` asks for the next page."""

    rows: Sequence[AuditRow]
    next_before: int | None


class AuditLog:
    """The audit log for an administrator. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        if staff.role is not Role.ADMINISTRATOR:
            raise NotAllowed
        self._database = database

    def search(self, wanted: Search) -> Found:
        """Find the rows of exactly this actor, action and record, within the times given.

        A record may be a bare reference: ``H-7KF3-Q`` finds ``referral:H-7KF3-Q``.
        """
        query = select(AuditRow).order_by(AuditRow.number.desc()).limit(PAGE + 1)
        for column, value, prefix in (
            (AuditRow.actor, wanted.actor, ""),
            (AuditRow.action, wanted.action, ""),
            (AuditRow.record, wanted.record, "referral:"),
        ):
            if value.strip():
                exact = value.strip() if value.isprintable() else ""
                query = query.where(column.in_({exact, prefix + exact}))
        if wanted.since is not None:
            query = query.where(AuditRow.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(AuditRow.at < wanted.until)
        if wanted.before is not None:
            query = query.where(AuditRow.number < wanted.before)
        with self._database.read() as session:
            rows = session.scalars(query).all()
        shown = rows[:PAGE]
        return Found(shown, shown[-1].number if len(rows) > PAGE else None)

    def actions(self) -> list[str]:
        """List the actions that were ever written, for a choice."""
        with self._database.read() as session:
            return sorted(session.scalars(select(AuditRow.action).distinct()))

    def verdict(self) -> Verdict:
        """Read the whole chain and tell whether it holds; takes a second per 100,000 rows."""
        with self._database.read() as session:
            return audit.verify(session)
