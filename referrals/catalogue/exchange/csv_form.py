"""Courses as CSV: UTF-8, ``;`` between cells, one course a row, Danish time.

The first row names the columns, in any order; docs/course-exchange.md says what stands in them.
All sessions of a course stand in one cell: ``2027-01-31 16:30-18:30 | 2027-02-07 16:30-18:30``.
A cell that a spreadsheet would take for a formula is written with a ``'`` before it, which reading
takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from referrals.course import Course
from referrals.course_exchange.written import (
    FIELDS,
    MAX_COURSES,
    BadFile,
    Written,
    decoded,
    written,
)

REQUIRED = frozenset({"key", "title", "concept", "format", "intake"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def write_csv(courses: Iterable[Course]) -> Iterator[bytes]:
    """Write courses piece by piece; with a byte order mark, so that spreadsheets see UTF-8."""
    yield b"\xef\xbb\xbf" + _row(FIELDS)
    for course in courses:
        fields = written(course)
        yield _row(guarded(fields[name]) for name in FIELDS)


def read_csv(content: bytes) -> list[Written]:
    """Read the rows of a file as text. Raises BadFile for what is no such file at all."""
    reader = csv.reader(io.StringIO(decoded(content), newline=""), delimiter=";", strict=True)
    found: list[Written] = []
    begins = 1
    columns: list[str] | None = None
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            if len(cells) != len(columns):
                raise BadFile("not_csv", line=line)
            fields = zip(columns, map(_unguarded, cells), strict=True)
            found.append(Written(line, dict(fields)))
            if len(found) > MAX_COURSES:
                raise BadFile("too_many_rows", limit=MAX_COURSES)
    except csv.Error as error:
        raise BadFile("not_csv", line=reader.line_num) from error
    if not found:
        raise BadFile("empty")
    return found


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    for name in columns:
        if name not in FIELDS:
            raise BadFile("unknown_column", column=f"»{name[:40]}«")
        if columns.count(name) > 1:
            raise BadFile("repeated_column", column=f"»{name}«")
    for name in FIELDS:
        if name in REQUIRED and name not in columns:
            raise BadFile("missing_column", column=f"»{name}«")
    return columns


def _row(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
