"""What is in a copy of the database, and whether it is whole: pages are read, rows counted."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_NOT_OURS = ("sqlite_", "alembic_version")


class Damaged(Exception):
    """A database that is not whole. The text says where, by SQLite's own words."""


@dataclass(frozen=True)
class Count:
    """How many rows each table has, of which schema, under which keys (purpose to ids)."""

    tables: dict[str, int]
    revision: str
    keys: dict[str, list[str]]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(self.tables.values())


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: when it was made, of what, and how its file must read."""

    made_at: str
    count: Count
    sha256: str

    def written(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @staticmethod
    def read(text: str) -> Manifest:
        """Read it back. Raises Damaged."""
        try:
            told: dict[str, Any] = json.loads(text)
            return Manifest(told["made_at"], Count(**told["count"]), told["sha256"])
        except (ValueError, KeyError, TypeError):
            raise Damaged("its list of contents cannot be read") from None


def count(file: Path) -> Count:
    """Read a database that nobody writes to, page by page, and count its rows. Raises Damaged."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as database:
            return _count(database)
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error


def sha256(file: Path) -> str:
    """Give the checksum of a file (64 hex digits)."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _count(database: sqlite3.Connection) -> Count:
    said = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
    if said != ["ok"]:
        raise Damaged("; ".join(" ".join(line.split()) for line in said)[:300])
    if dangling := database.execute("PRAGMA foreign_key_check").fetchone():
        raise Damaged(f"a row of {dangling[0]} belongs to none of {dangling[2]}")
    names = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(_NOT_OURS)
    ]
    tables = {name: _one(database, f'SELECT count(*) FROM "{name}"') for name in sorted(names)}  # noqa: S608 - our tables
    keys: dict[str, list[str]] = {}
    if "vault_keys" in tables:
        order = "SELECT purpose, key_id FROM vault_keys ORDER BY purpose, current DESC, key_id"
        for purpose, key_id in database.execute(order):
            keys.setdefault(purpose, []).append(key_id)
    revision = _one(database, "SELECT version_num FROM alembic_version")
    return Count(tables, str(revision), keys)


def _one(database: sqlite3.Connection, question: str) -> Any:
    return database.execute(question).fetchone()[0]
