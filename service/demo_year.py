"""The made-up year of the demo: played beside the database, and put in its place once complete."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from referrals.year.play import Script, Year
from service.composition import build_store
from service.database import prepare
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
    """Tell whether a year is to be played: for a new demo database in the data directory."""
    new = not settings.database_url and not _file(settings).exists()
    return new and settings.demo and settings.demo_encounters > 0


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
    _keep(unfinished)
    unfinished.rename(file)


def _keep(file: Path) -> None:
    """Have the disk hold the file before it counts."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(settings: Settings) -> Path:
    return settings.data_dir / "henvis.db"
