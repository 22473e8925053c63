"""Courses as they are read from their rows."""

from __future__ import annotations

from referrals.courses.course import (
    Audience,
    Concept,
    Course,
    CourseSession,
    CourseStatus,
    Format,
    Goal,
    Intake,
    TimeOfDay,
)
from referrals.courses.tables import CourseRow


def course_of(row: CourseRow, sessions: tuple[CourseSession, ...] | None = None) -> Course:
    """Give the course that ``row`` stands for, with ``sessions``, or else all of its own."""
    if sessions is None:
        sessions = tuple(CourseSession(each.starts_at, each.ends_at) for each in row.sessions)
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
