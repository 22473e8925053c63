"""Where a message's short work on the database is done, and what a reader may rely on."""

from __future__ import annotations

import asyncio
import threading

from sqlalchemy import update

from referrals.staff.tables import UserRow
from referrals.storage.database import Database
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
