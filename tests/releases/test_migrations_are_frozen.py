"""What a release shipped is never changed: databases were made by it. What comes after it expands.

The rules stand in `migrations/README.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from referrals.storage import schema
from referrals.storage.database import Database

VERSIONS = schema.FOLDER / "versions"
LINES = (schema.FOLDER / "frozen.txt").read_text("utf-8").splitlines()
FROZEN = {name: digest for digest, name in map(str.split, LINES)}


@pytest.mark.parametrize("name", FROZEN)
def test_a_migration_of_a_release_is_as_it_was_shipped(name: str) -> None:
    assert hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() == FROZEN[name]


def test_migrations_are_frozen_in_their_order_without_a_gap() -> None:
    there = sorted(file.name for file in VERSIONS.glob("*.py"))
    assert list(FROZEN) == there[: len(FROZEN)]


def narrowed(before: sa.MetaData, after: sa.MetaData) -> Iterator[str]:
    """Name what code that knows the tables of ``before`` would stumble over in ``after``."""
    for table in before.sorted_tables:
        kept = after.tables.get(table.name)
        if kept is None:
            yield table.name
            continue
        for column in table.columns:
            same = kept.columns.get(column.name)
            if same is None or str(same.type) != str(column.type):
                yield f"{table.name}.{column.name}"
            elif column.nullable and not same.nullable:
                yield f"{table.name}.{column.name} may not be empty any more"
        for column in kept.columns:
            new = column.name not in table.columns
            if new and not column.nullable and column.server_default is None:
                yield f"{table.name}.{column.name} is wanted, and has no default"


def a_table(*columns: sa.Column[object]) -> sa.MetaData:
    tables = sa.MetaData()
    sa.Table("courses", tables, sa.Column("id", sa.Integer, primary_key=True), *columns)
    return tables


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [sa.Column("title", sa.String(9))], []),
        ([], [sa.Column("title", sa.String(9), nullable=False, server_default="")], []),
        ([], [sa.Column("title", sa.String(9), nullable=False)], ["wanted"]),
        ([sa.Column("title", sa.String(9))], [], ["courses.title"]),
        ([sa.Column("title", sa.String(9))], [sa.Column("title", sa.Integer)], ["courses.title"]),
        (
            [sa.Column("title", sa.String(9))],
            [sa.Column("title", sa.String(9), nullable=False)],
            ["empty"],
        ),
    ],
)
def test_what_the_version_before_would_stumble_over_is_seen(
    before: list[sa.Column[object]], after: list[sa.Column[object]], found: list[str]
) -> None:
    seen = list(narrowed(a_table(*before), a_table(*after)))
    assert len(seen) == len(found)
    assert all(word in line for word, line in zip(found, seen, strict=True))


def test_what_claims_to_leave_room_for_an_older_version_does(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    script = ScriptDirectory.from_config(config)
    head = script.get_revision("head")
    oldest = getattr(head.module, "works_with", head.revision)
    tables = []
    for revision in (oldest, head.revision):
        database = Database(f"sqlite:///{tmp_path / revision}.db")
        schema.migrate(database, revision)
        tables.append(sa.MetaData())
        tables[-1].reflect(database.engine)
        database.close()
    assert list(narrowed(*tables)) == []
