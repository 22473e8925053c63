"""The change feed of one municipality: its referrals in the order in which they changed.

A change is marked in its own transaction, without a place in the order. A place is given later, by
one transaction at a time and only to marks that are there for everybody to see. So the places
become visible in their order, whatever transactions are under way, and whoever has read up to one
has missed nothing before it. That two databases behave alike in this rests on a lock on the head.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from referrals.feed.tables import FeedEntryRow, FeedHeadRow
from referrals.programs import webhooks
from referrals.queue import moving, reading
from referrals.queue.view import QueueEntry
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.storage.database import Database
from referrals.storage.outage import OUTAGES

BEGINNING = "start"
"""Instead of a cursor: everything there is."""
MOST = 200
TELLING = "telling systems"
_BATCH = 500
_HEADS = FeedHeadRow.metadata.tables[FeedHeadRow.__tablename__]
_BEGIN = {
    name: dialect.insert(_HEADS).on_conflict_do_nothing(index_elements=["municipality_code"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


class UnknownCursor(ValueError):
    """A cursor that this feed did not give, or gave before a backup was restored: begin anew."""


@dataclass(frozen=True)
class Changed:
    """A page of the feed: referrals as they are now, each once, the longest unchanged first.

    ``gone`` are references in which the municipality has no part any more. ``cursor`` asks for what
    changes after this page, and ``more`` tells that something has already.
    """

    entries: list[QueueEntry]
    gone: list[str]
    cursor: str
    more: bool


class ChangeFeed:
    """What changed for the municipality of ``staff``. Raises NotAllowed for anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._code = municipality_of(staff)

    def after(self, cursor: str, now: datetime, limit: int) -> Changed:
        """Give up to ``limit`` referrals that changed after ``cursor``. Raises UnknownCursor."""
        give_places(self._database, self._code, now)
        with self._database.read() as session:
            head = session.get(FeedHeadRow, self._code)
            since = _position(cursor, head)
            rows = session.execute(
                select(FeedEntryRow.referral_id, FeedEntryRow.position)
                .where(FeedEntryRow.municipality_code == self._code)
                .where(FeedEntryRow.position > since)
                .order_by(FeedEntryRow.position)
                .limit(limit + 1)
            ).all()
            if not rows or head is None:
                return Changed([], [], cursor, more=False)
            shown = rows[:limit]
            entries, gone = self._read(session, [row.referral_id for row in shown], now)
            last = f"{head.epoch}-{shown[-1].position}"
            return Changed(entries, gone, last, more=len(rows) > limit)

    def _read(
        self, session: Session, ids: Sequence[int], now: datetime
    ) -> tuple[list[QueueEntry], list[str]]:
        """Read referrals after their places, so that none is older than its place says."""
        found = {
            row.id: row
            for row in session.scalars(select(ReferralRow).where(ReferralRow.id.in_(ids)))
        }
        ours = [each for each in ids if moving.side_of(found[each], self._code) is not None]
        gone = [found[each].reference for each in ids if each not in set(ours)]
        return reading.entries(session, [found[each] for each in ours], now), gone


def tell_systems(database: Database, now: datetime) -> int:
    """Give the changes that systems are told of their places, and so have letters written."""
    with database.read() as session:
        codes = webhooks.told_municipalities(session)
    left_out = database.aside.left_out(TELLING, now)
    return sum(_tell_one(database, code, now) for code in codes if code not in left_out)


def _tell_one(database: Database, code: str, now: datetime) -> int:
    """Do it for one municipality: what fails with one keeps no other waiting."""
    try:
        return give_places(database, code, now)
    except OUTAGES:
        raise
    except Exception as error:  # noqa: BLE001 - rows may hold anything
        database.aside.put(TELLING, code, now, error)
        return 0


def begin_all_anew(session: Session) -> None:
    """Have every system read its feed from the start: what it read may have been undone since."""
    for head in session.scalars(select(FeedHeadRow)):
        head.epoch = secrets.token_hex(6)


def give_places(database: Database, code: str, now: datetime) -> int:
    """Give every change of a municipality that has none its place; tell how many there were.

    Whoever gives the places also has the municipality's system told, if it wants to be. What
    another transaction is just changing is left for the next time.
    """
    total = 0
    while _is_waiting(database, code):
        with database.write() as session:
            given = _give_places(session, code, now)
        total += given
        if given < _BATCH:
            break
    return total


def _is_waiting(database: Database, code: str) -> bool:
    with database.read() as session:
        return session.scalar(_without_place(code).limit(1)) is not None


def _without_place(code: str) -> Select[int]:
    return select(FeedEntryRow.referral_id).where(
        FeedEntryRow.municipality_code == code, FeedEntryRow.position.is_(None)
    )


def _give_places(session: Session, code: str, now: datetime) -> int:
    first = {"municipality_code": code, "epoch": secrets.token_hex(6), "position": 0}
    session.connection().execute(_BEGIN[session.get_bind().dialect.name], first)
    head = session.get_one(FeedHeadRow, code, with_for_update=True)
    waiting = session.scalars(
        _without_place(code)
        .order_by(FeedEntryRow.referral_id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if not waiting:
        return 0
    places = [
        {"municipality_code": code, "referral_id": each, "position": head.position + number}
        for number, each in enumerate(waiting, start=1)
    ]
    session.execute(update(FeedEntryRow), places)
    head.position += len(waiting)
    references = select(ReferralRow.reference).where(ReferralRow.id.in_(waiting))
    webhooks.tell(session, code, session.scalars(references).all(), now)
    return len(waiting)


def _position(cursor: str, head: FeedHeadRow | None) -> int:
    if cursor == BEGINNING:
        return 0
    epoch, _, place = cursor.partition("-")
    if head is None or epoch != head.epoch or not (place.isascii() and place.isdigit()):
        raise UnknownCursor
    if len(place) > 18 or int(place) > head.position:
        raise UnknownCursor
    return int(place)
