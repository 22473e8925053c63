"""Takes the courses of a file into a catalogue: all of them, or none.

Every row is checked before anything is kept, and every mistake is reported at once. A course is
known by its municipality's own id, so the same file twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session as Transaction

from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import (
    BadDraft,
    Codes,
    CourseDraft,
    Mistake,
    read_draft,
    unknown_choice,
    write_draft,
)
from referrals.catalogue.exchange.written import BadRow, BadRows, Written, written
from referrals.catalogue.listing import WORKED_WITH
from referrals.catalogue.records import write_openings
from referrals.courses.course import CourseStatus
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.denmark.written_cells import one_spelling, whole_date, with_zeros

_KEPT_WHEN_EMPTY = ("status", "taken", "verified_on", "demo")
"""What a file may leave out of a course that is there already."""


@dataclass(frozen=True)
class Change:
    """What a file makes of one course; ``fields`` are those that change, before and after.

    A course that is new has no fields before.
    """

    key: str
    title: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Imported:
    """What a file did, or would do: which courses are new and changed, how many as before."""

    created: Sequence[Change] = ()
    changed: Sequence[Change] = ()
    unchanged: int = 0

    @property
    def mark(self) -> str:
        """Give a mark that is another one for any other outcome."""
        return sha256(repr((self.created, self.changed, self.unchanged)).encode()).hexdigest()


class Changed(Exception):
    """The file would do something else than what was looked at before; nothing is done."""

    def __init__(self, would_do: Imported) -> None:
        super().__init__("the outcome is another one")
        self.would_do = would_do


@dataclass(frozen=True)
class _Ready:
    """A row that was understood."""

    row: Written
    draft: CourseDraft
    status: CourseStatus
    verified_on: date
    demo: bool


def preview(
    catalogue: MunicipalCatalogue, rows: Sequence[Written], codes: Codes, now: datetime
) -> Imported:
    """Tell what a file would do, and do nothing. Raises BadRows like ``import_courses``."""
    try:
        import_courses(catalogue, rows, codes, now, looked_at="")
    except Changed as would:
        return would.would_do
    raise AssertionError("no outcome has an empty mark")


def import_courses(
    catalogue: MunicipalCatalogue,
    rows: Sequence[Written],
    codes: Codes,
    now: datetime,
    *,
    looked_at: str | None = None,
) -> Imported:
    """Keep all courses of a file, or raise BadRows with everything that is wrong and keep none.

    ``looked_at`` is the mark of the outcome that somebody agreed to; another one raises Changed.
    """
    with catalogue.change() as session:
        bad = _repeated(catalogue, session, rows)
        ready = []
        for row in rows:
            try:
                ready.append(_understood(catalogue, session, row, codes, local_day(now)))
            except BadDraft as error:
                bad += _bad(row, error)
        created: list[Change] = []
        changed: list[Change] = []
        unchanged = 0
        for each in ready if not bad else []:
            try:
                change = _keep(catalogue, session, each, now)
            except BadDraft as error:
                bad += _bad(each.row, error)
                continue
            if change is None:
                unchanged += 1
            else:
                (changed if any(old for old, _ in change.fields.values()) else created).append(
                    change
                )
        if bad:
            raise BadRows(sorted(bad, key=lambda row: row.line))
        done = Imported(created, changed, unchanged)
        if looked_at is not None and looked_at != done.mark:
            raise Changed(done)
        return done


def _understood(
    catalogue: MunicipalCatalogue, session: Transaction, row: Written, codes: Codes, today: date
) -> _Ready:
    fields = {name: text.strip() for name, text in row.fields.items()}
    there = catalogue.of_key(session, fields.get("key", ""))
    before = written(course_of(there)) if there is not None else {}
    kept = {name: text for name, text in before.items() if name not in fields}
    fields = {**fields, **kept}
    for name in _KEPT_WHEN_EMPTY:
        fields[name] = fields.get(name) or before.get(name, "")
    if there is not None:
        fields["key"] = there.key
    mistakes: dict[str, Mistake] = {}
    if not fields.get("key"):
        mistakes["key"] = Mistake("missing")
    own = catalogue.municipality_code
    if with_zeros(fields.get("municipality", "")) not in ("", own):
        mistakes["municipality"] = Mistake("other_municipality", (("allowed", own),))
    status = fields["status"] or CourseStatus.DRAFT.value
    if status not in set(CourseStatus):
        mistakes["status"] = unknown_choice(CourseStatus)
    verified_on = _verified(fields["verified_on"], today, mistakes)
    try:
        draft = read_draft(fields, codes)
    except BadDraft as error:
        raise BadDraft({**error.mistakes, **mistakes}) from None
    if mistakes:
        raise BadDraft(mistakes)
    demo = fields["demo"].casefold() == "ja"
    return _Ready(row, draft, CourseStatus(status), verified_on, demo)


def _verified(text: str, today: date, mistakes: dict[str, Mistake]) -> date:
    try:
        day = whole_date(text) if text else today
    except ValueError:
        mistakes["verified_on"] = Mistake("not_a_date")
        return today
    if day > today:
        mistakes["verified_on"] = Mistake("in_future")
    return day


def _keep(
    catalogue: MunicipalCatalogue, session: Transaction, ready: _Ready, now: datetime
) -> Change | None:
    """Write one course, and tell what became of it; None if it is as it was."""
    row = catalogue.of_key(session, ready.draft.key)
    if row is None:
        row = catalogue.add(session, ready.draft, now, demo=ready.demo)
        before = {}
    else:
        before = written(course_of(row))
        if before == _as_written(row, ready):
            return None
        _check_status(row, ready)
        catalogue.rewrite(session, row, ready.draft, now)
    _finish(session, row, ready)
    catalogue.log(session, now, "import_course", row)
    after = written(course_of(row))
    fields = {
        name: (before.get(name, ""), text)
        for name, text in after.items()
        if before.get(name, "") != text
    }
    return Change(row.key, row.title, fields)


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


def _repeated(
    catalogue: MunicipalCatalogue, session: Transaction, rows: Sequence[Written]
) -> list[BadRow]:
    first: dict[str, int] = {}
    bad = []
    for row in rows:
        key = one_spelling(row.fields.get("key", ""))
        there = catalogue.of_key(session, key)
        one = there.key if there is not None else key.lstrip("0")
        if key and first.setdefault(one, row.line) != row.line:
            about = (("number", first[one]),)
            bad.append(BadRow(row.line, "key", Mistake("repeated_key", about), key))
    return bad


def _bad(row: Written, error: BadDraft) -> list[BadRow]:
    return [
        BadRow(row.line, name, mistake, row.fields.get(name, "").strip())
        for name, mistake in error.mistakes.items()
    ]
