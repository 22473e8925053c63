"""Makes the database ready for a start: folders, migrations, demo data."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from demo import people as made_up
from referrals.administration.places import ensure_municipalities
from referrals.storage import schema
from service.composition import build_store
from service.errors import UserError
from service.settings import Settings


def prepare(settings: Settings, *, demo: bool) -> None:
    """Bring the schema up to date and fill an empty database. Raises UserError if it cannot."""
    store = build_store(settings)
    try:
        schema.migrate(store.database)
        if demo:
            made_up.fill(store.database, store.accounts, store.around)
        ensure_municipalities(store.database, store.around.municipalities.partners())
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or type(error).__name__).splitlines()[0]
        raise UserError(
            f"the database cannot be made ready ({reason}); check the disk, "
            "HENVIS_DATABASE_URL and --data"
        ) from error
    finally:
        store.database.close()
