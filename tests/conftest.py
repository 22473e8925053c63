"""What many tests need: databases of both kinds, a store, the app without an engine, the whole."""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine, event

from tests.running import RunningHenvis as RunningHenvis
from tests.running import start_henvis as start_henvis
from tests.running import stop_henvis as stop_henvis

# What most tests do not need is imported where it is needed: a rule is tested in a second.
if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from referrals.follow_up.seats_and_calls import SeatsAndCalls
    from referrals.queue.municipal_queue import MunicipalQueue
    from referrals.staff.accounts import Accounts
    from referrals.staff.roles import Staff
    from referrals.storage.database import Database
    from referrals.turns.encounters import Encounters
    from referrals.turns.turn import TurnServices
    from referrals.vault.vault import Vault

# Whoever starts the tests in the background may have them ignore these signals, and what they
# start would inherit that: a stop that is tested would never arrive.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
gc.set_threshold(10_000)  # to look for rubbish among the tests is a fifth of collecting them
# What they start finds its modules compiled, as it does when ./henvis starts it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Nor do the tests wait for the demo's year, which one of them plays itself.
os.environ.setdefault("HENVIS_DEMO_ENCOUNTERS", "0")
# And they tap faster than anybody may; tests of a second tap say how long it takes.
os.environ.setdefault("HENVIS_TAP_WAIT_MS", "0")
os.environ.setdefault("HENVIS_LOOK_UPS", "1000000")


@event.listens_for(Engine, "connect")
def _no_order_by_chance(connection: object, _record: object) -> None:
    """Reverse what SQLite gives without an order, so that nobody relies on one by chance.

    PostgreSQL gives such rows in any order, and seldom in another: a test failed once in weeks.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


def pytest_collection_finish() -> None:
    """Look for no rubbish among all that was imported and collected, as it stays."""
    gc.collect()
    gc.freeze()


FORENOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday in Denmark, and no feast near: the hour and the weekday change what pages show."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = FORENOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class World:
    """The domain around one database that holds the demo staff, on a clock of its own."""

    database: Database
    clock: Clock
    around: TurnServices
    accounts: Accounts
    encounters: Encounters = field(init=False)

    def __post_init__(self) -> None:
        from referrals.turns.encounters import Encounters

        self.encounters = Encounters(self.database, self.around)

    @property
    def vault(self) -> Vault:
        return self.around.vault

    def staff(self, name: str) -> Staff:
        from tests.worlds import staff_called

        return staff_called(name, self.database)

    def queue(self, code: str = "0151") -> MunicipalQueue:
        from referrals.queue.municipal_queue import MunicipalQueue

        return MunicipalQueue(self.database, self.vault, self.staff(f"demo-adviser-{code}"))

    def seats_and_calls(self, code: str = "0151") -> SeatsAndCalls:
        from referrals.follow_up.seats_and_calls import SeatsAndCalls

        return SeatsAndCalls(self.database, self.vault, self.staff(f"demo-adviser-{code}"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL of our own; give its address without a database."""
    from tests import postgres

    with postgres.running() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give an empty database of its own to each test."""
    from tests import postgres

    with postgres.a_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give the file of a migrated, empty SQLite database."""
    from tests import worlds

    file = tmp_path_factory.mktemp("migrated") / "henvis.db"
    worlds.migrated(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give the way to a SQLite file that each test finds anew; statements are written once."""
    from tests import worlds

    file = tmp_path_factory.mktemp("sqlite") / "henvis.db"
    yield from worlds.kept(f"sqlite:///{file}", durable=False)  # no test outlives a power cut


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Database]:
    """Give the way to a migrated PostgreSQL database that each test finds empty."""
    from tests import postgres, worlds

    with postgres.a_database(postgres_server) as url:
        yield from worlds.kept(worlds.migrated(url))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give a migrated, empty database: each test runs on SQLite and on PostgreSQL."""
    opened: Database = request.getfixturevalue(f"{request.param}_engine")
    if request.param == "sqlite":
        file = Path(opened.engine.url.database or "")
        for left in file.parent.iterdir():
            left.unlink()
        file.write_bytes(request.getfixturevalue("migrated_sqlite"))
    else:
        from tests import postgres

        postgres.empty(opened.engine)
    opened.aside.clear()
    yield opened
    if opened.is_sqlite:
        opened.close()  # the file is another one for each test


@pytest.fixture(scope="session", autouse=True)
def weak_hashes() -> Iterator[None]:
    """Hash passwords with little work in this process: argon2 is slow on purpose."""
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordHash, "recommended", lambda: weak)
        yield


@pytest.fixture(scope="session")
def demo_password_hash(weak_hashes: None) -> str:
    """Hash the demo password once."""
    from demo import people

    return PasswordHash.recommended().hash(people.PASSWORD)


@pytest.fixture(scope="session")
def staffed_sqlite(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes, demo_password_hash: str
) -> bytes:
    """Give the file of a SQLite database with the demo staff."""
    from referrals.storage.database import Database
    from tests import worlds

    file = tmp_path_factory.mktemp("staffed") / "henvis.db"
    file.write_bytes(migrated_sqlite)
    database = Database(f"sqlite:///{file}")
    worlds.staff_it(database, demo_password_hash)
    database.close()
    return file.read_bytes()


@pytest.fixture(scope="session")
def staffed_postgres(postgres_engine: Database, demo_password_hash: str) -> None:
    """Keep the rows of the demo staff beside the tables that each test finds empty."""
    from tests import postgres, worlds

    postgres.empty(postgres_engine.engine)
    worlds.staff_it(postgres_engine, demo_password_hash)
    postgres.keep_staff(postgres_engine.engine)


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    demo_password_hash: str,
) -> World:
    """Give the domain around a database with demo staff, no referrals and no courses."""
    from tests import postgres, worlds

    if database.is_sqlite:
        file = Path(database.engine.url.database or "")
        file.write_bytes(request.getfixturevalue("staffed_sqlite"))
    else:
        request.getfixturevalue("staffed_postgres")
        postgres.restore_staff(database.engine)
    world = worlds.a_world(database)
    monkeypatch.setattr(world.accounts, "hash_password", lambda _password: demo_password_hash)
    return world


@pytest.fixture(scope="module")
def forenoon() -> Iterator[None]:
    """Let the app of a test file begin on the same forenoon, whenever the tests run."""
    with time_machine.travel(FORENOON):
        yield


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of demo data as it is on that forenoon, to be copied: making it takes long."""
    from service import database as preparing
    from service.settings import Settings

    folder = tmp_path_factory.mktemp("demo") / "data"
    with time_machine.travel(FORENOON):
        preparing.prepare(Settings.load(data_dir=folder), demo=True)
    return folder


@pytest.fixture
def app_client(
    forenoon: None, demo_data: Path, tmp_path: Path
) -> Iterator[Callable[..., TestClient]]:
    """Give HTTP clients of the app on SQLite with demo data, each signed in by name, no engine."""
    from tests import apps

    yield from apps.clients(demo_data, tmp_path / "data")


@pytest.fixture(scope="module")
def shared_client(
    forenoon: None, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., TestClient]]:
    """Give the same for all tests of a file that do not get in each other's way."""
    from tests import apps

    yield from apps.clients(demo_data, tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture(scope="module")
def still() -> Iterator[time_machine.Traveller]:
    """Stop the clock for a test file, which moves it."""
    with time_machine.travel(FORENOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def guarded_client(
    still: time_machine.Traveller, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., TestClient]]:
    """Give HTTP clients of an app that guards taps, as it does unless told otherwise."""
    from referrals.advice.tapping import SEEN_AFTER
    from tests import apps

    wait_ms = SEEN_AFTER // timedelta(milliseconds=1)
    folder = tmp_path_factory.mktemp("guarded") / "data"
    yield from apps.clients(demo_data, folder, tap_wait_ms=wait_ms)


@pytest.fixture(scope="session")
def engine_python(trained_model: Path) -> Path:
    """Give the Python of the engine's environment."""
    from service.settings import Settings

    return Settings.load().engine_python


@pytest.fixture(scope="session")
def trained_model(pytestconfig: pytest.Config) -> Path:
    """Give the model of the present files; builds the engine and trains it if need be.

    That takes minutes, and says so. What the tests start finds the model by ``HENVIS_MODEL``.
    """
    if "HENVIS_MODEL" not in os.environ:
        capturing = pytestconfig.pluginmanager.getplugin("capturemanager")
        with capturing.global_and_fixture_disabled():
            train = [sys.executable, Path(__file__).parents[1] / "henvis", "train"]
            trained = subprocess.run(train, stdout=subprocess.PIPE, text=True)
        if trained.returncode:  # no assert: pytest would print all that is set
            pytest.fail("./henvis train failed; the line before says why")
        os.environ["HENVIS_MODEL"] = trained.stdout.strip()
    return Path(os.environ["HENVIS_MODEL"])


@pytest.fixture(scope="session")
def running_henvis(
    tmp_path_factory: pytest.TempPathFactory, trained_model: Path
) -> Iterator[RunningHenvis]:
    """Run one whole Henvis for all tests that need the real engine."""
    running = start_henvis(tmp_path_factory.mktemp("henvis"))
    try:
        yield running
    finally:
        stop_henvis(running)
