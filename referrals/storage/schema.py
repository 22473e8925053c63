"""The schema of the database: brought up to date by the migrations, and asked whether it is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from referrals.storage.database import Database
from referrals.storage.table_base import Base

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


class Standing(StrEnum):
    """How the schema of a database stands to this code."""

    NONE = "none"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Made by a version of Henvis that is not this one and not before it."""


class UnknownSchema(RuntimeError):
    """The database has a schema that this code cannot work with, and cannot bring up to date."""


def migrate(database: Database, to: str = "head") -> None:
    """Run all migrations that are missing, or those up to one revision. Safe to repeat.

    Raises UnknownSchema for a database of a newer Henvis, which is left as it is.
    """
    if standing(database) is Standing.UNKNOWN:
        raise UnknownSchema
    with database.write_rows() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def standing(database: Database) -> Standing:
    """Tell whether every migration has run, and whether there are some that we do not know."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if current is None:
        return Standing.NONE
    if current == script.get_current_head():
        return Standing.CURRENT
    known = {revision.revision for revision in script.walk_revisions()}
    return Standing.OLDER if current in known else Standing.UNKNOWN


def head() -> str | None:
    """Give the revision that this code works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_current(database: Database) -> bool:
    """Tell whether every migration has run."""
    return standing(database) is Standing.CURRENT


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
