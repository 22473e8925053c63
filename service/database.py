"""Makes the database ready for a start: folders, migrations, demo data."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from demo import people as made_up
from referrals.administration.places import ensure_municipalities
from referrals.installation.bound_values import bind_values
from referrals.installation.keys_check import NotItsKeys, settle_keys
from referrals.storage import schema
from referrals.storage.database import Database
from service.composition import closing_store
from service.errors import Hopeless, UserError
from service.settings import Settings
from service.start_check import NEWER, keys_line


def prepare(settings: Settings, *, demo: bool) -> None:
    """Bring the schema up to date and fill an empty database. Raises UserError if it cannot."""
    try:
        with closing_store(settings) as store:
            _migrate(store.database)
            settle_keys(store.database, store.vault, store.around.now())
            bind_values(store.database, store.vault, store.around.now())
            if demo:
                made_up.fill(store.database, store.accounts, store.around)
            ensure_municipalities(store.database, store.around.municipalities.partners())
    except NotItsKeys as error:
        raise Hopeless(keys_line(str(settings.data_dir), missing=error.missing)) from None
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or type(error).__name__).splitlines()[0]
        raise UserError(
            f"the database cannot be made ready ({reason}); check the disk, "
            "HENVIS_DATABASE_URL and --data"
        ) from error


def bring_up_to_date(settings: Settings) -> str:
    """Do what a start does to the database, without starting; say what came of it.

    Raises UserError if it cannot.
    """
    if not settings.is_begun:
        raise UserError(f"there is no database in {settings.data_dir} yet; ./henvis up makes one")
    with closing(Database(settings.database)) as database:
        before = schema.standing(database)
    prepare(settings, demo=False)
    if before is schema.Standing.AHEAD:
        return "the database was brought up to date by a newer Henvis, and this one can use it"
    if before is schema.Standing.CURRENT:
        return f"the database is up to date already ({schema.head()})"
    return f"the database is up to date now ({schema.head()})"


def _migrate(database: Database) -> None:
    """Bring the schema up to date. Raises Hopeless if this code cannot work with what is there."""
    try:
        schema.migrate(database)
    except schema.UnknownSchema:
        raise Hopeless(NEWER) from None
    if lacking := schema.missing(database):
        raise Hopeless(
            f"the database lacks {lacking[0]} though all migrations ran, so another Henvis made "
            "it; give another --data, or restore a backup"
        )
