"""A PostgreSQL of the tests' own: started once, emptied between tests, demo staff kept beside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

EMPTY = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity AS other
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND (state <> 'idle' OR EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = other.pid));
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
"""Ends what other tests left under way, and takes all rows out, without a trigger or a key being
asked. Idle connections stay: to make one and teach it the tables takes longer than most tests. A
new database for each test takes four times as long. Nobody vacuums, and later tests would read
past all rows that were ever deleted: so a table that has grown is cut off instead, which takes
longer.
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


@contextmanager
def running() -> Iterator[str]:
    """Run a server in a temporary folder; give the address without a database.

    Not below pytest's folder, which every run of pytest closes to other users and tidies up.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.fail("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="henvis-postgres-") as folder:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
        yield from _in(Path(folder), programs[-1])


def _in(folder: Path, programs: Path) -> Iterator[str]:
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
def a_database(server_url: str, template: str = "template1") -> Iterator[str]:
    name = f"t{os.urandom(6).hex()}"
    server = create_engine(f"{server_url}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield f"{server_url}/{name}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def empty(engine: Engine) -> None:
    """Take all rows out of a database."""
    with engine.begin() as connection:
        connection.execute(text(EMPTY))


def keep_staff(engine: Engine) -> None:
    """Put the rows of a database aside, and empty it."""
    with engine.begin() as connection:
        connection.execute(text(KEEP_STAFF))
        connection.execute(text(EMPTY))


def restore_staff(engine: Engine) -> None:
    """Copy the rows that were put aside into an empty database."""
    with engine.begin() as connection:
        connection.execute(text(RESTORE_STAFF))
