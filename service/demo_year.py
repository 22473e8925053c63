"""The made-up year of the demo: played beside the database, and put in its place once complete.

It is played in a file; for another database than the embedded one the file's rows are copied.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from referrals.database import Database
from referrals.year.play import Script, Year
from service.composition import build_store
from service.database import prepare
from service.demo_copy import copy_all, is_empty
from service.errors import UserError
from service.settings import Settings

SMALL = Script(
    course_every=timedelta(days=35),
    house_every=timedelta(days=3),
    busy=(30, 20, 0, 12, 0),
    others=0,
    of_demo_adviser=5,
)
"""A part of a year on three wards, so that the pages have something to show: few are hidden."""
SECONDS_EACH = 1 / 28
"""About how long one encounter takes with all that follows from it."""


def missing(settings: Settings) -> bool:
    """Tell whether a year is to be played: for a new demo database.

    One that cannot be reached is not new; what is wrong with it is told when it is made ready.
    """
    if not settings.demo or settings.demo_encounters == 0:
        return False
    if not settings.database_url:
        return not _file(settings).exists()
    with closing(Database(settings.database)) as database, suppress(SQLAlchemyError):
        return is_empty(database)
    return False


def expected_s(settings: Settings) -> int:
    """Give how long it takes, in seconds."""
    return 3 + round(settings.demo_encounters * SECONDS_EACH)


def play(settings: Settings, tick: Callable[[], None]) -> None:
    """Make the demo database with its year. An interrupted one is thrown away at the next start."""
    file = _file(settings)
    unfinished = file.with_name(f"{file.name}.new")
    for left in unfinished.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    aside = settings.model_copy(update={"database_url": f"sqlite:///{unfinished}"})
    prepare(aside, demo=True)
    store = build_store(aside, durable=False)
    try:
        script = replace(SMALL, encounters=settings.demo_encounters)
        Year(store.database, store.around, store.around.now(), script).play(lambda _share: tick())
    finally:
        store.database.close()
    if settings.database_url:
        _copy(unfinished, settings)
    else:
        _keep(unfinished)
        unfinished.rename(file)


def _copy(played: Path, settings: Settings) -> None:
    """Write what was played into the database that the settings name. Raises UserError."""
    source = Database(f"sqlite:///{played}", durable=False)
    with closing(source), closing(Database(settings.database)) as target:
        try:
            copy_all(source, target)
        except SQLAlchemyError as error:
            raise UserError(
                "the demo's year cannot be written; give HENVIS_DATABASE_URL an empty database, "
                "or set HENVIS_DEMO_ENCOUNTERS=0"
            ) from error
    played.unlink()


def _keep(file: Path) -> None:
    """Have the disk hold the file before it counts."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(settings: Settings) -> Path:
    return settings.data_dir / "henvis.db"
