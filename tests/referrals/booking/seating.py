"""Courses, encounters and seats for tests, written straight into the tables."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.booking import seats
from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.staff.tables import UserRow
from referrals.storage.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BY = "demo-nurse"


def add_course(session: Session, capacity: int | None = 1, **changes: object) -> int:
    """Add an open course that begins in January; give its id."""
    values: dict[str, object] = {
        "key": uuid.uuid4().hex,
        "municipality_code": "0151",
        "open_to": ["0151", "0163"],
        "title": "Rygestop i hold",
        "concept": "gold_standard",
        "format": "group",
        "goal": "stop",
        "audience": "all",
        "language": "da",
        "interpreter": False,
        "products": [],
        "intake": "fixed",
        "starts_at": datetime(2027, 1, 12, 16, 0, tzinfo=UTC),
        "place": "Sundhedshuset",
        "postcode": "2750",
        "access": "",
        "online_link": "",
        "medicine_subsidy": "",
        "contact_phone": "",
        "contact_email": "",
        "status": "open",
        "verified_on": date(2026, 11, 20),
        "taken": 0,
        "held": 0,
        "waiting": 0,
    }
    row = CourseRow(capacity=capacity, **{**values, **changes})
    session.add(row)
    session.flush()
    return row.id


def add_encounters(session: Session, how_many: int, municipality: str = "0151") -> list[str]:
    """Add encounters whose patient lives in ``municipality``; give their ids."""
    nurse = session.scalars(select(UserRow).where(UserRow.name == BY)).one()
    rows = [
        EncounterRow(
            id=str(uuid.uuid4()),
            nurse_id=nurse.id,
            ward_id=nurse.ward_id,
            language="da",
            answers=[["municipality", municipality]],
            consent_proof={},
            step="summary",
            started_at=NOW,
            updated_at=NOW,
            expires_at=NOW,
        )
        for _ in range(how_many)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def set_up(
    database: Database, capacity: int | None, how_many: int, **changes: object
) -> tuple[int, list[str]]:
    """Add one course and some encounters."""
    with database.write() as session:
        return add_course(session, capacity, **changes), add_encounters(session, how_many)


def states(session: Session, course_id: int) -> Counter[str]:
    """Count the seat rows of a course by state."""
    query = select(SeatRow.state, func.count()).where(SeatRow.course_id == course_id)
    return Counter(dict(session.execute(query.group_by(SeatRow.state)).all()))


def counted(session: Session, course_id: int) -> dict[str, int]:
    """Give what the course itself counts, named like the states of seats."""
    course = session.get_one(CourseRow, course_id, populate_existing=True)
    return {
        SeatState.CONFIRMED.value: course.taken,
        SeatState.HELD.value: course.held,
        SeatState.WAITING.value: course.waiting,
    }


def seat_of(database: Database, encounter_id: str) -> SeatRow | None:
    """Give the latest seat of an encounter."""
    with database.read() as session:
        query = select(SeatRow).where(SeatRow.encounter_id == encounter_id)
        return session.scalars(query.order_by(SeatRow.id.desc()).limit(1)).one_or_none()


def all_at_once(
    database: Database, todo: Sequence[str], do: Callable[[Session, str], object]
) -> Counter[str]:
    """Run ``do`` for each encounter in a thread and transaction of its own, all let go together.

    Counts what came of it: the name of the type given, or of the exception.
    """
    came: list[str] = []
    together = threading.Barrier(len(todo))

    def run(encounter_id: str) -> None:
        together.wait()
        try:
            with database.write() as session:
                result: object = do(session, encounter_id)
        except Exception as error:  # noqa: BLE001 - whatever comes is counted and compared
            result = error
        came.append(type(result).__name__)

    threads = [threading.Thread(target=run, args=(each,)) for each in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(came)


def expire(session: Session, now: datetime) -> int:
    """End the holds whose time is up, as housekeeping does; give how many."""
    over = session.scalars(seats.holds_over(now)).all()
    for seat in over:
        seats.end_hold(session, seat, now, "housekeeping")
    return len(over)


def end_lines(session: Session, now: datetime) -> int:
    """End the lines of courses that have begun, as housekeeping does; give how many."""
    over = session.scalars(seats.lines_over(now)).all()
    for course in over:
        seats.end_line(session, course, now, "housekeeping")
    return len(over)
