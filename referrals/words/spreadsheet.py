"""Tables that a spreadsheet opens: UTF-8, ``;`` between cells, and no cell that is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def written(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Write row by row; with a byte order mark, so that spreadsheets see UTF-8.

    Text that a spreadsheet would take for a formula gets a ``'`` before it.
    """
    out = StringIO("\ufeff")
    out.seek(1)
    writer = csv.writer(out, delimiter=";")
    for row in rows:
        writer.writerow(guarded(cell) if isinstance(cell, str) else cell for cell in row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """Take away what ``guarded`` put before a cell."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
