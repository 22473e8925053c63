"""A database to fill: of its own, on SQLite or where it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from referrals.storage import schema
from referrals.storage.database import Database


@contextmanager
def opened_database(name: str, folder: Path, server: str | None) -> Iterator[Database]:
    """Give an empty, migrated database: a file in ``folder``, or a new one on ``server``."""
    if server is None:
        database = Database(f"sqlite:///{folder / name}.db")
    else:
        _recreate(server, f"bench_{name}")
        database = Database(f"{server}/bench_{name}")
    try:
        schema.migrate(database)
        yield database
    finally:
        database.close()


def _recreate(server: str, name: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        with suppress(ProgrammingError):
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
