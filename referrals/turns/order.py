"""One process at a time works at a conversation, and all hear of its turns (PostgreSQL).

Within a process, and on SQLite there is only one, the conversation service sees to both itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from sqlalchemy import Connection, Engine, text

from referrals.storage.database import CONNECT_S, DEAD_LINE_S, Database, postgres_engine

AT_ONCE = 8
"""Conversations that one process works at; each holds a connection. More would only wait."""
FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.1
PATIENCE_S = 20.0
CHANNEL = "henvis_turns"
_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 7))")
_TELL = text(f"SELECT pg_notify('{CHANNEL}', :name)")


class BusyElsewhere(Exception):
    """Another process works at this conversation, and does not come to an end."""


class TurnOrder:
    """Holds a conversation while its message is worked at; the end of a process lets it go."""

    def __init__(self, database: Database) -> None:
        self._url = database.engine.url
        self._engine: Engine | None = None
        if not database.is_sqlite:
            self._engine = postgres_engine(self._url, AT_ONCE)
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def is_shared(self) -> bool:
        """Tell whether other processes may work at the same conversations."""
        return self._engine is not None

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[None]:
        """Keep other processes from a conversation until the block ends, then tell of its turn.

        Raises BusyElsewhere. No thread waits for another process here, so that no two processes
        can run out of threads waiting for each other.
        """
        if self._engine is None:
            yield
            return
        async with self._room:
            connection = await self._take(self._engine, conversation_id)
            try:
                yield
            finally:
                await asyncio.to_thread(_let_go, connection, conversation_id)

    async def turns(self) -> AsyncIterator[str]:
        """Give the conversation of each turn, in whatever process, as they come.

        Raises psycopg.OperationalError where the database cannot be reached: what is told until
        somebody asks again is missed. Ends at once on SQLite.
        """
        if not self.is_shared:
            return
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(
            plain, autocommit=True, connect_timeout=CONNECT_S, keepalives_idle=DEAD_LINE_S
        ) as told:
            await told.execute(f"LISTEN {CHANNEL}")
            async for each in told.notifies():
                yield each.payload

    def close(self) -> None:
        """Give the connections back."""
        if self._engine:
            self._engine.dispose()

    async def _take(self, engine: Engine, conversation_id: str) -> Connection:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE_S
        give_up_at = loop.time() + PATIENCE_S
        while loop.time() < give_up_at:
            connection = await asyncio.to_thread(_try_to_take, engine, conversation_id)
            if connection:
                return connection
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        raise BusyElsewhere


def _try_to_take(engine: Engine, conversation_id: str) -> Connection | None:
    connection = engine.connect()
    if connection.scalar(_TRY, {"name": conversation_id}):
        return connection
    connection.close()
    return None


def _let_go(connection: Connection, conversation_id: str) -> None:
    with connection:
        connection.execute(_TELL, {"name": conversation_id})
        connection.commit()  # which lets the lock go, too
