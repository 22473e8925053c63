"""Writing a draft into a course's row, with its sessions and the openings that follow from it."""

from __future__ import annotations

from referrals.catalogue.draft import CourseDraft
from referrals.courses.course import CourseSession, CourseStatus, Intake, usual_time
from referrals.courses.tables import ANYWHERE, CourseOpeningRow, CourseRow, CourseSessionRow

PLAIN_FIELDS = (
    "key",
    "title",
    "concept",
    "format",
    "goal",
    "audience",
    "language",
    "interpreter",
    "intake",
    "deadline_on",
    "place",
    "postcode",
    "access",
    "online_link",
    "price_dkk",
    "medicine_subsidy",
    "contact_phone",
    "contact_email",
)
"""What a draft and a row call by the same name."""


def fill(row: CourseRow, draft: CourseDraft) -> None:
    """Write a draft into a row, with what follows from its sessions; not how many seats there are.

    The owner's own citizens may always come.
    """
    for name in PLAIN_FIELDS:
        setattr(row, name, getattr(draft, name))
    row.products = list(draft.products)
    row.open_to = sorted({row.municipality_code, *draft.open_to})
    row.weekday, row.time_of_day = usual_time(draft.sessions)
    fixed = draft.intake is Intake.FIXED
    row.starts_at = draft.sessions[0].starts_at if fixed else None
    row.ends_at = draft.sessions[-1].ends_at if draft.sessions else None
    _write_sessions(row, draft.sessions)


def write_openings(row: CourseRow) -> None:
    """Bring the openings in step with the course: one for each municipality, none unless open."""
    wanted = [*row.open_to, ANYWHERE] if row.status == CourseStatus.OPEN else []
    there = {opening.open_to: opening for opening in row.openings}
    for code in there.keys() - set(wanted):
        row.openings.remove(there[code])
    for code in wanted:
        if code not in there:
            there[code] = CourseOpeningRow(open_to=code)
            row.openings.append(there[code])
        opening = there[code]
        opening.owner = row.municipality_code
        opening.intake = row.intake
        opening.starts_at = row.starts_at
        opening.language = row.language
        opening.format = row.format
        opening.audience = row.audience
        opening.weekday = row.weekday
        opening.time_of_day = row.time_of_day
        opening.postcode = row.postcode


def _write_sessions(row: CourseRow, sessions: tuple[CourseSession, ...]) -> None:
    there = {each.starts_at: each for each in row.sessions}
    wanted = {each.starts_at: each for each in sessions}
    for starts_at in there.keys() - wanted.keys():
        row.sessions.remove(there[starts_at])
    for starts_at, each in wanted.items():
        if starts_at in there:
            there[starts_at].ends_at = each.ends_at
        else:
            row.sessions.append(CourseSessionRow(starts_at=starts_at, ends_at=each.ends_at))
