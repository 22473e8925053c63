"""Copies a whole database into an empty one of another kind, all of it or nothing."""

from __future__ import annotations

from contextlib import closing, suppress

from sqlalchemy import Integer, delete, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from referrals.feed.tables import FeedEntryRow
from referrals.staff.tables import UserRow
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.storage.table_base import Base
from service.settings import Settings

_BATCH = 1_000
_WRITTEN_BY_TRIGGERS = Base.metadata.tables[FeedEntryRow.__tablename__]
_WRITTEN_BY_US = [each for each in Base.metadata.sorted_tables if each is not _WRITTEN_BY_TRIGGERS]


def is_empty(database: Database) -> bool:
    """Tell whether nobody has worked with a database: without our tables, or without users."""
    if not inspect(database.engine).has_table(UserRow.__tablename__):
        return True
    with database.read() as session:
        return session.scalar(select(UserRow.id).limit(1)) is None


def can_be_filled(settings: Settings) -> bool:
    """Tell whether the database of these settings can be reached and is empty."""
    with closing(Database(settings.database)) as database, suppress(SQLAlchemyError):
        return is_empty(database)
    return False


def copy_all(source: Database, target: Database) -> None:
    """Bring the target's schema up to date and write every row into it, in one transaction.

    The target must be empty; a row that is there already fails the copy, and nothing is written.
    """
    schema.migrate(target)
    with source.read() as reading, target.write() as writing:
        for table in (*_WRITTEN_BY_US, _WRITTEN_BY_TRIGGERS):
            if table is _WRITTEN_BY_TRIGGERS:  # by now the rows before it have left marks there
                writing.execute(delete(table))
            rows = reading.execute(select(table)).mappings()
            for batch in rows.partitions(_BATCH):
                writing.execute(insert(table), [dict(row) for row in batch])
        if not target.is_sqlite:
            _count_on(writing)


def _count_on(session: Session) -> None:
    """Have new rows numbered after those that were copied."""
    for table in Base.metadata.sorted_tables:
        for column in table.primary_key:
            if not isinstance(column.type, Integer):
                continue
            names = {"table": table.name, "column": column.name}
            sequence = session.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), names)
            highest = session.scalar(select(func.max(column)))
            if sequence and highest:
                session.execute(select(func.setval(sequence, highest)))
