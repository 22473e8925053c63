"""What many tests need: databases of both kinds, a store, the app without an engine, the whole."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import create_engine, select, text
from starlette.testclient import TestClient

from demo import courses, people
from referrals.advice.tapping import SEEN_AFTER, TapGuard
from referrals.consent.texts import load_consent_texts
from referrals.denmark.municipalities import load_municipalities
from referrals.next_action.keeping import NextActions
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.staff.accounts import Accounts, staff_of
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.turns.encounters import Encounters
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from referrals.words.labels import Labels
from service import database as preparing
from service.composition import build_store
from service.settings import ROOT, Settings
from service.web.app import create_app
from tests.running import RunningHenvis as RunningHenvis
from tests.running import start_henvis as start_henvis
from tests.running import stop_henvis as stop_henvis

# Whoever starts the tests in the background may have them ignore these signals, and what they
# start would inherit that: a stop that is tested would never arrive.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
# What they start finds its modules compiled, as it does when ./henvis starts it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Nor do the tests wait for the demo's year, which one of them plays itself.
os.environ.setdefault("HENVIS_DEMO_ENCOUNTERS", "0")
# And they tap faster than anybody may; tests of a second tap say how long it takes.
os.environ.setdefault("HENVIS_TAP_WAIT_MS", "0")


def pytest_collection_finish() -> None:
    """Look for rubbish seldom, and not among all that was imported and collected, as it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


EMPTY_POSTGRES = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename, pg_relation_size(quote_ident(tablename)::regclass) AS bytes
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        IF each.bytes > 200000 THEN EXECUTE format('TRUNCATE %I CASCADE', each.tablename);
        ELSE EXECUTE format('DELETE FROM %I', each.tablename); END IF;
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
    END LOOP;
END $$
"""
"""Ends what other tests left and takes all rows out, without a trigger or a key being asked. A new
database for each test takes four times as long. Nobody vacuums, and later tests would read past all
rows that were ever deleted: so a table that has grown is cut off instead, which takes longer.
"""


KEEP_STAFF = """
DO $$
DECLARE each record;
BEGIN
    CREATE SCHEMA staffed;
    FOR each IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('CREATE TABLE staffed.%1$I AS TABLE public.%1$I', each.tablename);
    END LOOP;
END $$
"""
RESTORE_STAFF = """
DO $$
DECLARE each record; highest bigint;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT relname FROM pg_class
        WHERE relnamespace = 'staffed'::regnamespace AND pg_relation_size(oid) > 0 LOOP
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM staffed.%1$I', each.relname);
    END LOOP;
    FOR each IN SELECT s.relname AS sequence, t.relname AS origin, a.attname AS number
        FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid LOOP
        EXECUTE format('SELECT max(%I) FROM staffed.%I', each.number, each.origin) INTO highest;
        IF highest IS NOT NULL THEN PERFORM setval(each.sequence::regclass, highest); END IF;
    END LOOP;
END $$
"""
"""The demo staff are written once for all tests of a process, and copied to each: row by row they
take ten times as long.
"""


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
        self.encounters = Encounters(self.database, self.around)

    @property
    def vault(self) -> Vault:
        return self.around.vault

    def staff(self, name: str) -> Staff:
        with self.database.read() as session:
            return staff_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())

    def queue(self, code: str = "0151") -> MunicipalQueue:
        return MunicipalQueue(self.database, self.vault, self.staff(f"demo-adviser-{code}"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL of our own in a temporary folder; give the address without a database.

    Not below pytest's folder, which every run of pytest closes to other users and tidies up.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.fail("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="henvis-postgres-") as folder:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
        yield from _postgres_in(Path(folder), programs[-1])


def _postgres_in(folder: Path, programs: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    _as_postgres(programs / "initdb", "-D", data, "-U", "henvis", "--auth=trust", "-E", "UTF8")
    quick = "-c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {quick}"
    log = folder / "log"
    _as_postgres(programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://henvis@127.0.0.1:{port}"
    finally:
        _as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _as_postgres(*command: object) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def _postgres_database(server_url: str, template: str = "template1") -> Iterator[str]:
    name = f"t{os.urandom(6).hex()}"
    server = create_engine(f"{server_url}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield f"{server_url}/{name}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give an empty database of its own to each test."""
    with _postgres_database(postgres_server) as url:
        yield url


def _migrated(url: str) -> str:
    database = Database(url)
    schema.migrate(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give the file of a migrated, empty SQLite database."""
    file = tmp_path_factory.mktemp("migrated") / "henvis.db"
    _migrated(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give the way to a SQLite file that each test finds anew; statements are written once."""
    file = tmp_path_factory.mktemp("sqlite") / "henvis.db"
    yield from _kept(Database(f"sqlite:///{file}", durable=False))  # no test outlives a power cut


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Database]:
    """Give the way to a migrated PostgreSQL database that each test finds empty."""
    with _postgres_database(postgres_server) as url:
        yield from _kept(Database(_migrated(url)))


def _kept(database: Database) -> Iterator[Database]:
    database.keep(NextActions())
    yield database
    database.close()


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
        with opened.engine.begin() as connection:
            connection.execute(text(EMPTY_POSTGRES))
    yield opened
    opened.close()


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
    return PasswordHash.recommended().hash(people.PASSWORD)


def _a_world(database: Database) -> World:
    clock = Clock()
    around = TurnServices(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=clock,
        taps=TapGuard(timedelta()),  # taps faster than anybody may
    )
    return World(database, clock, around, Accounts(database))


def _staff_it(database: Database, password_hash: str) -> None:
    """Write the demo staff into an empty database, without referrals and courses."""
    world = _a_world(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.accounts, "hash_password", lambda _password: password_hash)
        patch.setattr(people, "REFERRALS", ())
        patch.setattr(courses, "add", lambda *_: 0)
        people.fill(database, world.accounts, world.around)


@pytest.fixture(scope="session")
def staffed_sqlite(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes, demo_password_hash: str
) -> bytes:
    """Give the file of a SQLite database with the demo staff."""
    file = tmp_path_factory.mktemp("staffed") / "henvis.db"
    file.write_bytes(migrated_sqlite)
    database = Database(f"sqlite:///{file}")
    _staff_it(database, demo_password_hash)
    database.close()
    return file.read_bytes()


@pytest.fixture(scope="session")
def staffed_postgres(postgres_engine: Database, demo_password_hash: str) -> None:
    """Keep the rows of the demo staff beside the tables that each test finds empty."""
    with postgres_engine.engine.begin() as connection:
        connection.execute(text(EMPTY_POSTGRES))
    _staff_it(postgres_engine, demo_password_hash)
    with postgres_engine.engine.begin() as connection:
        connection.execute(text(KEEP_STAFF))
        connection.execute(text(EMPTY_POSTGRES))


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    demo_password_hash: str,
) -> World:
    """Give the domain around a database with demo staff, no referrals and no courses."""
    if database.is_sqlite:
        file = Path(database.engine.url.database or "")
        file.write_bytes(request.getfixturevalue("staffed_sqlite"))
    else:
        request.getfixturevalue("staffed_postgres")
        with database.engine.begin() as connection:
            connection.execute(text(RESTORE_STAFF))
    world = _a_world(database)
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
    folder = tmp_path_factory.mktemp("demo") / "data"
    with time_machine.travel(FORENOON):
        preparing.prepare(Settings.load(data_dir=folder), demo=True)
    return folder


@pytest.fixture
def app_client(
    forenoon: None, demo_data: Path, tmp_path: Path
) -> Iterator[Callable[..., TestClient]]:
    """Give HTTP clients of the app on SQLite with demo data, each signed in by name, no engine."""
    yield from _clients(demo_data, tmp_path / "data")


@pytest.fixture(scope="module")
def shared_client(
    forenoon: None, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., TestClient]]:
    """Give the same for all tests of a file that do not get in each other's way."""
    yield from _clients(demo_data, tmp_path_factory.mktemp("shared") / "data")


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
    wait_ms = SEEN_AFTER // timedelta(milliseconds=1)
    folder = tmp_path_factory.mktemp("guarded") / "data"
    yield from _clients(demo_data, folder, tap_wait_ms=wait_ms)


def _clients(demo: Path, folder: Path, **more: object) -> Iterator[Callable[..., TestClient]]:
    shutil.copytree(demo, folder)
    # Nothing goes on beside the answers: each client would start it all, and wait for its end.
    beside = more.pop("beside", False)
    settings = Settings.load(
        data_dir=folder, engine_url="http://127.0.0.1:9", beside=beside, **more
    )
    app = create_app(settings)
    store = build_store(settings)
    opened: list[TestClient] = []

    def client(name: str | None = None) -> TestClient:
        new = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        if name is not None:
            token = store.accounts.issue_token(name, datetime.now(UTC))
            new.headers["Authorization"] = f"Bearer {token}"
        new.__enter__()
        opened.append(new)
        return new

    yield client
    for each in opened:
        each.__exit__(None, None, None)
    store.database.close()


@pytest.fixture(scope="session")
def engine_python(trained_model: Path) -> Path:
    """Give the Python of the engine's environment."""
    return Settings.load().engine_python


@pytest.fixture(scope="session")
def trained_model(pytestconfig: pytest.Config) -> Path:
    """Give the model of the present files; builds the engine and trains it if need be.

    That takes minutes, and says so. What the tests start finds the model by ``HENVIS_MODEL``.
    """
    if "HENVIS_MODEL" not in os.environ:
        capturing = pytestconfig.pluginmanager.getplugin("capturemanager")
        with capturing.global_and_fixture_disabled():
            train = [sys.executable, ROOT / "henvis", "train"]
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
