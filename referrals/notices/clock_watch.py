"""Notices when a referral's clock passes its marks: warning on day five, breach after seven days.

Reads along two indexes that hold only referrals whose clock runs and that lack the mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.notices.kinds import NoticeKind
from referrals.referral import history
from referrals.referral.announcing import announce
from referrals.referral.clock import warned_up_to
from referrals.referral.tables import ReferralRow
from referrals.storage.batches import each_row, until_none
from referrals.storage.database import Database

_BATCH = 100


@dataclass(frozen=True)
class Watched:
    """How many referrals were marked in one round."""

    warned: int
    breached: int


def watch(database: Database, now: datetime) -> Watched:
    """Mark what is due to be marked, with an event, an audit row and a notice each.

    What is overdue already when it is first seen is marked with both, and told once.
    """
    breached = until_none(lambda: _mark(database, NoticeKind.BREACH, now))
    return Watched(until_none(lambda: _mark(database, NoticeKind.WARNING, now)), breached)


def watch_some(database: Database, now: datetime) -> int:
    """Make one batch of each mark; give how many marks it were."""
    breached = _mark(database, NoticeKind.BREACH, now)
    return breached + _mark(database, NoticeKind.WARNING, now)


def how_many_unmarked(database: Database, now: datetime) -> int:
    """Count the marks that are due and not made."""
    with database.read() as session:
        due = (
            unmarked(kind, now).order_by(None) for kind in (NoticeKind.BREACH, NoticeKind.WARNING)
        )
        counts = (session.scalar(select(func.count()).select_from(each.subquery())) for each in due)
        return sum(count or 0 for count in counts)


def unmarked(kind: NoticeKind, now: datetime) -> Select[ReferralRow]:
    """Ask for what passed a mark and does not bear it yet, due first."""
    missing, due = _due(kind, now)
    running = ReferralRow.clock_stopped == false()  # written as the index says it
    return select(ReferralRow).where(running, missing.is_(None), due).order_by(ReferralRow.due_at)


def _mark(database: Database, kind: NoticeKind, now: datetime) -> int:
    def mark(session: Session, row: ReferralRow) -> None:
        if kind is NoticeKind.BREACH:
            row.breached_at = now
        row.warned_at = row.warned_at or now
        history.mark(session, row, kind.value, history.Entry(f"system:{Machine.CLOCK}", now))
        announce(session, kind.value, row, now)
        chain.append(session, now, Machine.CLOCK, f"mark_{kind}", f"referral:{row.reference}")

    found = unmarked(kind, now)
    return each_row(
        database, kind.value, found, ReferralRow.id, mark, now, most=_BATCH, first=chain.lock
    )


def _due(
    kind: NoticeKind, now: datetime
) -> tuple[InstrumentedAttribute[datetime | None], ColumnElement[bool]]:
    """Give the mark that is missing and since when it is due."""
    if kind is NoticeKind.BREACH:
        return ReferralRow.breached_at, ReferralRow.due_at <= now
    return ReferralRow.warned_at, ReferralRow.due_at <= warned_up_to(now)
