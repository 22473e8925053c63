"""The migrations make exactly the tables that the code works with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from referrals import schema
from referrals.database import Database
from referrals.table_base import Base


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database without any table."""
    sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'empty.db'}" if sqlite else request.getfixturevalue("postgres_url")
    )
    opened = Database(url)
    yield opened
    opened.close()


def test_the_migrated_schema_is_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_makes_every_table(empty: Database) -> None:
    schema.migrate(empty)
    assert set(Base.metadata.tables) <= set(inspect(empty.engine).get_table_names())


def test_migrating_twice_is_harmless(empty: Database) -> None:
    schema.migrate(empty)
    schema.migrate(empty)
    assert schema.is_current(empty)


def test_an_empty_database_is_not_current(empty: Database) -> None:
    assert not schema.is_current(empty)


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(MigrationContext, "_ensure_version_table", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        schema.migrate(empty)
    assert inspect(empty.engine).get_table_names() == []
