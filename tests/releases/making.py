"""Keeps what a release writes, to try later ones on it: `python -m tests.releases.making 1.0.0`.

Run once, when a release is made, and never again for it: the files are what its code wrote. Makes
`tests/releases/VERSION/` with a dump of the demo on SQLite and on PostgreSQL, the made-up keys of
both, and what stands in them.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

import time_machine

from referrals.advice.encounter import Step
from referrals.advice.tapping import TapGuard
from referrals.consent.withdrawal import withdraw
from referrals.courses.tables import CourseRow
from referrals.follow_up.follow_ups import FollowUps
from referrals.referral.moves import Actor, Move
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import Accounts
from service import database as preparing
from service.composition import open_store
from service.settings import Settings
from tests import postgres
from tests.conftest import FORENOON, Clock, World
from tests.referrals.booking.seating import add_course
from tests.referrals.playing import Play

HERE = Path(__file__).parent
ADVISER = "demo-adviser-0151"
SQLITE, POSTGRESQL, KEYS, WHAT = "sqlite.sql.gz", "postgresql.sql.gz", "keys.json", "what.json"


@dataclass(frozen=True)
class What:
    """What stands in a dump beside the demo: references, a conversation, a course."""

    filed: str
    phone: str
    enrolled: str
    withdrawn: str
    at_summary: str
    course: int


@contextlib.contextmanager
def world_of(settings: Settings) -> Iterator[World]:
    """Give the domain around what lies in a data directory, on the forenoon of all tests."""
    with open_store(settings) as store:
        clock = Clock()
        around = replace(store.around, now=clock, taps=TapGuard(timedelta()))
        yield World(store.database, clock, around, Accounts(store.database))


def play(world: World) -> What:
    """Leave cases at several steps, and one conversation just before it is sent."""
    with world.database.write() as session:
        course = add_course(session, 8)
    filed, enrolled, withdrawn = (
        Play(world).file(phone=phone) for phone in ("20660001", "20660002", "20660003")
    )
    now, queue = world.clock(), world.queue()
    for move in (Move.REACH, Move.ACCEPT):
        queue.move(enrolled, move, now)
    FollowUps(world.database, world.vault, world.staff(ADVISER)).enrol(enrolled, course, now)
    with world.database.write() as session:
        row = session.query(ReferralRow).filter_by(reference=withdrawn).one()
        withdraw(session, row, by=Actor.PATIENT, name="own_page", how="own_page", now=now)
        assert session.get(CourseRow, course)
    open_one = Play(world)
    open_one.to_summary(phone="20660004")
    assert open_one.step is Step.SUMMARY
    return What(filed, "20660001", enrolled, withdrawn, open_one.id, course)


def restore(folder: Path, kind: str, settings: Settings) -> What:
    """Put a dump back where settings say, with its keys; tell what stands in it."""
    dump = gzip.decompress((folder / kind).read_bytes()).decode("utf-8")
    if kind == SQLITE:
        settings.data_dir.mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(settings.database_file)) as connection:
            connection.executescript(dump)
    else:
        address = settings.database.replace("+psycopg", "")
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", address]
        subprocess.run(command, input=dump, text=True, check=True, stdout=subprocess.DEVNULL)
    keys = json.loads((folder / KEYS).read_text("utf-8"))
    settings.keys_dir.mkdir(parents=True, mode=0o700)
    place = settings.keys_dir / "keys.json"
    place.touch(mode=0o600)
    place.write_text(json.dumps(keys[kind]), encoding="utf-8")
    return What(**json.loads((folder / WHAT).read_text("utf-8"))[kind])


def _made(settings: Settings) -> tuple[What, object]:
    preparing.prepare(settings, demo=True)
    with world_of(settings) as world:
        what = play(world)
    return what, json.loads((settings.keys_dir / "keys.json").read_text("utf-8"))


def main(version: str) -> None:
    """Make both dumps."""
    place = HERE / version
    place.mkdir()
    what, keys = {}, {}
    with (
        time_machine.travel(FORENOON, tick=False),
        tempfile.TemporaryDirectory() as folder,
        postgres.running() as server,
        postgres.a_database(server) as url,
    ):
        on_sqlite = Settings.load(data_dir=Path(folder) / "s")
        on_postgresql = Settings.load(data_dir=Path(folder) / "p", database_url=url)
        what[SQLITE], keys[SQLITE] = _made(on_sqlite)
        what[POSTGRESQL], keys[POSTGRESQL] = _made(on_postgresql)
        with contextlib.closing(sqlite3.connect(on_sqlite.database_file)) as connection:
            lines = "\n".join(connection.iterdump())
        _write(place / SQLITE, lines.encode())
        dump = ["pg_dump", "--no-owner", "--no-privileges", "-d", url.replace("+psycopg", "")]
        _write(place / POSTGRESQL, subprocess.check_output(dump))
    told = {kind: asdict(each) for kind, each in what.items()}
    (place / WHAT).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (place / KEYS).write_text(json.dumps(keys, indent=2) + "\n", encoding="utf-8")


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
