"""The schema of the database: brought up to date by the migrations, and asked whether it is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Connection,
    String,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)

from referrals.storage.database import Database
from referrals.storage.table_base import Base

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


class Standing(StrEnum):
    """How the schema of a database stands to this code."""

    NONE = "none"
    OLDER = "older"
    CURRENT = "current"
    AHEAD = "ahead"
    """Brought up to date by a newer Henvis, which left room for this one to work beside it."""
    UNKNOWN = "unknown"
    """Made by a version of Henvis that is not this one and not before it."""


USABLE = (Standing.CURRENT, Standing.AHEAD)
_LOCK = "schema"
_FACTS = table("installation", column("name", String), column("value", JSON), column("at"))
"""Where it stands, in a database, which versions may work with it; see `migrations/README.md`."""
_WORKS_WITH = "works_with"


class UnknownSchema(RuntimeError):
    """The database has a schema that this code cannot work with, and cannot bring up to date."""


def migrate(database: Database, to: str = "head") -> None:
    """Run all migrations that are missing, or those up to one revision. Safe to repeat.

    Whoever comes second waits for the first one. Raises UnknownSchema for a database of a newer
    Henvis that left no room for this one; it stays as it is.
    """
    with database.write_rows() as connection:
        if not database.is_sqlite:  # SQLite has one writer anyway
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:it))"), {"it": _LOCK})
        found = _standing(connection)
        if found is Standing.UNKNOWN:
            raise UnknownSchema
        if found in USABLE:
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        _note_works_with(connection, to)


def standing(database: Database) -> Standing:
    """Tell whether every migration has run, and whether there are some that we do not know."""
    with database.engine.connect() as connection:
        return _standing(connection)


def _standing(connection: Connection) -> Standing:
    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if current is None:
        return Standing.NONE
    if current == script.get_current_head():
        return Standing.CURRENT
    known = {revision.revision for revision in script.walk_revisions()}
    if current in known:
        return Standing.OLDER
    return Standing.AHEAD if _oldest_code(connection) in known else Standing.UNKNOWN


def _oldest_code(connection: Connection) -> str | None:
    """Give the revision whose code may still work with a database; None where none is named."""
    if not inspect(connection).has_table(_FACTS.name):
        return None
    found = select(_FACTS.c.value).where(_FACTS.c.name == _WORKS_WITH)
    told: dict[str, str] = connection.scalar(found) or {}
    return told.get("revision")


def _note_works_with(connection: Connection, to: str) -> None:
    """Write down the oldest code that may work with what was just made; none by itself."""
    if not inspect(connection).has_table(_FACTS.name):
        return
    made = ScriptDirectory.from_config(_config()).get_revision(to)
    oldest = getattr(made.module, _WORKS_WITH, None)
    connection.execute(delete(_FACTS).where(_FACTS.c.name == _WORKS_WITH))
    if oldest:
        values = {"name": _WORKS_WITH, "value": {"revision": oldest}, "at": func.now()}
        connection.execute(insert(_FACTS).values(values))


def head() -> str | None:
    """Give the revision that this code works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_usable(database: Database) -> bool:
    """Tell whether this code may work with the database as it stands."""
    return standing(database) in USABLE


def missing(database: Database) -> list[str]:
    """List tables and columns that the code works with and a database has not, as `table.column`.

    A revision's name tells what ran, not what is there.
    """
    there = {
        name: {column["name"] for column in columns}
        for (_, name), columns in inspect(database.engine).get_multi_columns().items()
    }
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name not in there.get(table.name, set())
    ]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
