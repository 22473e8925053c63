"""Courses as rows: read one, fill one, and keep the openings that questions search in step."""

from __future__ import annotations

from referrals.course import (
    Audience,
    Concept,
    Course,
    CourseStatus,
    Format,
    Goal,
    Intake,
    Session,
    TimeOfDay,
    usual_time,
)
from referrals.course_draft import CourseDraft
from referrals.course_tables import ANYWHERE, CourseOpeningRow, CourseRow, CourseSessionRow

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


def course_of(row: CourseRow, sessions: tuple[Session, ...] | None = None) -> Course:
    """Give the course that ``row`` stands for, with ``sessions``, or else all of its own."""
    if sessions is None:
        sessions = tuple(Session(each.starts_at, each.ends_at) for each in row.sessions)
    return Course(
        id=row.id,
        key=row.key,
        municipality_code=row.municipality_code,
        open_to=tuple(row.open_to),
        title=row.title,
        concept=Concept(row.concept),
        format=Format(row.format),
        goal=Goal(row.goal),
        audience=Audience(row.audience),
        language=row.language,
        interpreter=row.interpreter,
        products=tuple(row.products),
        intake=Intake(row.intake),
        starts_at=row.starts_at,
        deadline_on=row.deadline_on,
        weekday=row.weekday,
        time_of_day=TimeOfDay(row.time_of_day) if row.time_of_day else None,
        place=row.place,
        postcode=row.postcode,
        access=row.access,
        online_link=row.online_link,
        capacity=row.capacity,
        taken=row.taken,
        held=row.held,
        waiting=row.waiting,
        price_dkk=row.price_dkk,
        medicine_subsidy=row.medicine_subsidy,
        contact_phone=row.contact_phone,
        contact_email=row.contact_email,
        status=CourseStatus(row.status),
        verified_on=row.verified_on,
        sessions=sessions,
        demo=row.demo,
    )


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


def _write_sessions(row: CourseRow, sessions: tuple[Session, ...]) -> None:
    there = {each.starts_at: each for each in row.sessions}
    wanted = {each.starts_at: each for each in sessions}
    for starts_at in there.keys() - wanted.keys():
        row.sessions.remove(there[starts_at])
    for starts_at, each in wanted.items():
        if starts_at in there:
            there[starts_at].ends_at = each.ends_at
        else:
            row.sessions.append(CourseSessionRow(starts_at=starts_at, ends_at=each.ends_at))
