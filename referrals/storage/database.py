"""The one way to the database: SQLite by default, PostgreSQL where one machine is outgrown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from referrals.storage.one_writer import OneWriter

BUSY_TIMEOUT_S = 15.0
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
        self._durable = durable
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=dict(info or {}))
        self._one_writer = OneWriter() if self.is_sqlite else None
        self._upkeep: list[Upkeep] = []

    def keep(self, upkeep: Upkeep) -> None:
        """Have every transaction of this database end with ``upkeep``."""
        event.listen(self._sessions, "before_flush", upkeep.notice)
        self._upkeep.append(upkeep)

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
        awaited for up to 15 seconds.
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
        with self._one_writer, self.engine.connect() as connection:
            driver = _driver(connection)
            if self._durable:  # set at each writing: it cannot be changed within a transaction
                driver.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
            driver.execute("BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

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
        with self.engine.connect() as connection, self._sessions(bind=connection) as session:
            if self.is_sqlite:
                _driver(connection).execute("BEGIN")
            yield session

    @contextmanager
    def read_rows(self) -> Iterator[Connection]:
        """Open a connection for statements that were put together before, and only read."""
        with self.engine.connect() as connection:
            yield connection

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a message's short work on the database without keeping everybody else waiting.

        That means a thread, except on SQLite while nobody writes: there it is over sooner than a
        thread would have begun.
        """
        if self._one_writer is None or not self._one_writer.enter_at_once():
            return await asyncio.to_thread(work, *args, **kwargs)
        try:
            return work(*args, **kwargs)
        finally:
            self._one_writer.leave()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def lock_chain(session: Session, name: str) -> None:
    """Let one transaction at a time go on with what ``name`` stands for (PostgreSQL only).

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def _engine(url: str, *, durable: bool) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=20, max_overflow=20, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
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
