"""The migrations make exactly the tables that the code works with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table, inspect, text

from referrals.storage import schema
from referrals.storage.database import Database
from referrals.storage.table_base import Base


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
    assert schema.is_usable(empty)


NOW = datetime(2026, 11, 30, tzinfo=UTC)
PARENTS_FIRST = ("hospitals", "wards", "users", "encounters", "turns")


def test_a_database_that_holds_encounters_and_turns_is_migrated(empty: Database) -> None:
    schema.migrate(empty, "0005_counted_days")
    with empty.write_rows() as connection:
        tables = MetaData()
        for name in PARENTS_FIRST:
            table = Table(name, tables, autoload_with=connection)
            connection.execute(table.insert().values(_one_row(table)))
    schema.migrate(empty)
    with empty.engine.connect() as connection:
        for name in PARENTS_FIRST:
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 1


def _one_row(table: Table) -> dict[str, Any]:
    """Fill what may not be empty; a reference names the only row of the other table."""
    values: dict[type, Any] = {int: 1, str: "1", bool: False, datetime: NOW}
    return {
        column.name: values.get(column.type.python_type, {})
        for column in table.columns
        if not column.nullable
    }


def test_an_empty_database_is_not_current(empty: Database) -> None:
    assert not schema.is_usable(empty)


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(MigrationContext, "_ensure_version_table", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        schema.migrate(empty)
    assert inspect(empty.engine).get_table_names() == []


def test_a_database_of_a_newer_version_is_left_as_it_is(database: Database) -> None:
    with database.write_rows() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_of_tomorrow'"))
    assert schema.standing(database) is schema.Standing.UNKNOWN
    with pytest.raises(schema.UnknownSchema):
        schema.migrate(database)
    assert not schema.is_usable(database)
    with database.write_rows() as connection:  # as other tests know it
        connection.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": schema.head()}
        )


TOMORROW = """
revision, down_revision = "9999_of_tomorrow", "{head}"
{leaves_room}

def upgrade():
    from alembic import op
    op.execute("CREATE TABLE of_tomorrow (id integer)")
"""


def migrate_tomorrow(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaves_room: str
) -> None:
    """Bring a database up to date by the version after this one."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder)
    migration = TOMORROW.format(head=schema.head(), leaves_room=leaves_room)
    (folder / "versions" / "9999_of_tomorrow.py").write_text(migration)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "FOLDER", folder)
        schema.migrate(database)
        assert schema.standing(database) is schema.Standing.CURRENT


def test_where_the_next_version_left_room_this_one_works_beside_it(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.migrate(empty)
    leaves_room = f'works_with = "{schema.head()}"'
    migrate_tomorrow(empty, tmp_path, monkeypatch, leaves_room)
    assert schema.standing(empty) is schema.Standing.AHEAD
    assert schema.is_usable(empty)
    schema.migrate(empty)
    assert inspect(empty.engine).has_table("of_tomorrow")
    assert schema.standing(empty) is schema.Standing.AHEAD


@pytest.mark.parametrize("leaves_room", ["", 'works_with = "9999_of_tomorrow"'])
def test_where_it_left_none_this_one_refuses(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaves_room: str
) -> None:
    schema.migrate(empty)
    migrate_tomorrow(empty, tmp_path, monkeypatch, leaves_room)
    assert not schema.is_usable(empty)
    with pytest.raises(schema.UnknownSchema):
        schema.migrate(empty)


def test_two_hosts_that_start_at_once_migrate_once(empty: Database) -> None:
    others = [Database(empty.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    with ThreadPoolExecutor(len(others)) as hosts:
        assert list(hosts.map(schema.migrate, others)) == [None] * len(others)
    for each in others:
        assert schema.is_usable(each)
        each.close()


def test_an_older_database_is_known_as_one(empty: Database) -> None:
    schema.migrate(empty, "0005_counted_days")
    assert schema.standing(empty) is schema.Standing.OLDER


def test_what_a_database_lacks_is_named(empty: Database) -> None:
    schema.migrate(empty)
    assert schema.missing(empty) == []
    with empty.write_rows() as connection:
        connection.execute(text("ALTER TABLE courses RENAME COLUMN title TO name"))
    assert schema.missing(empty) == ["courses.title"]
