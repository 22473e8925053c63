"""Page by page through an ordered query, by the key of the last row shown instead of a number.

A page costs the same wherever it begins, and what comes or goes meanwhile is shown once or never.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

PAGE = 50
Row = TypeVar("Row")
Key = TypeVar("Key")


def page(
    session: Session, query: Select[Row], key: Callable[[Row], Key], size: int = PAGE
) -> tuple[Sequence[Row], Key | None]:
    """Give the first ``size`` rows, and the key behind which the next page begins; None: no more.

    The key must be of what the query is ordered by, and whoever asks leaves out what is before it.
    """
    return cut(session.scalars(query.limit(size + 1)).all(), key, size)


def cut(
    rows: Sequence[Row], key: Callable[[Row], Key], size: int
) -> tuple[Sequence[Row], Key | None]:
    """Make a page of ``size`` of rows that were read with one more than it holds."""
    shown = rows[:size]
    return shown, key(shown[-1]) if len(rows) > size else None
