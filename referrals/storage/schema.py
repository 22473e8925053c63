"""The schema of the database: brought up to date by the migrations, and asked whether it is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from referrals.storage.database import Database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def migrate(database: Database, to: str = "head") -> None:
    """Run all migrations that are missing, or those up to one revision. Safe to repeat."""
    with database.write_rows() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_current(database: Database) -> bool:
    """Tell whether every migration has run."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
