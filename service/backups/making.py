"""Makes a backup beside a running service, encrypts it and tries what came of it.

What is not encrypted stays in the data directory, in a folder that goes again. The keys are never
in it: they have a file of their own.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from referrals.installation.own_facts import BACKUP, note
from referrals.referral.clock import now_utc
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.vault.keys import Keys, dump
from service.backups import sealing
from service.backups.counting import Count, Damaged, Manifest, count, sha256
from service.composition import key_source
from service.errors import UserError
from service.settings import Settings

DATABASE, MANIFEST = "henvis.db", "manifest.json"
KEPT = 14
_DATED = re.compile(r"henvis-\d{8}T\d{6}Z\.(age|tar\.gz)")


def back_up(settings: Settings, place: Path, to: Sequence[str], *, plain: bool, keep: int) -> Path:
    """Write one file, readable by its owner only, and give its name. Henvis may run meanwhile.

    In a folder it gets a name by the time, and the ``keep`` newest stay. Raises UserError on
    PostgreSQL (which has its own tools), when the file exists, without anybody who could read it,
    and for a database that is damaged.
    """
    only_sqlite(settings)
    if not settings.database_file.exists():
        raise UserError(f"there is no database in {settings.data_dir}; is --data right?")
    recipients = sealing.recipients_of([*to, *settings.backup_recipients])
    _check_choice(recipients, plain=plain)
    now = now_utc()
    file = _named(place, now, plain=plain)
    if file.exists():
        raise UserError(f"{file} exists; choose another name, a backup is never overwritten")
    with scratch(settings) as folder:
        archive = _archive(settings, folder, now)
        if recipients:
            _seal_and_try(archive, file, recipients, folder)
        else:
            _put(archive, file)
    if place.is_dir():
        _forget_old(place, keep)
    with closing(Database(settings.database)) as database, database.write() as session:
        if schema.is_usable(database):
            note(session, BACKUP, {"encrypted": bool(recipients), "tried": bool(recipients)}, now)
    return file


def back_up_keys(settings: Settings, file: Path, to: Sequence[str]) -> Keys:
    """Write the keys, encrypted, into a file of their own, and give them. Raises UserError."""
    if not to:
        raise UserError("keys are only written encrypted: --to age1…, best to somebody else")
    if file.exists():
        raise UserError(f"{file} exists; choose another name, a backup is never overwritten")
    keys = key_source(settings).load()
    with scratch(settings) as folder:
        plain = folder / "keys.json"
        plain.touch(mode=0o600)
        plain.write_text(dump(keys), encoding="ascii")
        sealed = folder / "sealed"
        sealing.seal_file(plain, sealed, sealing.recipients_of(to))
        _put(sealed, file)
    return keys


def only_sqlite(settings: Settings) -> None:
    """Refuse what is PostgreSQL's own."""
    if not settings.database.startswith("sqlite"):
        raise UserError(
            "on PostgreSQL use pg_dump and pg_restore, see docs/operations.md; keys have "
            "./henvis backup-keys"
        )


@contextmanager
def scratch(settings: Settings) -> Iterator[Path]:
    """Give a folder that only we can read and that goes again."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data_dir) as folder:
        yield Path(folder)


def unpacked(archive: Path, folder: Path) -> Manifest:
    """Unpack a backup of ours and see that it is what it says of itself. Raises Damaged."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            if sorted(tar.getnames()) != sorted((DATABASE, MANIFEST)):
                raise Damaged("it is no backup of Henvis")
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Damaged("it is no backup of Henvis, or cut off") from error
    manifest = Manifest.read((folder / MANIFEST).read_text())
    found = count(folder / DATABASE)
    if sha256(folder / DATABASE) != manifest.sha256 or found != manifest.count:
        raise Damaged("it holds something else than it says of itself")
    return manifest


def _check_choice(recipients: Sequence[sealing.Recipient], *, plain: bool) -> None:
    if not recipients and not plain:
        raise UserError(
            "to whom is it encrypted? --to age1… (or HENVIS_BACKUP_RECIPIENTS), as age-keygen "
            "prints it; --plain leaves it readable"
        )
    if recipients and plain:
        raise UserError("--plain is for nobody, --to for somebody; give one of them")


def _named(place: Path, now: datetime, *, plain: bool) -> Path:
    ending = "tar.gz" if plain else "age"
    return place / f"henvis-{now:%Y%m%dT%H%M%SZ}.{ending}" if place.is_dir() else place


def _archive(settings: Settings, folder: Path, now: datetime) -> Path:
    """Copy the database as it is at one moment, see that it is whole, and pack it."""
    copy = folder / DATABASE
    try:
        with (
            closing(sqlite3.connect(settings.database_file)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        counted = count(copy)
    except (Damaged, sqlite3.DatabaseError) as error:
        raise UserError(
            f"the database is damaged ({error}), so there is no new backup; keep the older ones "
            "and see docs/operations.md"
        ) from None
    manifest = folder / MANIFEST
    manifest.write_text(Manifest(now.isoformat(), counted, sha256(copy)).written())
    archive = folder / "archive"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(manifest, MANIFEST)
        tar.add(copy, DATABASE)
    copy.unlink()
    return archive


def _seal_and_try(
    archive: Path, file: Path, recipients: Sequence[sealing.Recipient], folder: Path
) -> Count:
    """Encrypt also to ourselves, for this moment, and read back what lies in its place."""
    ourselves = sealing.own_identity()
    sealed = folder / "sealed"
    sealing.seal_file(archive, sealed, [*recipients, ourselves.to_public()])
    archive.unlink()
    _put(sealed, file)
    sealed.unlink()
    back = folder / "back"
    try:
        sealing.open_file(file, back, [ourselves])
        return unpacked(back, folder).count
    except (UserError, Damaged) as error:
        file.unlink()
        raise UserError(f"the backup could not be read back ({error}); look at the disk") from None


def _put(made: Path, file: Path) -> None:
    """Copy a file to its place, which may be another disk: whole, or not at all."""
    draft = file.with_name(f".{file.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with made.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        os.link(draft, file)
    finally:
        draft.unlink()


def _forget_old(folder: Path, keep: int) -> None:
    dated = sorted(each for each in folder.iterdir() if _DATED.fullmatch(each.name))
    for old in dated[: max(0, len(dated) - keep)]:
        old.unlink()
