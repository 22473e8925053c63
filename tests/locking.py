"""Which locks PostgreSQL is asked for, in order: who takes two must take them as others do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from referrals.storage.database import Database

ENCOUNTERS, WHOLE, ROWS = "encounters", "whole", "rows"
"""Encounters held as a turn does; a lock by name, such as the audit log's; other rows that are
changed, or read to be.
"""


@contextmanager
def locks_asked_for(database: Database) -> Iterator[list[str]]:
    """Note each lock that is asked for within the block."""
    asked: list[str] = []

    def note(*about: object) -> None:
        statement = str(about[2])
        if "pg_advisory_xact_lock" in statement:
            asked.append(WHOLE)
        elif "FROM encounters" in statement and "FOR UPDATE" in statement:
            asked.append(ENCOUNTERS)
        elif "FOR UPDATE" in statement or statement.startswith(("UPDATE", "DELETE")):
            asked.append(ROWS)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
