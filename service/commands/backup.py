"""Backup and restore of an installation on SQLite: the database and its keys in one file."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from referrals.installation.own_facts import BACKUP, note
from referrals.referral.clock import now_utc
from referrals.storage import schema
from referrals.storage.database import Database
from service.errors import UserError
from service.settings import Settings

DATABASE, KEYS = "henvis.db", "keys/keys.json"


def back_up(settings: Settings, file: Path) -> None:
    """Write one file, readable by its owner only. Henvis may run meanwhile.

    Raises UserError on PostgreSQL (which has its own tools) or when the file exists.
    """
    _only_sqlite(settings)
    if file.exists():
        raise UserError(f"{file} exists; choose another name, a backup is never overwritten")
    if not (settings.data_dir / DATABASE).exists():
        raise UserError(f"there is no database in {settings.data_dir}; is --data right?")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
        copy = Path(folder) / DATABASE
        with (
            closing(sqlite3.connect(settings.data_dir / DATABASE)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        draft = Path(folder) / "backup"
        with tarfile.open(draft, "w:gz") as archive:
            archive.add(copy, DATABASE)
            archive.add(settings.data_dir / KEYS, KEYS)
        draft.chmod(0o600)
        os.link(draft, file)
    with closing(Database(settings.database)) as database, database.write() as session:
        if schema.is_current(database):
            note(session, BACKUP, {"encrypted": False}, now_utc())


def restore_from(settings: Settings, file: Path) -> None:
    """Put a backup into a data directory that holds no database yet.

    What should have been purged since goes at the next start. Raises UserError otherwise.
    """
    _only_sqlite(settings)
    if (settings.data_dir / DATABASE).exists() or (settings.data_dir / KEYS).exists():
        raise UserError(f"{settings.data_dir} is in use; give an empty --data to restore into")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with tarfile.open(file, "r:gz") as archive:
            if sorted(archive.getnames()) != sorted((DATABASE, KEYS)):
                raise UserError(f"{file} is no backup of Henvis")
            archive.extractall(settings.data_dir, filter="data")
        _begin_feeds_anew(settings.data_dir / DATABASE)
    except (tarfile.TarError, EOFError, sqlite3.DatabaseError) as error:
        raise UserError(f"{file} is no backup of Henvis, or it is damaged") from error


def _begin_feeds_anew(database: Path) -> None:
    """Have every system read its feed from the start: what it read since the backup is undone."""
    with closing(sqlite3.connect(database)) as restored, restored:
        tables = "SELECT name FROM sqlite_master WHERE name = 'feed_heads'"
        if restored.execute(tables).fetchone():  # a backup may be older than the feed
            restored.execute("UPDATE feed_heads SET epoch = lower(hex(randomblob(6)))")


def _only_sqlite(settings: Settings) -> None:
    if not settings.database.startswith("sqlite"):
        raise UserError("on PostgreSQL use pg_dump and pg_restore, and keep keys/ beside the dump")
