"""The made-up year of the demo: played beside the database, and put in its place once complete.

It is played in a file; for another database than the embedded one the file's rows are copied.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from demo.year.play import Script, Year
from referrals.storage.database import Database
from service.composition import build_store
from service.database import prepare
from service.demo.copy import copy_all
from service.errors import UserError
from service.settings import Settings

SMALL = Script(
    course_every=timedelta(days=35),
    house_every=timedelta(days=3),
    busy=(30, 20, 0, 12, 0),
    others=0,
    of_demo_adviser=5,
    counts_days=False,
)
"""A part of a year on three wards, so that the pages have something to show: few are hidden."""


def play(settings: Settings) -> None:
    """Make the demo database with its year. An interrupted one is thrown away at the next start."""
    file = settings.database_file
    unfinished = file.with_name(f"{file.name}.new")
    for left in unfinished.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    aside = settings.model_copy(update={"database_url": f"sqlite:///{unfinished}"})
    prepare(aside, demo=True)
    store = build_store(aside, durable=False)
    try:
        script = replace(SMALL, encounters=settings.demo_encounters)
        Year(store.database, store.around, store.around.now(), script).play()
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
