"""A municipality's own courses: advisers read them, course managers keep them true.

A ``MunicipalCatalogue`` is bound to the municipality of the person who uses it, so that no query
can reach another's courses. For whoever asks, those do not exist. Every change is one transaction:
the course, what questions search, its seats and the audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Transaction

from referrals import audit, catalogue_listing, seats
from referrals.catalogue_listing import WORKED_WITH, CataloguePage, Entry, Filter, entry_of
from referrals.course import Course, CourseStatus
from referrals.course_draft import BadDraft, CourseDraft, Mistake
from referrals.course_records import course_of, fill, write_openings
from referrals.course_search import LARGEST_ID, UnknownCourse
from referrals.course_season import moved
from referrals.course_tables import CourseRow
from referrals.database import Database
from referrals.dates import local_day
from referrals.seat import Held, NotOpen, SeatState, TooFewSeats
from referrals.staff import NotAllowed, Role, Staff

CALLED_OFF = "course_cancelled"
"""Why a seat ended when its course was cancelled."""


class ChangedCourse(Exception):
    """Somebody else changed the course after it was read. ``entry`` is what it is now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("changed meanwhile")
        self.entry = entry


@dataclass(frozen=True)
class Seated:
    """Somebody with a seat or a place in line. ``reference`` is None before the referral is filed.

    ``own`` tells whether the referral lies in the reader's own queue.
    """

    state: SeatState
    reference: str | None
    own: bool


@dataclass(frozen=True)
class Affected:
    """Whom a cancellation concerns. ``elsewhere`` counts people enrolled outside Henvis."""

    seated: list[Seated]
    elsewhere: int

    def count(self, state: str) -> int:
        """Count those whose seat stands so."""
        return sum(each.state == state for each in self.seated)


class MunicipalCatalogue:
    """The courses of the municipality of ``staff``. Refuses anybody without one."""

    def __init__(self, database: Database, staff: Staff) -> None:
        if not staff.is_municipal or staff.municipality_code is None:
            raise PermissionError("only municipal staff have a catalogue")
        self._database = database
        self._staff = staff
        self._code = staff.municipality_code

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
            return catalogue_listing.page(session, self._code, now, wanted, number)

    def counts(self, now: datetime) -> dict[str, int]:
        """Count the own courses by status, and as ``stale`` the open ones to be verified."""
        with self._database.read() as session:
            return catalogue_listing.counts(session, self._code, now)

    def every(self) -> Iterator[Course]:
        """Give all own courses by their key, read in batches."""
        with self._database.read() as session:
            query = self._own().order_by(CourseRow.key).execution_options(yield_per=200)
            for row in session.scalars(query):
                yield course_of(row)

    def open(self, course_id: int) -> Entry:
        """Give one course. Raises UnknownCourse for one of another municipality."""
        with self._database.read() as session:
            return entry_of(self._row(session, course_id))

    def affected(self, course_id: int) -> Affected:
        """Tell whom a cancellation of the course would concern."""
        with self._database.read() as session:
            return self._affected(session, self._row(session, course_id))

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
            row = self._row(session, course_id, version)
            self.rewrite(session, row, draft, now)
            self.log(session, now, "edit_course", row)

    def publish(self, course_id: int, version: int, now: datetime) -> None:
        """Show a draft to all who ask. Raises BadDraft if nobody could join any more."""
        with self.change() as session:
            row = self._row(session, course_id, version)
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
            row = self._row(session, course_id, version)
            row.verified_on = local_day(now)
            self.log(session, now, "verify_course", row)

    def cancel(
        self, course_id: int, version: int, now: datetime, move_to: int | None = None
    ) -> Affected:
        """Call a course off, and give whom it concerned.

        Every seat and place in line ends. With ``move_to``, an own open course, each of them gets a
        seat there in the order in which they asked, enrolled ones are enrolled again, and those
        for whom there is no room stand in its line. Raises BadDraft if that course takes nobody.
        """
        with self.change() as session:
            row = self._row(session, course_id, version)
            if row.status not in WORKED_WITH:
                raise BadDraft({"status": Mistake("ended")})
            if move_to is not None and move_to == course_id:
                raise UnknownCourse(move_to)
            target = self._row(session, move_to) if move_to is not None else None
            affected = self._affected(session, row)
            before = [
                (s.encounter_id, s.state) for s in session.scalars(seats.standing_in(course_id))
            ]
            seats.cancel_course(session, course_id, now, self._staff.name, CALLED_OFF)
            row.version += 1
            write_openings(row)
            if target is not None:
                self._move(session, before, target, now)
            return affected

    def duplicate(self, course_id: int, first_day: date, now: datetime) -> int:
        """Copy a course into another season as a draft without people, and give its id.

        How the days move, and what is refused, says ``course_season.moved``.
        """
        with self.change() as session:
            old = course_of(self._row(session, course_id))
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
            audit.lock(session)
            yield session

    def add(
        self, session: Transaction, draft: CourseDraft, now: datetime, *, demo: bool = False
    ) -> CourseRow:
        """Write a new draft in the transaction of a ``change``. Raises BadDraft: key in use."""
        key = draft.key or self._new_key(session, now)
        if draft.key and self.by_key(session, key) is not None:
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
        other = self.by_key(session, key)
        if other is not None and other.id != row.id:
            raise BadDraft({"key": Mistake("key_in_use")})
        fill(row, draft.model_copy(update={"key": key}))
        row.version += 1
        write_openings(row)
        session.flush()
        if (draft.capacity, draft.taken) != (row.capacity, row.taken):
            self._change_seats(session, row, draft, now)

    def by_key(self, session: Transaction, key: str) -> CourseRow | None:
        """Give the own course with the municipality's own id ``key``, None if there is none."""
        return session.scalars(self._own().where(CourseRow.key == key)).one_or_none()

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

    def _move(
        self,
        session: Transaction,
        before: list[tuple[str, str]],
        target: CourseRow,
        now: datetime,
    ) -> None:
        by = self._staff.name
        for encounter_id, state in before:
            try:
                given = seats.hold(session, target.id, encounter_id, now, by)
            except NotOpen as error:
                raise BadDraft({"move_to": Mistake("ended")}) from error
            if state == SeatState.CONFIRMED and isinstance(given, Held):
                seats.confirm(session, encounter_id, now, by)

    def _affected(self, session: Transaction, row: CourseRow) -> Affected:
        found = []
        for seat in session.scalars(seats.standing_in(row.id)):
            referral = seats.referral_of(session, seat.encounter_id)
            found.append(
                Seated(
                    SeatState(seat.state),
                    referral.reference if referral else None,
                    referral is not None and referral.municipality_code == self._code,
                )
            )
        enrolled = sum(each.state is SeatState.CONFIRMED for each in found)
        return Affected(found, row.taken - enrolled)

    def _own(self) -> Select[CourseRow]:
        return select(CourseRow).where(CourseRow.municipality_code == self._code)

    def _row(self, session: Transaction, course_id: int, version: int | None = None) -> CourseRow:
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
        audit.append(session, now, self._staff.name, action, f"course:{row.id}")


def check_joinable(course: Course, now: datetime) -> None:
    """Refuse with BadDraft what nobody could join: the start or the deadline lies behind."""
    today = local_day(now)
    if course.starts_at is not None and course.starts_at <= now:
        raise BadDraft({"sessions": Mistake("starts_in_past")})
    if course.starts_at is None and course.sessions and course.next_session(now) is None:
        raise BadDraft({"sessions": Mistake("all_in_past")})
    if course.deadline_on is not None and course.deadline_on < today:
        raise BadDraft({"deadline_on": Mistake("deadline_passed")})
