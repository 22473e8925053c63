"""Looking something up in the audit log: the newest first, page by page. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from referrals.audit.actors import Kind
from referrals.audit.anchors import AnchorFile
from referrals.audit.proof import Proof, prove
from referrals.audit.tables import AuditRow
from referrals.installation import watched_clock
from referrals.staff.roles import Staff, administrators_only
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.storage.paging import page


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
    """Up to fifty rows; ``next_before`` asks for the next page. ``names`` are by log-in name."""

    rows: Sequence[AuditRow]
    next_before: int | None
    names: dict[str, str]


class AuditLog:
    """The audit log for an administrator. Raises NotAllowed for anybody else."""

    def __init__(self, database: Database, staff: Staff) -> None:
        administrators_only(staff)
        self._database = database

    def search(self, wanted: Search) -> Found:
        """Find the rows of exactly this actor, action and record, within the times given.

        A record may be a bare reference: ``H-7KF3-Q`` finds ``referral:H-7KF3-Q``, and ``clock``
        finds ``machine:clock``. ``user:7`` also finds what says more of it:
        ``user:7:role:nurse>lead``.
        """
        query = select(AuditRow).order_by(AuditRow.number.desc())
        for column, value, prefix in (
            (AuditRow.actor, wanted.actor, f"{Kind.MACHINE}:"),
            (AuditRow.action, wanted.action, ""),
            (AuditRow.record, wanted.record, "referral:"),
        ):
            if value.strip():
                exact = value.strip() if value.isprintable() else ""
                query = query.where(
                    or_(
                        column.in_({exact, prefix + exact}),
                        and_(column >= f"{exact}:", column < f"{exact};"),
                    )
                )
        if wanted.since is not None:
            query = query.where(AuditRow.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(AuditRow.at < wanted.until)
        if wanted.before is not None:
            query = query.where(AuditRow.number < wanted.before)
        with self._database.read() as session:
            rows, next_before = page(session, query, lambda row: row.number)
            shown = select(UserRow.name, UserRow.display_name).where(
                UserRow.name.in_({row.actor for row in rows})
            )
            return Found(rows, next_before, dict(iter(session.execute(shown))))

    def actions(self) -> list[str]:
        """List the actions that were ever written, for a choice."""
        with self._database.read() as session:
            return sorted(session.scalars(select(AuditRow.action).distinct()))

    def clock_waits_s(self) -> float:
        """For how many seconds more nothing is deleted, as the clock jumped; 0 if it did not."""
        with self._database.read() as session:
            kept = watched_clock.read(session)
        return kept.believed_in_s if kept else 0.0

    def proof(self, anchors: AnchorFile) -> Proof:
        """Read the whole log and tell what is proven of it; takes a second per 100,000 rows."""
        with self._database.read() as session:
            return prove(session, anchors)
