"""What a municipality must decide on at once: what is overdue, and which partner has room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from referrals.courses.course import CourseStatus, Intake
from referrals.courses.tables import CourseOpeningRow, CourseRow
from referrals.queue import today
from referrals.queue.filters import Wanted
from referrals.queue.partners import room_of
from referrals.referral.clock import Urgency
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.staff.tables import MunicipalityRow
from referrals.storage.database import Database

SHOWN = 20
PARTNERS = 3


@dataclass(frozen=True)
class Overdue:
    """A referral whose week is over without a talk, and who has it. No identity."""

    reference: str
    due_at: datetime
    assigned_to: int | None
    version: int


@dataclass(frozen=True)
class Room:
    """A partner with seats for citizens of this municipality, and time to call them.

    ``calls`` are those that its advisers can take within a week. ``seats`` is None where a course
    has no limit, ``starts_at`` where one can begin at any time.
    """

    municipality_code: str
    name: str
    calls: int
    courses: int
    seats: int | None
    starts_at: datetime | None


@dataclass(frozen=True)
class Escalation:
    """Up to twenty overdue referrals, the oldest first, of ``count``; and up to three partners.

    Counting stops where the queue's own counts do: ``MOST_COUNTED`` + 1 means more.
    """

    count: int
    overdue: list[Overdue]
    partners: list[Room]


NOTHING = Escalation(0, [], [])


class Escalations:
    """The overdue referrals of the municipality of ``staff``. Raises NotAllowed without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._code = municipality_of(staff)

    def read(self, now: datetime) -> Escalation:
        """Give what waits past its week. Looks for partners only if need be."""
        late = Wanted(urgency=Urgency.BREACHED)
        overdue = late.query(self._code, now)
        first = overdue.order_by(*late.order).limit(SHOWN)
        with self._database.read() as session:
            count = today.count(session, overdue)
            if not count:
                return NOTHING
            rows = session.scalars(first).all()
            return Escalation(
                count, [_overdue(row) for row in rows], partners_with_room(session, self._code, now)
            )


def partners_with_room(session: Session, home: str, now: datetime) -> list[Room]:
    """Give the partners whose open courses take citizens of ``home``, the soonest start first.

    Leaves out who could not call within a week: an offer to them would be refused. A course that
    can be begun at any time counts as soon as can be.
    """
    free = CourseRow.capacity - CourseRow.taken - CourseRow.held
    unlimited = func.count().filter(CourseRow.capacity.is_(None))
    rolling = func.count().filter(CourseOpeningRow.intake == Intake.ROLLING.value)
    found = session.execute(
        select(
            MunicipalityRow.code,
            MunicipalityRow.name,
            func.count().label("courses"),
            func.sum(free).label("seats"),
            func.min(CourseOpeningRow.starts_at).label("starts"),
            unlimited.label("limitless"),
            rolling.label("rolling"),
        )
        .join(CourseOpeningRow, CourseOpeningRow.owner == MunicipalityRow.code)
        .join(CourseRow, CourseRow.id == CourseOpeningRow.course_id)
        .where(
            CourseOpeningRow.open_to == home,
            CourseOpeningRow.owner != home,
            CourseRow.status == CourseStatus.OPEN.value,
            or_(CourseOpeningRow.starts_at.is_(None), CourseOpeningRow.starts_at > now),
            or_(CourseRow.capacity.is_(None), free > 0),
        )
        .group_by(MunicipalityRow.code, MunicipalityRow.name)
    )
    soonest = sorted(
        found,
        key=lambda each: (
            each.starts if each.starts and not each.rolling else now,
            -(0 if each.limitless else each.seats),
            each.name,
        ),
    )
    # Looking through a week of calls is what takes time: no further than is shown.
    return list(islice(_rooms(session, soonest, now), PARTNERS))


def _rooms(
    session: Session, found: Iterable[Row[*tuple[Any, ...]]], now: datetime
) -> Iterator[Room]:
    for each in found:
        if calls := room_of(session, each.code, now):
            yield Room(
                municipality_code=each.code,
                name=each.name,
                calls=calls,
                courses=each.courses,
                seats=None if each.limitless else each.seats,
                starts_at=None if each.rolling else each.starts,
            )


def _overdue(row: ReferralRow) -> Overdue:
    return Overdue(row.reference, row.due_at, row.assigned_to, row.version)
