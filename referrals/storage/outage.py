"""What is no row's and no message's fault: the database, the disk or the machine."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

AWAY = "database_away"
"""How the engine's side is told, through an engine that passes on what an action says."""


class DatabaseAway(Exception):
    """The database failed where an engine stood between. The message can be sent again."""


DATABASE: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    InternalError,
    NoConnection,
)
"""Raised where the database cannot be reached or written, also because the disk is full."""
NOT_KEPT: tuple[type[Exception], ...] = (DatabaseAway, *DATABASE)
"""Raised to whoever says something that could not be kept: it can be said again."""
OUTAGES: tuple[type[Exception], ...] = (*DATABASE, OSError, MemoryError)
