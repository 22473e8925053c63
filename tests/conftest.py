"""What many tests need: databases of both kinds, a store, the app without an engine, the whole."""

from __future__ import annotations

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

import httpx
import pytest
import time_machine
from pwdlib import PasswordHash
from sqlalchemy import create_engine, select, text
from starlette.testclient import TestClient

from referrals import demo, demo_courses, schema
from referrals.accounts import Accounts, staff_of
from referrals.bedside import IdleLimits, Surroundings
from referrals.consent import load_consent_texts
from referrals.database import Database
from referrals.encounters import Encounters
from referrals.keys import new_keys
from referrals.labels import Labels
from referrals.municipality import load_municipalities
from referrals.queue import MunicipalQueue
from referrals.staff import Staff
from referrals.tables import UserRow
from referrals.vault import Vault
from service import database as preparing
from service.app import create_app
from service.composition import build_store
from service.settings import ROOT, Settings
from service.tokens import new_token

# Whoever starts the tests in the background may have them ignore these signals, and what they
# start would inherit that: a stop that is tested would never arrive.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
# Nor do the tests wait for the demo's year, which one of them plays itself.
os.environ.setdefault("HENVIS_DEMO_ENCOUNTERS", "0")

POSTGRES_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"))


EMPTY_POSTGRES = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', each.tablename);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
    END LOOP;
END $$
"""
"""Ends what other tests left and takes all rows out, without a trigger or a key being asked. A new
database for each test takes four times as long.
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
    around: Surroundings
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
    with tempfile.TemporaryDirectory(prefix="henvis-postgres-") as folder:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
        yield from _postgres_in(Path(folder))


def _postgres_in(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    _as_postgres(POSTGRES_BIN / "initdb", "-D", data, "-U", "henvis", "--auth=trust", "-E", "UTF8")
    quick = "-c fsync=off -c full_page_writes=off -c autovacuum=off"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {quick}"
    log = folder / "log"
    _as_postgres(POSTGRES_BIN / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://henvis@127.0.0.1:{port}"
    finally:
        _as_postgres(POSTGRES_BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop")


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
    yield from _closed(Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'henvis.db'}"))


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Database]:
    """Give the way to a migrated PostgreSQL database that each test finds empty."""
    with _postgres_database(postgres_server) as url:
        yield from _closed(Database(_migrated(url)))


def _closed(database: Database) -> Iterator[Database]:
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


@pytest.fixture(scope="session")
def demo_password_hash() -> str:
    """Hash the demo password once: argon2 is slow on purpose."""
    return PasswordHash.recommended().hash(demo.PASSWORD)


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch, demo_password_hash: str) -> World:
    """Give the domain around a database with demo staff, no referrals and no courses."""
    clock = Clock()
    around = Surroundings(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=clock,
    )
    accounts = Accounts(database)
    monkeypatch.setattr(accounts, "hash_password", lambda _password: demo_password_hash)
    monkeypatch.setattr(demo, "REFERRALS", ())
    monkeypatch.setattr(demo_courses, "add", lambda *_: 0)
    demo.fill(database, accounts, around)
    return World(database, clock, around, accounts)


@pytest.fixture(scope="module")
def forenoon() -> Iterator[None]:
    """Let the app of a test file begin on the same forenoon, whenever the tests run."""
    with time_machine.travel(FORENOON):
        yield


@pytest.fixture
def app_client(forenoon: None, tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    """Give HTTP clients of the app on SQLite with demo data, each signed in by name, no engine."""
    yield from _clients(tmp_path / "data")


@pytest.fixture(scope="module")
def shared_client(
    forenoon: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., TestClient]]:
    """Give the same for all tests of a file that do not get in each other's way."""
    yield from _clients(tmp_path_factory.mktemp("shared") / "data")


def _clients(folder: Path) -> Iterator[Callable[..., TestClient]]:
    settings = Settings.load(data_dir=folder, engine_url="http://127.0.0.1:9")
    preparing.prepare(settings, demo=True)
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
def engine_python() -> Path:
    """Give the Python of the engine's environment."""
    return Path(os.environ["HENVIS_ENGINE_PYTHON"])


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """Give the model that was trained before the tests began."""
    return Path(os.environ["HENVIS_MODEL"])


@dataclass
class RunningHenvis:
    """A whole Henvis: supervisor, engine and service, with demo data in ``data``."""

    url: str
    data: Path
    process: subprocess.Popen[str]
    output: Path
    password: str = demo.PASSWORD

    def token(self, name: str) -> str:
        """Give a fresh bearer token, as the command line would, without starting one."""
        return new_token(Settings.load(data_dir=self.data), name)

    def client(self, name: str) -> httpx.Client:
        """Give an HTTP client that is signed in."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def run(self, *command: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command of ``./henvis`` on the same data."""
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "service", *command, "--data", str(self.data)],
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=True,
            **options,
        )


def start_henvis(folder: Path, *options: str, **env: str) -> RunningHenvis:
    """Start a whole Henvis in ``folder`` and wait until it says that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, output = folder / "data", folder / "output.txt"
    with output.open("w") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "service", "up"),
                *("--port", str(port), "--data", str(data), *options),
            ],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=out,
            env={**os.environ, **env},
        )
    assert process.stdout is not None
    with output.open("a") as out:
        for line in process.stdout:
            out.write(line)
            if line.startswith("ready "):
                return RunningHenvis(line.split()[1], data, process, output)
    process.wait()
    process.stdout.close()
    raise AssertionError(f"Henvis did not start:\n{output.read_text()}")


def stop_henvis(running: RunningHenvis) -> None:
    """Stop it as Ctrl-C would, and wait."""
    running.process.send_signal(signal.SIGTERM)
    assert running.process.stdout is not None
    with running.output.open("a") as out:
        out.write(running.process.stdout.read())
    running.process.wait(timeout=30)
    running.process.stdout.close()


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
