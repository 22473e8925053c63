"""A municipality's own courses: advisers read them, course managers keep them true.

A ``MunicipalCatalogue`` is bound to the municipality of the person who uses it, so that no query
can reach another's courses. For whoever asks, those do not exist. Every change is one transaction:
the course, what questions search, its seats and the audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as Transaction

from referrals.audit import chain
from referrals.booking import seats
from referrals.booking.seat_states import SeatState, TooFewSeats
from referrals.catalogue import listing
from referrals.catalogue.draft import BadDraft, CourseDraft, Mistake
from referrals.catalogue.listing import WORKED_WITH, CataloguePage, Entry, Filter, entry_of
from referrals.catalogue.records import fill, write_openings
from referrals.catalogue.season import moved
from referrals.courses.course import Course, CourseStatus
from referrals.courses.records import course_of
from referrals.courses.search import LARGEST_ID, UnknownCourse
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.denmark.written_cells import one_spelling
from referrals.staff.roles import NotAllowed, Role, Staff, municipality_of
from referrals.storage.database import Database


class ChangedCourse(Exception):
    """Somebody else changed the course after it was read. ``entry`` is what it is now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("changed meanwhile")
        self.entry = entry


class MunicipalCatalogue:
    """The courses of the municipality of ``staff``. Refuses anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        self._database = database
        self._staff = staff
        self._code = municipality_of(staff)

    @property
    def municipality_code(self) -> str:
        """The code of the municipality whose courses these are."""
        return self._code

    @property
    def may_write(self) -> bool:
        """Tell whether the reader may change courses."""
        return self._staff.role is Role.COURSE_MANAGER

    def page(self, now: datetime, wanted: Filter, number: int = 1) -> CataloguePage:
        """Give one page of the own courses; the last one if there are not so many."""
        with self._database.read() as session:
            return listing.page(session, self._code, now, wanted, number)

    def counts(self, now: datetime) -> dict[str, int]:
        """Count the own courses by status, and as ``stale`` the open ones to be verified."""
        with self._database.read() as session:
            return listing.counts(session, self._code, now)

    def every(self) -> Iterator[Course]:
        """Give all own courses by their key, read in batches."""
        with self._database.read() as session:
            query = self._own().order_by(CourseRow.key).execution_options(yield_per=200)
            for row in session.scalars(query):
                yield course_of(row)

    def joinable(self, now: datetime) -> list[Course]:
        """Give all own courses that take new people, by their start."""
        today = local_day(now)
        with self._database.read() as session:
            query = self._own().where(CourseRow.status == CourseStatus.OPEN.value)
            found = map(
                course_of, session.scalars(query.order_by(CourseRow.starts_at, CourseRow.id))
            )
            return [course for course in found if course.takes_new(now, today)]

    def open(self, course_id: int) -> Entry:
        """Give one course. Raises UnknownCourse for one of another municipality."""
        with self._database.read() as session:
            return entry_of(self.row(session, course_id))

    def create(self, draft: CourseDraft, now: datetime) -> int:
        """Keep a new course as a draft, and give its id. Raises BadDraft for a key in use."""
        with self.change() as session:
            row = self.add(session, draft, now)
            self.log(session, now, "create_course", row)
            return row.id

    def edit(self, course_id: int, draft: CourseDraft, version: int, now: datetime) -> None:
        """Change a course that is a draft or open.

        A draft without key leaves the key. Seats that come free are offered to those who wait.
        Raises ChangedCourse for another version, BadDraft for what cannot be.
        """
        with self.change() as session:
            row = self.row(session, course_id, version)
            self.rewrite(session, row, draft, now)
            self.log(session, now, "edit_course", row)

    def publish(self, course_id: int, version: int, now: datetime) -> None:
        """Show a draft to all who ask. Raises BadDraft if nobody could join any more."""
        with self.change() as session:
            row = self.row(session, course_id, version)
            if row.status != CourseStatus.DRAFT:
                raise BadDraft({"status": Mistake("ended")})
            check_joinable(course_of(row), now)
            row.status, row.verified_on = CourseStatus.OPEN.value, local_day(now)
            row.version += 1
            write_openings(row)
            self.log(session, now, "publish_course", row)

    def verify(self, course_id: int, version: int, now: datetime) -> None:
        """State that the record is true today."""
        with self.change() as session:
            row = self.row(session, course_id, version)
            row.verified_on = local_day(now)
            self.log(session, now, "verify_course", row)

    def duplicate(self, course_id: int, first_day: date, now: datetime) -> int:
        """Copy a course into another season as a draft without people, and give its id.

        How the days move, and what is refused, says ``course_season.moved``.
        """
        with self.change() as session:
            old = course_of(self.row(session, course_id))
            new = moved(old, first_day)
            values = {name: getattr(new, name) for name in CourseDraft.model_fields}
            copy = CourseDraft.model_construct(**values | {"key": "", "taken": 0})
            row = self.add(session, copy, now, demo=old.demo)
            self.log(session, now, "duplicate_course", row)
            return row.id

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """Open the transaction of one change. Raises NotAllowed for those who only read."""
        if not self.may_write:
            raise NotAllowed
        with self._database.write() as session:
            chain.lock(session)
            yield session

    def add(
        self, session: Transaction, draft: CourseDraft, now: datetime, *, demo: bool = False
    ) -> CourseRow:
        """Write a new draft in the transaction of a ``change``. Raises BadDraft: key in use."""
        key = draft.key or self._new_key(session, now)
        if draft.key and self.of_key(session, key) is not None:
            raise BadDraft({"key": Mistake("key_in_use")})
        row = CourseRow(
            municipality_code=self._code,
            status=CourseStatus.DRAFT.value,
            verified_on=local_day(now),
            capacity=draft.capacity,
            taken=draft.taken,
            held=0,
            waiting=0,
            demo=demo,
        )
        fill(row, draft.model_copy(update={"key": key}))
        session.add(row)
        session.flush()
        return row

    def rewrite(
        self, session: Transaction, row: CourseRow, draft: CourseDraft, now: datetime
    ) -> None:
        """Write a changed course in the transaction of a ``change``, with all that hangs on it."""
        if row.status not in WORKED_WITH:
            raise BadDraft({"status": Mistake("ended")})
        key = draft.key or row.key
        other = self.of_key(session, key)
        if other is not None and other.id != row.id:
            raise BadDraft({"key": Mistake("key_in_use")})
        fill(row, draft.model_copy(update={"key": key}))
        row.version += 1
        write_openings(row)
        session.flush()
        if (draft.capacity, draft.taken) != (row.capacity, row.taken):
            self._change_seats(session, row, draft, now)

    def of_key(self, session: Transaction, key: str) -> CourseRow | None:
        """Give the own course with the municipality's own id ``key``, None if there is none.

        Blanks make no other key, nor do zeros in front, which a spreadsheet takes away.
        """
        key = one_spelling(key)
        if not key.isprintable():
            return None
        same = CourseRow.key == key
        if key.isascii() and key.isdigit():
            same = func.ltrim(CourseRow.key, "0") == key.lstrip("0")
        exact_first = self._own().where(same).order_by(CourseRow.key != key, CourseRow.id)
        return session.scalars(exact_first).first()

    def _change_seats(
        self, session: Transaction, row: CourseRow, draft: CourseDraft, now: datetime
    ) -> None:
        enrolled = sum(
            seat.state == SeatState.CONFIRMED for seat in session.scalars(seats.standing_in(row.id))
        )
        if draft.taken < enrolled:
            raise BadDraft({"taken": Mistake("under_enrolled", (("limit", enrolled),))})
        try:
            seats.change_capacity(
                session, row.id, draft.capacity, now, self._staff.name, taken=draft.taken
            )
        except TooFewSeats as error:
            limit = (("limit", error.in_use),)
            raise BadDraft({"capacity": Mistake("under_seats", limit)}) from error

    def _own(self) -> Select[CourseRow]:
        return select(CourseRow).where(CourseRow.municipality_code == self._code)

    def row(self, session: Transaction, course_id: int, version: int | None = None) -> CourseRow:
        """Give the row as it is now. With ``version``, it is locked and must be that one."""
        if course_id > LARGEST_ID:
            raise UnknownCourse(course_id)
        query = self._own().where(CourseRow.id == course_id)
        if version is not None:
            query = query.with_for_update().execution_options(populate_existing=True)
        row = session.scalars(query).one_or_none()
        if row is None:
            raise UnknownCourse(course_id)
        if version is not None and row.version != version:
            raise ChangedCourse(entry_of(row))
        return row

    def _new_key(self, session: Transaction, now: datetime) -> str:
        """Give a key that no own course has: the day and a number."""
        day = f"{local_day(now):%Y%m%d}-"
        used = set(
            session.scalars(
                select(CourseRow.key).where(
                    CourseRow.municipality_code == self._code, CourseRow.key.startswith(day)
                )
            )
        )
        return next(key for n in range(1, len(used) + 2) if (key := f"{day}{n}") not in used)

    def log(self, session: Transaction, now: datetime, action: str, row: CourseRow) -> None:
        """Write to the audit log what the reader did to a course."""
        session.flush()
        chain.append(session, now, self._staff.name, action, f"course:{row.id}")


def check_joinable(course: Course, now: datetime) -> None:
    """Refuse with BadDraft what nobody could join: the start or the deadline lies behind."""
    today = local_day(now)
    if course.starts_at is not None and course.starts_at <= now:
        raise BadDraft({"sessions": Mistake("starts_in_past")})
    if course.starts_at is None and course.sessions and course.next_session(now) is None:
        raise BadDraft({"sessions": Mistake("all_in_past")})
    if course.deadline_on is not None and course.deadline_on < today:
        raise BadDraft({"deadline_on": Mistake("deadline_passed")})
