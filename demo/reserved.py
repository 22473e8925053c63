"""Demo data: a held seat, a place in line and a booked call, reserved as a nurse does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.bedside import booking
from referrals.booking import calls
from referrals.courses.course import CourseStatus
from referrals.courses.records import course_of
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

AHEAD = timedelta(days=7)
"""Courses that begin later than this are still to come when the demo is looked at."""
SINCE = timedelta(hours=5)
"""The newest demo referral was filed so long ago: an earlier call would be over already."""


class Reserve(StrEnum):
    """What a nurse can reserve."""

    SEAT = "seat"
    PLACE_IN_LINE = "place_in_line"
    CALL = "call"


def _hold_a_seat(bedside: Bedside) -> list[Say]:
    return _join(bedside, full=False)


def _stand_in_line(bedside: Bedside) -> list[Say]:
    return _join(bedside, full=True)


def _join(bedside: Bedside, *, full: bool) -> list[Say]:
    """Ask for a seat in the home municipality's next course that has room, or has none."""
    rows = bedside.session.scalars(
        select(CourseRow)
        .where(
            CourseRow.municipality_code == bedside.encounter.get(Step.MUNICIPALITY),
            CourseRow.status == CourseStatus.OPEN.value,
            CourseRow.capacity.is_not(None),
            CourseRow.starts_at > bedside.now + AHEAD,
        )
        .order_by(CourseRow.starts_at, CourseRow.id)
    )
    today = local_day(bedside.now)
    joinable = [course for course in map(course_of, rows) if course.takes_new(bedside.now, today)]
    wanted = next((course for course in joinable if course.has_room is not full), None)
    return booking.hold_seat(bedside, wanted)


def _book_a_call(bedside: Bedside) -> list[Say]:
    """Book the first time of the home municipality's advisers that is still to come."""
    home = bedside.encounter.get(Step.MUNICIPALITY) or ""
    slots = calls.free_slots(bedside.session, home, bedside.now + SINCE, 1)
    return booking.book_call(bedside, slots[0].code if slots else "")


COMMANDS: Mapping[Reserve, Callable[[Bedside], list[Say]]] = {
    Reserve.SEAT: _hold_a_seat,
    Reserve.PLACE_IN_LINE: _stand_in_line,
    Reserve.CALL: _book_a_call,
}
