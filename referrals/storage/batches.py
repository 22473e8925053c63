"""Work that goes through many rows, some at a time, so that nobody waits for a lock for long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referrals.storage.database import Database
from referrals.storage.outage import OUTAGES

BATCH = 200
"""Rows of one transaction."""
Row = TypeVar("Row")
Key = TypeVar("Key", int, str)


def until_none(batch: Callable[[], int]) -> int:
    """Do one batch after the other until there is nothing left; give how many rows there were."""
    total = 0
    while done := batch():
        total += done
    return total


def each_row(
    database: Database,
    what: str,
    found: Select[Row],
    key: InstrumentedAttribute[Key],
    do: Callable[[Session, Row], object],
    now: datetime,
    most: int | None = None,
    first: Callable[[Session], object] | None = None,
) -> int:
    """Do something with each of up to ``most`` rows (200), in one transaction; give how many.

    Fails it, each row is tried by itself, and those that fail again are set aside as ``what``.
    ``first`` begins each transaction, with a lock perhaps. Raises what is no row's fault.
    """
    most = most or BATCH
    left_out = database.aside.left_out(what, now)
    some = found.where(key.not_in(left_out)) if left_out else found
    with database.read() as session:  # most rounds find nothing and need no writer's lock
        keys = session.scalars(some.with_only_columns(key).limit(most)).all()
    if not keys:
        return 0
    locked = some.limit(most).with_for_update(of=key.class_, skip_locked=True)
    try:
        return _together(database, locked, do, first)
    except OUTAGES:
        raise
    except Exception:  # noqa: BLE001 - which row it was is found out below
        done = 0
    for each in keys:
        one = found.where(key == each).with_for_update(of=key.class_, skip_locked=True)
        try:
            done += _together(database, one, do, first)
        except OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - a row may hold anything
            database.aside.put(what, each, now, error)
    return done


def _together(
    database: Database,
    found: Select[Row],
    do: Callable[[Session, Row], object],
    first: Callable[[Session], object] | None,
) -> int:
    with database.write() as session:
        if first is not None:
            first(session)
        rows = session.scalars(found).all()
        for row in rows:
            do(session, row)
        return len(rows)
