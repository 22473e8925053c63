"""What is known of one course."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from referrals.courses.conditions import LOOSENING, Conditions
from referrals.courses.course import (
    Audience,
    CourseSession,
    CourseStatus,
    Format,
    Intake,
    TimeOfDay,
    part_of_day,
    usual_time,
)
from tests.referrals.courses.coursework import NOW, a_course, a_session


@pytest.mark.parametrize(
    ("utc", "part"),
    [
        pytest.param("2026-01-13T10:59", TimeOfDay.MORNING, id="winter 11:59"),
        pytest.param("2026-01-13T11:00", TimeOfDay.AFTERNOON, id="winter noon"),
        pytest.param("2026-07-14T09:59", TimeOfDay.MORNING, id="summer 11:59"),
        pytest.param("2026-07-14T10:00", TimeOfDay.AFTERNOON, id="summer noon"),
        pytest.param("2026-01-13T15:59", TimeOfDay.AFTERNOON, id="winter 16:59"),
        pytest.param("2026-01-13T16:00", TimeOfDay.EVENING, id="winter five"),
        pytest.param("2026-07-14T15:00", TimeOfDay.EVENING, id="summer five"),
    ],
)
def test_the_part_of_the_day_is_danish_in_winter_and_summer(utc: str, part: TimeOfDay) -> None:
    assert part_of_day(datetime.fromisoformat(utc).replace(tzinfo=UTC)) is part


def test_a_session_after_midnight_utc_counts_on_its_danish_weekday() -> None:
    late_sunday = datetime(2026, 7, 12, 22, 30, tzinfo=UTC)  # Monday 0:30 in Denmark
    assert usual_time([CourseSession(late_sunday, late_sunday + timedelta(hours=1))])[0] == 0


def test_most_sessions_decide_the_weekday_and_the_earliest_between_equals() -> None:
    assert usual_time([a_session(1), a_session(2), a_session(9)])[0] == 2 - 1 + 1
    assert usual_time([a_session(3), a_session(1)])[0] == 1
    assert usual_time([]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "room"),
    [
        ({"capacity": 5, "taken": 3, "held": 1}, 1),
        ({"capacity": 5, "taken": 4, "held": 1}, 0),
        ({"capacity": None}, None),
    ],
)
def test_free_seats_are_those_neither_taken_nor_held(
    changes: dict[str, int | None], room: int | None
) -> None:
    course = a_course(**changes)
    assert course.seats_free == room
    assert course.has_room is (room != 0)


@pytest.mark.parametrize("status", [s for s in CourseStatus if s is not CourseStatus.OPEN])
def test_nobody_joins_a_course_that_is_not_open(status: CourseStatus) -> None:
    assert not a_course(status=status).takes_new(NOW, NOW.date())


@pytest.mark.parametrize(
    ("changes", "joins"),
    [
        pytest.param({}, True, id="before the start"),
        pytest.param({"starts_at": NOW}, False, id="at the start"),
        pytest.param({"deadline_on": NOW.date()}, True, id="on the last day"),
        pytest.param({"deadline_on": date(2026, 11, 22)}, False, id="after the deadline"),
        pytest.param({"intake": Intake.ROLLING, "starts_at": None}, True, id="rolling"),
        pytest.param(
            {"intake": Intake.ROLLING, "starts_at": None, "sessions": (a_session(-7),)},
            False,
            id="rolling, all sessions over",
        ),
        pytest.param(
            {"intake": Intake.ROLLING, "starts_at": None, "sessions": (a_session(-7), a_session())},
            True,
            id="rolling, one to come",
        ),
    ],
)
def test_somebody_can_join_until_the_start_or_the_deadline(
    changes: dict[str, object], *, joins: bool
) -> None:
    assert a_course(**changes).takes_new(NOW, NOW.date()) is joins


def test_a_record_goes_stale_after_thirty_days() -> None:
    course = a_course(verified_on=date(2026, 10, 24))
    assert not course.is_stale(date(2026, 11, 23))
    assert course.is_stale(date(2026, 11, 24))


def test_a_made_up_course_says_so_in_its_title() -> None:
    assert a_course(demo=True).shown_title == "Rygestop på hold (demo)"
    assert a_course().shown_title == "Rygestop på hold"


def test_every_condition_but_the_home_can_be_loosened() -> None:
    everything = Conditions(
        "0151", ("0163",), "2800", (1,), TimeOfDay.EVENING, NOW.date(), NOW.date(), None, "ar",
        "snus", None, free_seats=True, free_of_charge=True, from_clock=time(16),
        to_clock=time(18), except_days=((NOW.date(), NOW.date()),),
        except_formats=(Format.DIGITAL,), except_audiences=(Audience.PREGNANT,),
    )  # fmt: skip
    fields = set(Conditions.__dataclass_fields__) - {"home"}
    assert set(LOOSENING) == fields
    assert set(everything.asked()) == fields - {"format", "audience"}
