"""Takes the courses of a file into a catalogue: all of them, or none.

Every row is checked before anything is kept, and every mistake is reported at once. A course is
known by its municipality's own id, so the same file twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session as Transaction

from referrals.catalogue import MunicipalCatalogue
from referrals.catalogue_listing import WORKED_WITH
from referrals.course import CourseStatus
from referrals.course_draft import (
    BadDraft,
    Codes,
    CourseDraft,
    Mistake,
    read_draft,
    write_draft,
)
from referrals.course_exchange.written import BadRow, BadRows, Written, written
from referrals.course_records import course_of, write_openings
from referrals.course_tables import CourseRow
from referrals.dates import local_day

_KEPT_WHEN_EMPTY = ("taken", "verified_on", "demo")
"""What a file may leave out of a course that is there already."""


@dataclass(frozen=True)
class Imported:
    """How many courses were new, changed, and as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Ready:
    """A row that was understood."""

    line: int
    draft: CourseDraft
    status: CourseStatus
    verified_on: date
    demo: bool


def import_courses(
    catalogue: MunicipalCatalogue, rows: Sequence[Written], codes: Codes, now: datetime
) -> Imported:
    """Keep all courses of a file, or raise BadRows with everything that is wrong and keep none."""
    with catalogue.change() as session:
        bad = _repeated(rows)
        ready = []
        for row in rows:
            try:
                ready.append(_understood(catalogue, session, row, codes, local_day(now)))
            except BadDraft as error:
                bad += _bad(row.line, error)
        done = {"created": 0, "changed": 0, "unchanged": 0}
        for each in ready if not bad else []:
            try:
                done[_keep(catalogue, session, each, now)] += 1
            except BadDraft as error:
                bad += _bad(each.line, error)
        if bad:
            raise BadRows(sorted(bad, key=lambda row: row.line))
        return Imported(**done)


def _understood(
    catalogue: MunicipalCatalogue, session: Transaction, row: Written, codes: Codes, today: date
) -> _Ready:
    fields = {name: text.strip() for name, text in row.fields.items()}
    key = fields.get("key", "")
    there = catalogue.by_key(session, key) if key.isprintable() else None
    before = written(course_of(there)) if there is not None else {}
    for name in _KEPT_WHEN_EMPTY:
        fields[name] = fields.get(name) or before.get(name, "")
    mistakes: dict[str, Mistake] = {}
    if not key:
        mistakes["key"] = Mistake("missing")
    if fields.get("municipality", "") not in ("", catalogue.municipality_code):
        mistakes["municipality"] = Mistake("other_municipality")
    status = fields.get("status") or CourseStatus.DRAFT.value
    if status not in set(CourseStatus):
        mistakes["status"] = Mistake("unknown_choice")
    verified_on = _verified(fields["verified_on"], today, mistakes)
    try:
        draft = read_draft(fields, codes)
    except BadDraft as error:
        raise BadDraft({**error.mistakes, **mistakes}) from None
    if mistakes:
        raise BadDraft(mistakes)
    demo = fields["demo"].casefold() == "ja"
    return _Ready(row.line, draft, CourseStatus(status), verified_on, demo)


def _verified(text: str, today: date, mistakes: dict[str, Mistake]) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        mistakes["verified_on"] = Mistake("not_a_date")
        return today
    if day > today:
        mistakes["verified_on"] = Mistake("in_future")
    return day


def _keep(catalogue: MunicipalCatalogue, session: Transaction, ready: _Ready, now: datetime) -> str:
    """Write one course, and tell what became of it."""
    row = catalogue.by_key(session, ready.draft.key)
    if row is None:
        row = catalogue.add(session, ready.draft, now, demo=ready.demo)
        _finish(session, row, ready)
        catalogue.log(session, now, "import_course", row)
        return "created"
    before = written(course_of(row))
    if before == _as_written(row, ready):
        return "unchanged"
    _check_status(row, ready)
    catalogue.rewrite(session, row, ready.draft, now)
    _finish(session, row, ready)
    catalogue.log(session, now, "import_course", row)
    return "changed"


def _finish(session: Transaction, row: CourseRow, ready: _Ready) -> None:
    row.status, row.verified_on = ready.status.value, ready.verified_on
    row.demo = ready.demo
    write_openings(row)
    session.flush()


def _as_written(row: CourseRow, ready: _Ready) -> dict[str, str]:
    """Write the course as it would be, in the same way as the course that is there."""
    open_to = tuple(sorted({row.municipality_code, *ready.draft.open_to}))
    return {
        **write_draft(ready.draft.model_copy(update={"open_to": open_to})),
        "municipality": row.municipality_code,
        "status": ready.status.value,
        "verified_on": ready.verified_on.isoformat(),
        "demo": "ja" if ready.demo else "nej",
    }


def _check_status(row: CourseRow, ready: _Ready) -> None:
    """Refuse to end a course that people sit in, and to hide one that was shown."""
    if row.status == CourseStatus.OPEN and ready.status is CourseStatus.DRAFT:
        raise BadDraft({"status": Mistake("not_to_draft")})
    people = row.taken + row.held + row.waiting
    if ready.status not in WORKED_WITH and people:
        raise BadDraft({"status": Mistake("has_people", (("limit", people),))})


def _repeated(rows: Sequence[Written]) -> list[BadRow]:
    first: dict[str, int] = {}
    bad = []
    for row in rows:
        key = row.fields.get("key", "").strip()
        if key and first.setdefault(key, row.line) != row.line:
            about = (("number", first[key]),)
            bad.append(BadRow(row.line, "key", Mistake("repeated_key", about)))
    return bad


def _bad(line: int, error: BadDraft) -> list[BadRow]:
    return [BadRow(line, name, mistake) for name, mistake in error.mistakes.items()]
