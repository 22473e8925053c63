"""Whatever happens to seats, in whatever order: never overbooked, always counted, never idle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking import reserved, seats
from referrals.booking.seat_states import (
    AlreadyConfirmed,
    Full,
    Held,
    NoSeat,
    SeatState,
    TooFewSeats,
    Waiting,
)
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from tests.conftest import World
from tests.referrals.booking.seating import NOW, add_course, add_encounters, counted, expire, states

NURSE, MANAGER = "demo-nurse", "demo-manager-0151"
PATIENTS = 5
SIZES = st.integers(1, 2)
NEVER = NOW + timedelta(days=3650)


class Seats(RuleBasedStateMachine):
    """A few courses and patients in one transaction, which is rolled back in the end.

    ``others`` counts, for each course, those who are enrolled without a seat row.
    """

    world: World
    courses: Bundle[int] = Bundle("courses")
    patients: Bundle[str] = Bundle("patients")

    def __init__(self) -> None:
        super().__init__()
        self.opened: Iterator[Session] = self._open()
        self.session = next(self.opened)
        self.now: datetime = NOW
        self.others: dict[int, int] = {}

    def _open(self) -> Iterator[Session]:
        with self.world.database.read() as session:
            yield session

    def teardown(self) -> None:
        self.opened.close()  # type: ignore[attr-defined]

    @initialize(target=courses, one=SIZES, other=SIZES)
    def two_courses(self, one: int, other: int) -> object:
        return multiple(self._new_course(one), self._new_course(other))

    @initialize(target=patients)
    def some_patients(self) -> object:
        return multiple(*add_encounters(self.session, PATIENTS))

    @rule(course=courses, some=st.lists(patients, min_size=2, unique=True))
    def many_hold(self, course: int, some: list[str]) -> None:
        for patient in some:
            self._hold(course, patient, wait=True)

    @rule(course=courses, patient=patients)
    def hold_or_go(self, course: int, patient: str) -> None:
        self._hold(course, patient, wait=False)

    def _hold(self, course: int, patient: str, *, wait: bool) -> None:
        before = self._standing(patient)
        try:
            given = seats.hold(self.session, course, patient, self.now, NURSE, wait=wait)
        except AlreadyConfirmed:
            assert before is not None
            assert before[1] == SeatState.CONFIRMED
        except Full:
            assert not wait or (before is not None and before[1] == SeatState.HELD)
            assert self._free(course) == 0
        else:
            assert isinstance(given, Held | Waiting)
            assert self._standing(patient, course) is not None

    @rule(patient=patients)
    def confirm(self, patient: str) -> None:
        before = self._standing(patient)
        try:
            seats.confirm(self.session, patient, self.now, MANAGER)
        except NoSeat:
            assert before is None or before[1] == SeatState.WAITING
        else:
            after = self._standing(patient)
            assert after is not None
            assert after[1] == SeatState.CONFIRMED

    @rule(patient=patients)
    def release(self, patient: str) -> None:
        had = self._standing(patient) is not None
        assert seats.release(self.session, patient, self.now, MANAGER, "municipality") == had
        assert self._standing(patient) is None

    @rule(patient=patients)
    def withdraw(self, patient: str) -> None:
        reserved.free(self.session, patient, self.now, "patient", "withdrawn")
        assert self._standing(patient) is None

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        expire(self.session, self.now)

    @rule(course=courses, capacity=st.none() | st.integers(0, 4))
    def change_capacity(self, course: int, capacity: int | None) -> None:
        row = self._course(course)
        in_use = row.taken + row.held
        try:
            seats.change_capacity(self.session, course, capacity, self.now, MANAGER)
        except TooFewSeats:
            assert capacity is not None
            assert capacity < in_use

    @rule(course=courses, taken=st.integers(0, 4))
    def people_come_another_way(self, course: int, taken: int) -> None:
        row = self._course(course)
        confirmed = row.taken - self.others[course]
        try:
            seats.change_capacity(
                self.session, course, row.capacity, self.now, MANAGER, taken=taken
            )
        except TooFewSeats:
            too_many = row.capacity is not None and taken + row.held > row.capacity
            assert taken < confirmed or too_many
        else:
            self.others[course] = taken - confirmed

    @rule(target=courses, course=consumes(courses), size=SIZES)
    def cancel_course_and_open_another(self, course: int, size: int) -> int:
        seats.cancel_course(self.session, course, self.now, MANAGER, "course_cancelled")
        assert not any(seat[0] == course for seat in self._all_standing())
        return self._new_course(size)

    @invariant()
    def is_never_overbooked(self) -> None:
        for course in map(self._course, self.others):
            assert course.capacity is None or course.taken + course.held <= course.capacity

    @invariant()
    def counts_what_the_seats_say(self) -> None:
        for course in self.others:
            rows = states(self.session, course)
            expected = {name: rows[name] for name in ("confirmed", "held", "waiting")}
            expected["confirmed"] += self.others[course]
            assert counted(self.session, course) == expected

    @invariant()
    def lets_nobody_wait_while_a_seat_is_free(self) -> None:
        for course in self.others:
            assert not self._course(course).waiting or self._free(course) == 0

    @invariant()
    def gives_nobody_two_seats_and_keeps_no_hold_past_its_time(self) -> None:
        standing = self._all_standing()
        assert len({patient for _, _, patient, _ in standing}) == len(standing)
        for _, state, _, expires_at in standing:
            assert (expires_at is not None) == (state == SeatState.HELD)
            assert expires_at is None or expires_at > self.now

    def _new_course(self, size: int) -> int:
        course = add_course(self.session, size, starts_at=NEVER)
        self.others[course] = 0
        return course

    def _course(self, course: int) -> CourseRow:
        return self.session.get_one(CourseRow, course, populate_existing=True)

    def _free(self, course: int) -> int | None:
        row = self._course(course)
        return None if row.capacity is None else row.capacity - row.taken - row.held

    def _all_standing(self) -> list[tuple[int, str, str, datetime | None]]:
        seat = SeatRow
        query = select(seat.course_id, seat.state, seat.encounter_id, seat.expires_at)
        rows = self.session.execute(query.where(seat.ended_at.is_(None)))
        return [(course, state, patient, until) for course, state, patient, until in rows]

    def _standing(self, patient: str, course: int | None = None) -> tuple[int, str] | None:
        for its_course, state, whose, _ in self._all_standing():
            if whose == patient and course in (None, its_course):
                return its_course, state
        return None


def test_seats_stay_true_whatever_happens(world: World) -> None:

    class HereAndNow(Seats):
        def __init__(self) -> None:
            self.world = world
            super().__init__()

    few = settings(
        max_examples=30 if world.database.is_sqlite else 10,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(HereAndNow, settings=few)
