"""Where a message's short work on the database is done, and what a reader may rely on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from referrals.staff.tables import UserRow
from referrals.storage import database as storage
from referrals.storage.database import Database
from referrals.turns import order
from tests.conftest import World


def where(database: Database) -> int:
    """Give the thread that writes."""
    with database.write():
        return threading.get_ident()


def test_where_nobody_writes_it_is_done_at_once_on_sqlite_and_in_a_thread_on_postgresql(
    database: Database,
) -> None:
    here = asyncio.run(database.run(where, database)) == threading.get_ident()
    assert here == database.is_sqlite


def test_while_somebody_writes_others_go_on_and_it_is_done_after(database: Database) -> None:
    entered, may_leave = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with database.write():
            entered.set()
            may_leave.wait(20)

    async def scene() -> int:
        long = asyncio.create_task(asyncio.to_thread(write_for_long))
        await asyncio.to_thread(entered.wait, 20)
        short = asyncio.create_task(database.run(where, database))
        await asyncio.sleep(0)  # it has begun, and we still get our turn
        may_leave.set()
        await long
        return await short

    assert asyncio.run(scene()) != threading.get_ident()


def test_what_failed_leaves_the_way_free_for_the_next(database: Database) -> None:
    def fail() -> None:
        with database.write():
            raise LookupError

    async def scene() -> int:
        failed = (await asyncio.gather(database.run(fail), return_exceptions=True))[0]
        assert isinstance(failed, LookupError)
        return await asyncio.to_thread(where, database)

    assert asyncio.run(scene())


def test_what_a_reader_changed_is_rolled_back(world: World) -> None:
    rename = update(UserRow).where(UserRow.name == "demo-nurse").values(display_name="Hende selv")
    with world.database.read() as session:
        session.execute(rename)
    assert world.staff("demo-nurse").display_name != "Hende selv"


def test_while_another_program_writes_a_thread_waits_and_the_loop_goes_on(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    begun = []

    def work() -> int:
        begun.append(threading.get_ident())
        if len(begun) == 2:
            other.execute("ROLLBACK")
        return where(database)

    assert asyncio.run(database.run(work)) == begun[1]
    assert begun[0] == threading.get_ident() != begun[1], "it was tried here, but not for long"
    other.close()
    database.close()


def test_what_was_written_in_part_is_not_begun_anew(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    begun = []

    def work() -> None:
        begun.append(1)
        with database.write() as session:
            session.execute(text("CREATE TABLE done (at TEXT)"))
        raise OperationalError("BEGIN IMMEDIATE", None, Exception("locked"))

    with pytest.raises(OperationalError):
        asyncio.run(database.run(work))
    assert begun == [1]
    database.close()


def test_a_lock_that_does_not_end_is_an_error_as_all_others_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_S", 0.01)
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    where(database)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError), database.write():
        pass
    other.close()
    database.close()


def test_four_services_fit_what_postgresql_allows_unless_told_otherwise() -> None:
    listening, allowed, for_superusers, for_commands = 1, 100, 3, 3
    each = storage.CONNECTIONS + order.AT_ONCE + listening
    assert 4 * each <= allowed - for_superusers - for_commands


def test_postgresql_is_waited_for_within_bounds(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.read_rows() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "30s"
        assert connection.connection.driver_connection.info.get_parameters()["connect_timeout"]
    database.close()
