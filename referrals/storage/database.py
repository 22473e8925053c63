"""The one way to the database: SQLite by default, PostgreSQL where one machine is outgrown."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from referrals.storage.aside import Aside
from referrals.storage.one_writer import Kept, OneWriter

BUSY_TIMEOUT_S = 15.0
"""So long SQLite waits for another process that writes, in a thread of ours."""
AT_ONCE_S = 0.25
"""So long it waits where everybody else waits with it: then a thread goes on waiting."""
CONNECT_S, STATEMENT_S, POOL_S, DEAD_LINE_S = 5, 30, 10, 15
"""So long PostgreSQL may take to let us in, over one statement, until a connection is free, and to
say anything at all on a line that has died."""
CONNECTIONS = 14
"""So many at a time; with those of conversations four services fit its default of a hundred."""
_NEED_NOT_LAST = text("SET LOCAL synchronous_commit TO off")
P = ParamSpec("P")
R = TypeVar("R")


class Upkeep(Protocol):
    """Keeps what follows from other rows in step with them, in the same transaction."""

    def notice(self, session: Session, context: object, objects: object, /) -> None:
        """See what is about to be written; called before each flush."""

    def settle(self, session: Session, /) -> None:
        """Write what follows from what was seen; called before a transaction ends."""


class Database:
    """Sessions over one engine. ``write`` is a transaction, ``read`` never changes anything.

    ``info`` holds settings that every session carries along as ``session.info``. Without
    ``durable`` a power cut may cost the whole file (SQLite only): for one that is thrown away then.
    """

    def __init__(
        self, url: str, info: Mapping[str, Any] | None = None, *, durable: bool = True
    ) -> None:
        self.engine = _engine(url, durable=durable)
        self._hasty = _engine(url, durable=durable, busy_s=AT_ONCE_S) if self.is_sqlite else None
        self._here = threading.local()
        self._durable = durable
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=dict(info or {}))
        self._one_writer = OneWriter(BUSY_TIMEOUT_S) if self.is_sqlite else None
        self._upkeep: list[Upkeep] = []
        self.aside = Aside()
        """Rows that could not be worked at."""

    def keep(self, upkeep: Upkeep) -> None:
        """Have every transaction of this database end with ``upkeep``."""
        event.listen(self._sessions, "before_flush", upkeep.notice)
        self._upkeep.append(upkeep)

    def carry(self, name: str, what: object) -> None:
        """Have every session from now on carry something along, as its ``info[name]``."""
        self._sessions.kw["info"][name] = what

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is used."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Session]:
        """Open a transaction that commits at the end or leaves nothing behind.

        ``lasting`` waits until the disk has it. Without that it outlives this process, whatever
        happens to it, and stands before all that is committed later; but if the machine itself
        loses power in the next moment it may never have been. That is for what nobody has been
        told yet, or what can be found out again.

        On SQLite one writer at a time of this process gets in, in turn, and other processes are
        awaited for up to 15 seconds. Raises OperationalError if the database cannot be reached or
        written.
        """
        with self.write_rows(lasting=lasting) as connection, self.objects(connection) as session:
            yield session

    @contextmanager
    def write_rows(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Open the same for statements that were put together before: rows instead of objects.

        What every message asks costs half as much this way.
        """
        if self._one_writer is None:
            with self.engine.begin() as connection:
                if not lasting:
                    connection.execute(_NEED_NOT_LAST)
                yield connection
            return
        with self._in_turn(self._one_writer), self._engine_here.connect() as connection:
            self._begin(_driver(connection), lasting=lasting)
            with connection.begin():
                yield connection
            self._here.wrote = True

    @contextmanager
    def _in_turn(self, writer: OneWriter) -> Iterator[None]:
        try:
            writer.__enter__()
        except Kept as error:
            raise OperationalError("BEGIN IMMEDIATE", None, error) from None
        try:
            yield
        finally:
            writer.leave()

    def _begin(self, driver: Any, *, lasting: bool) -> None:
        """Begin to write. Raises OperationalError, as SQLAlchemy does for all that follows."""
        try:
            if self._durable:  # set at each writing: it cannot be changed within a transaction
                driver.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN IMMEDIATE", None, error) from error

    @property
    def _engine_here(self) -> Engine:
        """Give the engine for this thread: one that waits, or one that has no time to."""
        hasty = getattr(self._here, "hasty", False)
        return self._hasty if hasty and self._hasty is not None else self.engine

    @contextmanager
    def objects(self, connection: Connection) -> Iterator[Session]:
        """Open a session within what ``write_rows`` opened; it is written out at the end."""
        with self._sessions(bind=connection) as session:
            yield session
            session.flush()
            for upkeep in self._upkeep:
                upkeep.settle(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading; whatever it changed is rolled back, what it read stays."""
        with (
            self._engine_here.connect() as connection,
            self._sessions(bind=connection) as session,
        ):
            if self.is_sqlite:
                _driver(connection).execute("BEGIN")
            yield session

    @contextmanager
    def read_rows(self) -> Iterator[Connection]:
        """Open a connection for statements that were put together before, and only read."""
        with self._engine_here.connect() as connection:
            yield connection

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a message's short work on the database without keeping everybody else waiting.

        That means a thread, except on SQLite while nobody writes: there it is over sooner than a
        thread would have begun. If another process writes, it is begun anew in a thread, unless
        something of it was written before: that raises OperationalError.
        """
        if self._one_writer is None or not self._one_writer.enter_at_once():
            return await asyncio.to_thread(work, *args, **kwargs)
        self._here.hasty, self._here.wrote = True, False
        try:
            return work(*args, **kwargs)
        except OperationalError:
            if self._here.wrote:
                raise
        finally:
            self._here.hasty = False
            self._one_writer.leave()
        return await asyncio.to_thread(work, *args, **kwargs)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self._hasty is not None:
            self._hasty.dispose()


def lock_chain(session: Session, name: str) -> None:
    """Let one transaction at a time go on with what ``name`` stands for (PostgreSQL only).

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def postgres_engine(url: str | URL, connections: int) -> Engine:
    """Give the way to PostgreSQL by up to so many connections, none of which is waited for long."""
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_S,
            "tcp_user_timeout": DEAD_LINE_S * 1000,
            "keepalives_idle": DEAD_LINE_S,
            "options": f"-c statement_timeout={STATEMENT_S}s",
        },
    )


def _engine(url: str, *, durable: bool, busy_s: float | None = None) -> Engine:
    if not url.startswith("sqlite"):
        return postgres_engine(url, CONNECTIONS)
    engine = create_engine(
        url,
        connect_args={"timeout": busy_s or BUSY_TIMEOUT_S, "check_same_thread": False},
        pool_size=20,
        max_overflow=40,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver must not begin transactions itself: it would begin them too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _driver(connection: Connection) -> Any:
    """Give SQLite's own connection, for what stands around a transaction."""
    return connection.connection.driver_connection
