"""A course moved into another season: whole weeks later, at the same time on the clock. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import ceil

from referrals.catalogue.draft import BadDraft, Mistake, danish
from referrals.courses.course import DANISH_TIME, Course, CourseSession


def moved(course: Course, first_day: date) -> Course:
    """Give the course with all days moved by whole weeks.

    The first session then lies on ``first_day`` or in the six days after; clock times stay, also
    when the clocks change in between. A course without sessions stays as it is. Raises BadDraft for
    a clock time that does not exist on its new day.
    """
    if not course.sessions:
        return course
    old_day = course.sessions[0].starts_at.astimezone(DANISH_TIME).date()
    shift = timedelta(weeks=ceil((first_day - old_day).days / 7))
    sessions = tuple(_later(each, shift, n) for n, each in enumerate(course.sessions, start=1))
    deadline = course.deadline_on + shift if course.deadline_on else None
    return replace(course, sessions=sessions, deadline_on=deadline)


def _later(session: CourseSession, shift: timedelta, number: int) -> CourseSession:
    starts, ends = (at.astimezone(DANISH_TIME) for at in (session.starts_at, session.ends_at))
    try:
        return CourseSession(
            danish(starts.date() + shift, starts.time()), danish(ends.date() + shift, ends.time())
        )
    except (ValueError, OverflowError) as error:
        raise BadDraft({"starts_on": Mistake("no_such_time", (("number", number),))}) from error
