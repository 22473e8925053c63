"""Tries a backup in a scratch place, and puts one back; what had ended since stays ended."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from referrals.installation.keys_check import fits
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.tombstones.ending import end_again
from referrals.tombstones.journal import Journal
from referrals.vault.keys import BadKeys, Keys, parse
from referrals.vault.sources import KeyFile
from referrals.vault.vault import Vault
from service.backups import sealing
from service.backups.counting import Count, Damaged, count
from service.backups.making import DATABASE, only_sqlite, scratch, unpacked
from service.composition import key_source, open_store
from service.errors import UserError
from service.settings import Settings

OLD_KEYS = "keys/keys.json"


@dataclass(frozen=True)
class Settled:
    """What was done after a restore: how much of each kind ended again, by which journal."""

    ended: Counter[str]
    journal: Path
    journal_found: bool


def tried(
    settings: Settings, file: Path, identities: Sequence[Path], keys: Path | None
) -> list[str]:
    """Restore into a scratch place, read every page and count; tell what is there.

    Raises UserError if anything of it is not as it was written, or its keys do not fit.
    """
    with _opened(settings, file, identities) as (folder, counted):
        if keys is not None:
            _check_keys(folder / DATABASE, _keys_in(keys, identities, folder))
    told = [f"{name}: {rows}" for name, rows in counted.tables.items() if rows]
    whole = f"whole: {counted.rows} rows in {len(counted.tables)} tables, schema {counted.revision}"
    return [*told, whole + (", and its keys fit" if keys else "; keys were not tried")]


def restore_from(
    settings: Settings, file: Path, identities: Sequence[Path], keys: Path | None
) -> tuple[Count, Settled]:
    """Put a backup into a data directory that holds no database yet, and its keys if given.

    Log-ins end, and so does what had ended after the backup, as far as the journal tells; gives
    what was in the backup, and how much ended again. Raises UserError.
    """
    only_sqlite(settings)
    target = settings.database_file
    if target.exists():
        raise UserError(f"{settings.data_dir} is in use; give an empty --data to restore into")
    with _opened(settings, file, identities) as (folder, counted):
        _place_keys(settings, keys, identities, folder)
        (folder / DATABASE).replace(target)
    target.chmod(0o600)
    return counted, settled(settings)


def settled(settings: Settings) -> Settled:
    """End again what had ended, after any restore. Raises UserError for a newer database."""
    with open_store(settings) as store:
        if schema.standing(store.database) is schema.Standing.UNKNOWN:
            raise UserError("the backup was made by a newer Henvis; restore it with that one")
        schema.migrate(store.database)
        file = settings.tombstones
        found = file.exists()
        return Settled(end_again(store.database, Journal(file), store.around.now()), file, found)


@contextmanager
def _opened(
    settings: Settings, file: Path, identities: Sequence[Path]
) -> Iterator[tuple[Path, Count]]:
    """Give a folder with the database of a backup in it, and what was counted there."""
    if not file.is_file():
        raise UserError(f"there is no file {file}")
    with scratch(settings) as folder:
        archive = file
        if sealing.is_sealed(file):
            if not identities:
                raise UserError(f"{file} is encrypted; --identity FILE says who may read it")
            archive = folder / "archive"
            sealing.open_file(file, archive, sealing.identities_in(identities))
        try:
            if _is_old(archive):
                counted = _unpacked_old(archive, folder)
            else:
                counted = unpacked(archive, folder).count
        except Damaged as error:
            raise UserError(f"{file} is damaged, or no backup: {error}") from None
        yield folder, counted


def _is_old(archive: Path) -> bool:
    """Tell whether keys lie beside the database, as until December 2026."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            return sorted(tar.getnames()) == sorted((DATABASE, OLD_KEYS))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Damaged("it is no archive, or cut off") from error


def _unpacked_old(archive: Path, folder: Path) -> Count:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Damaged("it is cut off") from error
    return count(folder / DATABASE)


def _place_keys(
    settings: Settings, keys: Path | None, identities: Sequence[Path], folder: Path
) -> None:
    """Put keys where they are looked for, and see that they fit. Raises UserError."""
    source = key_source(settings)
    given = _keys_in(keys, identities, folder) if keys else _old_keys(folder)
    if given is None:
        if not source.exists():
            raise UserError(
                f"put the keys of its time into {source.name} first, or give them with --keys"
            )
        given = source.load()
        _check_keys(folder / DATABASE, given)
        return
    _check_keys(folder / DATABASE, given)
    if not isinstance(source, KeyFile):
        raise UserError(f"the keys come from {source.name}; put them there, without --keys")
    if source.exists():
        raise UserError(f"{source.name} is there already; leave out --keys, or move it away")
    source.make(given)


def _keys_in(keys: Path, identities: Sequence[Path], folder: Path) -> Keys:
    """Read keys from their own backup, or as they are."""
    if not keys.is_file():
        raise UserError(f"there is no file {keys}")
    if sealing.is_sealed(keys):
        if not identities:
            raise UserError(f"{keys} is encrypted; --identity FILE says who may read it")
        plain = folder / "keys"
        plain.touch(mode=0o600)
        sealing.open_file(keys, plain, sealing.identities_in(identities))
        keys = plain
    try:
        return parse(keys.read_text(encoding="ascii"))
    except (BadKeys, UnicodeDecodeError):
        raise UserError(f"{keys} holds no keys of Henvis") from None


def _old_keys(folder: Path) -> Keys | None:
    file = folder / OLD_KEYS
    return parse(file.read_text(encoding="ascii")) if file.exists() else None


def _check_keys(database: Path, keys: Keys) -> None:
    with closing(Database(f"sqlite:///{database}")) as opened, opened.read() as session:
        if not fits(session, Vault(keys)):
            raise UserError("these are not the keys of that backup; look for those of its time")
