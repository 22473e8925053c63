"""Things that must leave, written in the transaction that caused them. Sends nothing itself.

A row is tried by one worker at a time: ``claim`` moves ``due_at`` on and marks the row, and only
who holds the mark may settle it. A worker that died leaves the mark; once ``due_at`` has passed
the row is claimed again, or buried if it must not leave twice.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, delete, exists, func, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from referrals.outbox.tables import OutboxRow
from referrals.storage.database import Database

NOTICES = "notices"
"""The channel of what is yet to be made into a letter for each who wants it."""
UNCERTAIN = "uncertain"
UNREADABLE = "unreadable"
"""Nobody can read what it says: broken, or under a key that is not here."""
NO_CHANNEL = "no_channel"
KEEP_SENT = timedelta(days=30)
KEEP_DEAD = timedelta(days=180)
WAITS_FOR_CHANNEL = timedelta(hours=1)
_BATCH = 500
_LOG = logging.getLogger("henvis")
_ROWS = OutboxRow.metadata.tables[OutboxRow.__tablename__]
_POST = {
    name: dialect.insert(_ROWS)
    .on_conflict_do_nothing(index_elements=["once_key"])
    .returning(_ROWS.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_LONGEST_ERROR = 200


@dataclass(frozen=True)
class Outgoing:
    """Something to be sent by ``channel``. Never holds what names a patient.

    What has the same ``once_key`` is written once. Of one ``stream`` (a chat), each waits for the
    one before. ``at_most_once`` is for what does harm if it comes twice: where it is uncertain
    whether it left, it is buried instead of sent again.
    """

    channel: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]
    due_at: datetime | None = None
    stream: str | None = None
    once_key: str | None = None
    at_most_once: bool = False


@dataclass(frozen=True)
class Letter:
    """What a channel is handed. ``id`` stays the same each time that it is tried."""

    id: int
    kind: str
    recipient: str
    payload: Mapping[str, Any]
    attempt: int
    created_at: datetime
    at_most_once: bool
    claim: str = field(repr=False)


def post(session: Session, outgoing: Outgoing, now: datetime) -> bool:
    """Write down what must leave, in the caller's transaction; False if its key is known."""
    values = {
        "channel": outgoing.channel,
        "kind": outgoing.kind,
        "recipient": outgoing.recipient,
        "payload": dict(outgoing.payload),
        "stream": outgoing.stream,
        "once_key": outgoing.once_key,
        "at_most_once": outgoing.at_most_once,
        "created_at": now,
        "due_at": outgoing.due_at or now,
        "attempts": 0,
    }
    dialect = session.get_bind().dialect.name
    return session.connection().execute(_POST[dialect], values).first() is not None


def once(session: Session, kind: str, key: str, now: datetime) -> bool:
    """Note that something that is done once was done; False if somebody did it before."""
    if not post(session, Outgoing(NOTICES, kind, "", {}, once_key=key), now):
        return False
    session.execute(update(OutboxRow).where(OutboxRow.once_key == key).values(sent_at=now))
    return True


def claim(
    database: Database, channel: str, now: datetime, *, most: int, lease: timedelta, tries: int
) -> list[Letter]:
    """Take up to ``most`` letters that are due, for as long as ``lease``; others skip them.

    What was claimed before and never settled is buried if it must not leave twice, or if it was
    tried ``tries`` times: it may be what ends the worker.
    """
    due = select(OutboxRow).where(*_due(channel, now)).order_by(OutboxRow.due_at, OutboxRow.id)
    with database.read() as session:  # most rounds find nothing and need no writer's lock
        if session.scalar(due.with_only_columns(OutboxRow.id).limit(1)) is None:
            return []
    with database.write() as session:
        ids = due.with_only_columns(OutboxRow.id).limit(most).with_for_update(skip_locked=True)
        letters = []
        for row in _readable(session, session.scalars(ids).all(), now):
            if row.claimed_by is not None and (row.at_most_once or row.attempts >= tries):
                row.claimed_by, row.dead_at, row.last_error = None, now, UNCERTAIN
                continue
            row.claimed_by, row.due_at = secrets.token_hex(16), now + lease
            row.attempts += 1
            letters.append(_letter(row, row.claimed_by))
        return letters


def _readable(session: Session, ids: Sequence[int], now: datetime) -> Sequence[OutboxRow]:
    """Give the rows; one whose payload cannot be read is buried, so that others go on."""
    rows = select(OutboxRow).order_by(OutboxRow.due_at, OutboxRow.id)
    try:
        return session.scalars(rows.where(OutboxRow.id.in_(ids))).all()
    except ValueError:  # one is no JSON
        found = []
        for each in ids:
            try:
                found.append(session.scalars(rows.where(OutboxRow.id == each)).one())
            except ValueError:
                _bury_unreadable(session, each, now)
        return found


def _bury_unreadable(session: Session, row_id: int, now: datetime) -> None:
    """Bury a row and keep what stands in it, in a form that can be read."""
    mine = OutboxRow.id == row_id
    written = session.scalar(select(type_coerce(OutboxRow.payload, String)).where(mine))
    values = {"payload": {UNREADABLE: written}, "dead_at": now, "claimed_by": None}
    buried = update(OutboxRow).where(mine).values(last_error=UNREADABLE, **values)
    session.execute(buried.execution_options(synchronize_session=False))
    _LOG.error("letter=%d buried why=%s", row_id, UNREADABLE)


def waiting(database: Database, channel: str, now: datetime) -> int:
    """Count what is due by a channel and has not left."""
    due = (*_WAITING, OutboxRow.channel == channel, OutboxRow.due_at <= now)
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(OutboxRow).where(*due)) or 0


def delivered(
    database: Database, letter: Letter, now: datetime, answer: Mapping[str, Any] | None = None
) -> bool:
    """Note that it has left, with what the channel answered; False if the claim was lost."""
    kept = dict(answer) if answer is not None else None
    return _settle(database, letter, sent_at=now, last_error=None, answer=kept)


def put_off(
    database: Database, letter: Letter, until: datetime, why: str, *, counts: bool = True
) -> bool:
    """Note that it is to be tried again; the try is forgotten unless it ``counts``."""
    attempts = OutboxRow.attempts if counts else OutboxRow.attempts - 1
    return _settle(database, letter, due_at=until, attempts=attempts, last_error=_short(why))


def bury(database: Database, letter: Letter, now: datetime, why: str) -> bool:
    """Note that it will not be tried again unless an administrator wants it to."""
    return _settle(database, letter, dead_at=now, last_error=_short(why))


def bury_without_channel(database: Database, channels: Collection[str], now: datetime) -> int:
    """Bury what has been due for an hour by a channel that nobody works. One batch."""
    waiting = select(OutboxRow.id).where(
        *_WAITING, OutboxRow.channel.not_in(channels), OutboxRow.due_at <= now - WAITS_FOR_CHANNEL
    )
    with database.read() as session:
        ids = session.scalars(waiting.limit(_BATCH)).all()
    if not ids:
        return 0
    with database.write() as session:
        buried = session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), *_WAITING)
            .values(dead_at=now, last_error=NO_CHANNEL, claimed_by=None)
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(buried.all())


def forget_old(database: Database, now: datetime) -> int:
    """Delete what left 30 days ago or was buried half a year ago. One batch."""
    old = (OutboxRow.sent_at <= now - KEEP_SENT, OutboxRow.dead_at <= now - KEEP_DEAD)
    total = 0
    with database.write() as session:
        for condition in old:
            ids = select(OutboxRow.id).where(condition).limit(_BATCH)
            gone = delete(OutboxRow).where(OutboxRow.id.in_(ids)).returning(OutboxRow.id)
            total += len(session.execute(gone.execution_options(synchronize_session=False)).all())
    return total


_WAITING: tuple[ColumnElement[bool], ...] = (
    OutboxRow.sent_at.is_(None),
    OutboxRow.dead_at.is_(None),
)


def _due(channel: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions for what may leave now: due, and first of its stream."""
    before = aliased(OutboxRow)
    waits_for_another = exists().where(
        before.stream == OutboxRow.stream,
        before.id < OutboxRow.id,
        before.sent_at.is_(None),
        before.dead_at.is_(None),
    )
    return (*_WAITING, OutboxRow.channel == channel, OutboxRow.due_at <= now, ~waits_for_another)


def _settle(database: Database, letter: Letter, **values: Any) -> bool:
    with database.write() as session:
        settled = session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == letter.id, OutboxRow.claimed_by == letter.claim)
            .values(claimed_by=None, **values)
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        return settled.first() is not None


def _letter(row: OutboxRow, claim: str) -> Letter:
    return Letter(
        row.id,
        row.kind,
        row.recipient,
        row.payload,
        row.attempts,
        row.created_at,
        row.at_most_once,
        claim,
    )


def _short(why: str) -> str:
    return why[:_LONGEST_ERROR]
