"""Courses as CSV: UTF-8, ``;`` between cells, one course a row, Danish time.

Read is also what Excel saves: in the encoding of Windows, with tabs or commas between cells, with
empty columns at the end. The first row names the columns, in any order; docs/course-exchange.md
says what stands in them.
All sessions of a course stand in one cell: ``2027-01-31 16:30-18:30 | 2027-02-07 16:30-18:30``.
A cell that a spreadsheet would take for a formula is written with a ``'`` before it, which reading
takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from referrals.catalogue.exchange.written import (
    FIELDS,
    MAX_COURSES,
    BadFile,
    Written,
    decoded,
    written,
)
from referrals.courses.course import Course
from referrals.words import spreadsheet

REQUIRED = frozenset({"key", "title", "concept", "format", "intake"})


def write_csv(courses: Iterable[Course]) -> Iterator[str]:
    """Write courses piece by piece."""
    cells = (map(written(course).__getitem__, FIELDS) for course in courses)
    return spreadsheet.written(chain([FIELDS], cells))


def read_csv(content: bytes) -> list[Written]:
    """Read the rows of a file as text. Raises BadFile for what is no such file at all."""
    text = decoded(content)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_between_cells(text), strict=True)
    found: list[Written] = []
    begins = 1
    columns: list[str] | None = None
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells) or cells[0].lower().startswith("sep="):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            cells = _filled(cells, len(columns))
            if len(cells) != len(columns):
                raise BadFile("not_csv", line=line)
            fields = zip(columns, map(spreadsheet.unguarded, cells), strict=True)
            found.append(Written(line, dict(fields)))
            if len(found) > MAX_COURSES:
                raise BadFile("too_many_rows", limit=MAX_COURSES)
    except csv.Error as error:
        raise BadFile("not_csv", line=reader.line_num) from error
    if not found:
        raise BadFile("empty")
    return found


def _between_cells(text: str) -> str:
    """Find what stands between the cells: what parts the names of the columns best."""
    heads = [line for line in text.splitlines() if line.strip() and not line.startswith("sep=")]
    named = {mark: len(set(_names(heads[0].split(mark))) & set(FIELDS)) for mark in ";\t,"}
    return max(named, key=lambda mark: named[mark])


def _filled(cells: list[str], count: int) -> list[str]:
    """Leave out empty cells behind the last column."""
    return cells[:count] if not any(cell.strip() for cell in cells[count:]) else cells


def _names(cells: list[str]) -> list[str]:
    return [cell.strip().strip('"').casefold() for cell in cells]


def _columns(cells: list[str]) -> list[str]:
    columns = _names(cells)
    while columns and not columns[-1]:
        columns.pop()
    for name in columns:
        if name not in FIELDS:
            raise BadFile("unknown_column", column=f"»{name[:40]}«", allowed=", ".join(FIELDS))
        if columns.count(name) > 1:
            raise BadFile("repeated_column", column=f"»{name}«")
    for name in FIELDS:
        if name in REQUIRED and name not in columns:
            raise BadFile("missing_column", column=f"»{name}«")
    return columns
