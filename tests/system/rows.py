"""What stands in the database of a running Henvis, read past it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any


class Rows:
    """Reads an SQLite database in WAL mode beside its writer. Changes nothing."""

    def __init__(self, data: Path) -> None:
        self._address = f"file:{data / 'henvis.db'}?mode=ro"

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Give all rows of one query."""
        with closing(sqlite3.connect(self._address, uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def number(self, query: str, *values: object) -> int:
        """Give the one number that a query asks for."""
        ((found,),) = self.select(query, *values)
        return int(found)

    def dump(self) -> Iterator[str]:
        """Give all tables, row by row, as text; bytes as hex digits."""
        tables = self.select("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables:
            for row in self.select(f'SELECT * FROM "{table}"'):
                yield "\t".join(v.hex() if isinstance(v, bytes) else str(v) for v in row)

    def messages_waiting(self, *encounters: str) -> int:
        """Count the messages of these encounters that were received and not yet answered."""
        places = ",".join("?" * len(encounters))
        return self.number(
            f"SELECT count(*) FROM turns WHERE replies IS NULL AND encounter_id IN ({places})",
            *encounters,
        )

    def filed(self, encounter: str) -> int:
        """Count the referrals of an encounter."""
        return self.number("SELECT count(*) FROM referrals WHERE encounter_id = ?", encounter)
