"""A municipality's own courses: who may, what changes with them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.booking import seats
from referrals.booking.seat_states import SeatState
from referrals.booking.tables import SeatRow
from referrals.catalogue.catalogue import ChangedCourse, MunicipalCatalogue
from referrals.catalogue.draft import BadDraft
from referrals.catalogue.finishing import finish_past
from referrals.catalogue.listing import PAGE_SIZE, Filter
from referrals.courses.course import CourseStatus, Format, TimeOfDay
from referrals.courses.search import UnknownCourse
from referrals.courses.tables import ANYWHERE, CourseOpeningRow
from referrals.staff.roles import NotAllowed
from tests.conftest import World
from tests.referrals.booking.seating import add_encounters, seat_of
from tests.referrals.courses.coursework import NOW, a_draft, call_off, catalogue, keep

Change = Callable[[MunicipalCatalogue, int], object]
CHANGES: dict[str, Change] = {
    "create": lambda own, _id: own.create(a_draft(), NOW),
    "edit": lambda own, id_: own.edit(id_, a_draft(), 1, NOW),
    "publish": lambda own, id_: own.publish(id_, 1, NOW),
    "verify": lambda own, id_: own.verify(id_, 1, NOW),
    "duplicate": lambda own, id_: own.duplicate(id_, date(2027, 8, 1), NOW),
}
OF_ONE = [name for name in CHANGES if name != "create"]


def openings(world: World, course_id: int) -> dict[str, CourseOpeningRow]:
    with world.database.read() as session:
        rows = session.scalars(
            select(CourseOpeningRow).where(CourseOpeningRow.course_id == course_id)
        )
        return {row.open_to: row for row in rows}


def deeds(world: World, course_id: int) -> list[tuple[str, str]]:
    """Give who did what to a course, from the audit log."""
    with world.database.read() as session:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.record == f"course:{course_id}")
            .order_by(AuditRow.number)
        )
        assert chain.verify(session).broken_at is None
        return [(row.actor, row.action) for row in rows]


def hold(world: World, course_id: int, how_many: int = 1) -> list[str]:
    """Let patients hold seats in a course; give their encounters."""
    with world.database.write() as session:
        encounters = add_encounters(session, how_many)
        for encounter in encounters:
            seats.hold(session, course_id, encounter, world.clock(), "demo-nurse")
    return encounters


def confirm(world: World, encounter: str) -> None:
    with world.database.write() as session:
        seats.confirm(session, encounter, world.clock(), "demo-adviser-0151")


def mistakes(world: World, change: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(BadDraft) as raised:
        change()
    return {name: mistake.code for name, mistake in raised.value.mistakes.items()}


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
def test_nobody_outside_a_municipality_has_a_catalogue(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        MunicipalCatalogue(world.database, world.staff(name))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_adviser_reads_and_changes_nothing(world: World, change: Change) -> None:
    course_id = keep(world, published=False)
    adviser = catalogue(world, role="adviser")
    assert adviser.open(course_id).course.title == "Rygestop på hold"
    with pytest.raises(NotAllowed):
        change(adviser, course_id)
    assert adviser.open(course_id).version == 1


@pytest.mark.parametrize("name", OF_ONE)
def test_another_municipality_s_course_does_not_exist(world: World, name: str) -> None:
    course_id = keep(world, published=False, open_to="0163")
    stranger = catalogue(world, "0163")
    with pytest.raises(UnknownCourse):
        stranger.open(course_id)
    with pytest.raises(UnknownCourse):
        CHANGES[name](stranger, course_id)
    assert list(stranger.every()) == []
    assert stranger.page(NOW, Filter()).total == 0


def test_a_new_course_is_a_draft_that_no_question_finds(world: World) -> None:
    course_id = keep(world, published=False, open_to="0163 0157")
    course = catalogue(world).open(course_id).course
    assert course.status is CourseStatus.DRAFT
    assert course.open_to == ("0151", "0157", "0163")
    assert course.key == "20261123-1"
    assert (course.weekday, course.time_of_day) == (1, TimeOfDay.EVENING)
    assert course.starts_at == datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    assert openings(world, course_id) == {}


def test_publishing_opens_it_to_those_it_names_and_verifies_it(world: World) -> None:
    course_id = keep(world, published=False, open_to="0163")
    world.clock.forward(days=40)
    catalogue(world).publish(course_id, 1, world.clock())
    shown = openings(world, course_id)
    assert set(shown) == {"0151", "0163", ANYWHERE}
    assert {row.owner for row in shown.values()} == {"0151"}
    assert catalogue(world).open(course_id).course.verified_on == date(2027, 1, 2)


def test_an_edit_moves_what_questions_search_in_the_same_step(world: World) -> None:
    course_id = keep(world, open_to="0163")
    draft = a_draft(
        open_to="0157", language="ar", sessions="2027-02-03 09:00-10:00", postcode="2740"
    )
    catalogue(world).edit(course_id, draft, 2, world.clock())
    shown = openings(world, course_id)
    assert set(shown) == {"0151", "0157", ANYWHERE}
    for row in shown.values():
        assert (row.language, row.weekday, row.time_of_day) == ("ar", 2, "morning")
        assert row.postcode == "2740"
        assert row.starts_at == datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
    assert len(catalogue(world).open(course_id).course.sessions) == 1


@pytest.mark.parametrize("name", ["edit", "publish", "verify"])
def test_a_change_of_what_somebody_else_changed_is_refused(world: World, name: str) -> None:
    course_id = keep(world, published=False)
    catalogue(world).edit(course_id, a_draft(title="Ny titel"), 1, world.clock())
    with pytest.raises(ChangedCourse) as raised:
        CHANGES[name](catalogue(world), course_id)
    assert raised.value.entry.version == 2
    assert raised.value.entry.course.title == "Ny titel"


def test_holding_a_seat_does_not_stand_in_the_way_of_an_edit(world: World) -> None:
    course_id = keep(world)
    hold(world, course_id)
    catalogue(world).edit(course_id, a_draft(title="Ny titel"), 2, world.clock())
    assert catalogue(world).open(course_id).course.held == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"sessions": "2026-11-23 09:59-11:00"}, {"sessions": "starts_in_past"}),
        ({"sessions": "2026-11-20 10:00-11:00", "intake": "rolling"}, {"sessions": "all_in_past"}),
        ({"deadline_on": "2026-11-22"}, {"deadline_on": "deadline_passed"}),
    ],
)
def test_what_nobody_could_join_is_not_published(
    world: World, changes: dict[str, str], wrong: dict[str, str]
) -> None:
    course_id = keep(world, published=False, **changes)
    assert mistakes(world, lambda: catalogue(world).publish(course_id, 1, NOW)) == wrong
    assert openings(world, course_id) == {}


def test_a_course_is_published_once(world: World) -> None:
    course_id = keep(world)
    assert mistakes(world, lambda: catalogue(world).publish(course_id, 2, NOW)) == {
        "status": "ended"
    }


def test_verifying_needs_one_press_and_leaves_the_version(world: World) -> None:
    course_id = keep(world)
    world.clock.forward(days=31)
    assert catalogue(world).counts(world.clock())["stale"] == 1
    catalogue(world).verify(course_id, 2, world.clock())
    entry = catalogue(world).open(course_id)
    assert entry.course.verified_on == date(2026, 12, 24)
    assert entry.version == 2
    assert catalogue(world).counts(world.clock())["stale"] == 0


def test_every_change_says_who_made_it(world: World) -> None:
    course_id = keep(world)
    own = catalogue(world)
    own.edit(course_id, a_draft(), 2, NOW)
    own.verify(course_id, 3, NOW)
    copy = own.duplicate(course_id, date(2027, 8, 1), NOW)
    names = ["create", "publish", "edit", "verify"]
    assert deeds(world, course_id) == [("demo-manager-0151", f"{n}_course") for n in names]
    assert deeds(world, copy) == [("demo-manager-0151", "duplicate_course")]


def test_a_refused_change_leaves_nothing_behind(world: World) -> None:
    course_id = keep(world)
    hold(world, course_id, 3)
    before, shown = catalogue(world).open(course_id), set(openings(world, course_id))
    draft = a_draft(
        capacity="2", title="Ny titel", open_to="0157", sessions="2027-03-02 9:00-10:00"
    )
    wrong = mistakes(world, lambda: catalogue(world).edit(course_id, draft, 2, NOW))
    assert wrong == {"capacity": "under_seats"}
    assert catalogue(world).open(course_id) == before
    assert set(openings(world, course_id)) == shown


def test_enrolled_people_cannot_be_counted_away(world: World) -> None:
    course_id = keep(world)
    [encounter] = hold(world, course_id)
    confirm(world, encounter)
    draft = a_draft(taken="0")
    wrong = mistakes(world, lambda: catalogue(world).edit(course_id, draft, 2, NOW))
    assert wrong == {"taken": "under_enrolled"}
    catalogue(world).edit(course_id, a_draft(taken="4"), 2, NOW)
    assert catalogue(world).open(course_id).course.seats_free == 6


def test_more_seats_are_offered_to_those_who_wait(world: World) -> None:
    course_id = keep(world, capacity="1")
    _, second = hold(world, course_id, 2)
    catalogue(world).edit(course_id, a_draft(capacity="2"), 2, NOW)
    seat = seat_of(world.database, second)
    assert seat is not None
    assert seat.state == SeatState.HELD


def test_a_key_is_used_once_in_a_municipality_and_may_stand_in_another(world: World) -> None:
    keep(world, key="K-1")
    other = keep(world, key="K-2")
    keep(world, "0163", key="K-1")
    assert mistakes(world, lambda: keep(world, key="K-1")) == {"key": "key_in_use"}
    taken = a_draft(key="K-1")
    wrong = mistakes(world, lambda: catalogue(world).edit(other, taken, 2, NOW))
    assert wrong == {"key": "key_in_use"}


def test_an_empty_key_gets_one_and_leaves_the_one_there_is(world: World) -> None:
    first, second = keep(world), keep(world)
    own = catalogue(world)
    assert [own.open(c).course.key for c in (first, second)] == ["20261123-1", "20261123-2"]
    own.edit(second, a_draft(), 2, NOW)
    assert own.open(second).course.key == "20261123-2"


@pytest.mark.parametrize("name", ["edit", "publish"])
def test_a_cancelled_course_stays_cancelled(world: World, name: str) -> None:
    course_id = keep(world, published=False)
    call_off(world, course_id, 1)
    changes: dict[str, Callable[[], object]] = {
        "edit": lambda: catalogue(world).edit(course_id, a_draft(), 2, NOW),
        "publish": lambda: catalogue(world).publish(course_id, 2, NOW),
    }
    assert mistakes(world, changes[name]) == {"status": "ended"}


def test_a_copy_for_the_next_season_keeps_weekday_and_clock_over_summer_time(world: World) -> None:
    course_id = keep(world, taken="7", deadline_on="2027-01-08", open_to="0163")
    hold(world, course_id)
    copy = (
        catalogue(world).open(catalogue(world).duplicate(course_id, date(2027, 8, 11), NOW)).course
    )
    local = [s.starts_at for s in copy.sessions]
    assert local == [datetime(2027, 8, day, 15, 0, tzinfo=UTC) for day in (17, 24, 31)]
    assert copy.deadline_on == date(2027, 8, 13)
    assert (copy.status, copy.taken, copy.held) == (CourseStatus.DRAFT, 0, 0)
    assert copy.open_to == ("0151", "0163")
    assert copy.key != catalogue(world).open(course_id).course.key


def test_a_copy_may_begin_on_the_chosen_day_itself(world: World) -> None:
    course_id = keep(world)
    copy = catalogue(world).duplicate(course_id, date(2027, 8, 10), NOW)
    assert catalogue(world).open(copy).course.sessions[0].starts_at.day == 10


def test_a_copy_is_refused_when_its_clock_time_would_be_skipped(world: World) -> None:
    night = keep(world, sessions="2027-01-10 02:30-04:00")
    wrong = mistakes(world, lambda: catalogue(world).duplicate(night, date(2027, 3, 28), NOW))
    assert wrong == {"starts_on": "no_such_time"}


def test_the_list_is_filtered_and_noise_is_left_out(world: World) -> None:
    own = catalogue(world)
    draft = keep(world, published=False)
    arabic = keep(world, language="ar")
    digital = keep(world, format="digital")
    full = keep(world, capacity="1", taken="1")
    call_off(world, keep(world))
    keep(world, "0163")

    def shown(**wanted: object) -> list[int]:
        return [e.course.id for e in own.page(NOW, Filter(**wanted)).entries]  # type: ignore[arg-type]

    assert shown() == [draft, arabic, digital, full]
    assert shown(language="ar") == [arabic]
    assert shown(format=Format.DIGITAL) == [digital]
    assert shown(with_room=True) == [draft, arabic, digital]
    assert shown(statuses=frozenset({CourseStatus.DRAFT})) == [draft]
    assert len(shown(statuses=frozenset({CourseStatus.CANCELLED}))) == 1
    assert own.counts(NOW) == {"draft": 1, "open": 3, "cancelled": 1, "finished": 0, "stale": 0}


def test_pages_hold_fifty_courses_and_the_last_page_is_the_last(world: World) -> None:
    with catalogue(world).change() as session:
        for _ in range(PAGE_SIZE + 1):
            catalogue(world).add(session, a_draft(), NOW)
    page = catalogue(world).page(NOW, Filter(), 9)
    assert (page.number, page.pages, page.total, len(page.entries)) == (2, 2, PAGE_SIZE + 1, 1)


def test_a_course_whose_last_session_is_over_is_finished_and_found_no_more(world: World) -> None:
    over = keep(world, capacity="1")
    enrolled, waiting = hold(world, over, 2)
    confirm(world, enrolled)
    endless = keep(world, intake="rolling", sessions="")
    world.clock.at = datetime(2027, 1, 26, 18, 0, tzinfo=UTC)
    assert finish_past(world.database, world.clock() - timedelta(minutes=1), "housekeeping") == 0
    assert finish_past(world.database, world.clock(), "housekeeping") == 1
    assert finish_past(world.database, world.clock(), "housekeeping") == 0
    own = catalogue(world)
    assert own.open(over).course.status is CourseStatus.FINISHED
    assert own.open(endless).course.status is CourseStatus.OPEN
    assert openings(world, over) == {}
    states = [seat_of(world.database, each) for each in (enrolled, waiting)]
    assert [seat.state for seat in states if seat] == [SeatState.CONFIRMED, SeatState.RELEASED]
    assert deeds(world, over)[-1] == ("machine:housekeeping", "finish_course")


def test_the_database_itself_has_no_seat_of_a_cancelled_course_standing(world: World) -> None:
    course_id = keep(world)
    hold(world, course_id, 4)
    call_off(world, course_id)
    with world.database.read() as session:
        standing = select(func.count()).select_from(SeatRow).where(SeatRow.ended_at.is_(None))
        assert session.scalar(standing) == 0
