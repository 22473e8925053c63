"""Clarifying calls: which slots are free, and what booking, moving and cancelling do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.booking import calls
from referrals.booking.adviser_calls import AdviserCalls, BadDay, write_week
from referrals.booking.call_hours import BadHours, Hours, slots_on
from referrals.booking.calls import Slot, Taken
from referrals.booking.tables import CallRow
from referrals.denmark.dates import local
from referrals.staff.roles import NotAllowed
from referrals.staff.tables import UserRow
from tests.conftest import World
from tests.referrals.booking.seating import BY, NOW, add_encounters, all_at_once

EVERY_DAY_AN_HOUR = [Hours(day, 540, 600) for day in range(5)]


def adviser_id(session: Session, name: str = "demo-adviser-0151") -> int:
    return session.scalars(select(UserRow.id).where(UserRow.name == name)).one()


def add_adviser(session: Session, name: str, municipality: str = "0151", **more: object) -> int:
    row = UserRow(
        name=name,
        display_name=name,
        role="adviser",
        municipality_code=municipality,
        password_hash="",
        language="da",
        **more,
    )
    session.add(row)
    session.flush()
    return row.id


def patients(world: World, how_many: int, municipality: str = "0151") -> list[str]:
    with world.database.write() as session:
        return add_encounters(session, how_many, municipality)


def free(world: World, limit: int = 1000, code: str = "0151") -> list[Slot]:
    with world.database.read() as session:
        return calls.free_slots(session, code, world.clock(), limit)


def book(world: World, slot: Slot, encounter: str) -> calls.Booked:
    with world.database.write() as session:
        return calls.book(session, slot, encounter, world.clock(), BY)


def mine(world: World, name: str = "demo-adviser-0151") -> AdviserCalls:
    return AdviserCalls(world.database, world.staff(name))


def test_slots_begin_after_twenty_minutes_and_end_with_the_promise(world: World) -> None:
    slots = free(world)
    assert slots[0].starts_at == datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
    assert slots[-1].starts_at < NOW + timedelta(days=7)
    assert slots[-1].starts_at == datetime(2026, 11, 30, 8, 40, tzinfo=UTC)
    assert {local(slot.starts_at).weekday() for slot in slots} == {0, 1, 2, 3, 4}


def test_a_few_slots_are_spread_over_mornings_and_afternoons(world: World) -> None:
    times = [local(slot.starts_at) for slot in free(world, 4)]
    assert [f"{at:%a %H:%M}" for at in times] == [
        "Mon 10:20",
        "Mon 13:00",
        "Tue 09:00",
        "Tue 13:00",
    ]


def test_calls_are_spread_over_the_advisers_who_have_the_fewest(world: World) -> None:
    (busy_one,) = patients(world, 1)
    book(world, free(world, 1)[0], busy_one)
    with world.database.write() as session:
        busy, other = adviser_id(session), add_adviser(session, "second")
        write_week(session, other, EVERY_DAY_AN_HOUR)
        write_week(session, busy, EVERY_DAY_AN_HOUR)
    slots = free(world, 5)
    assert slots[0].user_id == other
    assert Counter(slot.user_id for slot in slots) == {other: 3, busy: 2}
    assert len({slot.starts_at for slot in slots}) == 5


def test_only_advisers_at_work_in_that_municipality_take_calls(world: World) -> None:
    with world.database.write() as session:
        write_week(session, adviser_id(session), [])
        gone = add_adviser(session, "gone", suspended_at=NOW)
        write_week(session, gone, EVERY_DAY_AN_HOUR)
        write_week(session, add_adviser(session, "elsewhere", "0163"), EVERY_DAY_AN_HOUR)
    assert free(world) == []
    assert free(world, code="other") == []


def test_days_off_and_holidays_have_no_slots(world: World) -> None:
    world.clock.at = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    mine(world).take_off(date(2026, 12, 23), world.clock())
    days = {local(slot.starts_at).day for slot in free(world)}
    assert days == {22, 28, 29}


def test_a_booked_slot_is_free_for_nobody_else(world: World) -> None:
    one, two = patients(world, 2)
    slot = free(world, 1)[0]
    booked = book(world, slot, one)
    assert (booked.starts_at, booked.adviser) == (slot.starts_at, "Demo Rådgiver Ballerup")
    assert slot not in free(world)
    with pytest.raises(Taken):
        book(world, slot, two)
    with world.database.read() as session:
        assert calls.booked_for(session, two) is None


def test_booking_the_same_slot_again_changes_nothing(world: World) -> None:
    (patient,) = patients(world, 1)
    slot = free(world, 1)[0]
    assert book(world, slot, patient) == book(world, slot, patient)
    with world.database.read() as session:
        assert len(session.scalars(select(CallRow)).all()) == 1


def test_booking_another_slot_moves_the_call(world: World) -> None:
    (patient,) = patients(world, 1)
    first, second = free(world, 2)
    book(world, first, patient)
    assert book(world, second, patient).starts_at == second.starts_at
    assert first in free(world)
    with world.database.read() as session:
        ended = session.scalars(select(CallRow.ended_why).order_by(CallRow.id)).all()
    assert ended == ["moved", None]


def test_a_move_to_a_taken_slot_keeps_the_old_one(world: World) -> None:
    one, two = patients(world, 2)
    first, second = free(world, 2)
    book(world, first, one)
    book(world, second, two)
    with world.database.write() as session:
        with pytest.raises(Taken):
            calls.book(session, second, one, NOW, BY)
        kept = calls.booked_for(session, one)
    assert kept is not None
    assert kept.starts_at == first.starts_at


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 10, tzinfo=UTC),
        datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    ],
    ids=["without notice", "past", "evening", "between slots", "past the promise"],
)
def test_a_time_that_is_not_offered_cannot_be_booked(world: World, starts_at: datetime) -> None:
    (patient,) = patients(world, 1)
    with world.database.read() as session:
        slot = Slot(adviser_id(session), starts_at)
    with pytest.raises(Taken):
        book(world, slot, patient)


def test_nobody_books_an_adviser_of_another_municipality(world: World) -> None:
    (patient,) = patients(world, 1, "0163")
    with pytest.raises(Taken):
        book(world, free(world, 1)[0], patient)


def test_a_cancelled_call_frees_the_slot_at_once(world: World) -> None:
    one, two = patients(world, 2)
    slot = free(world, 1)[0]
    book(world, slot, one)
    with world.database.write() as session:
        assert calls.cancel(session, one, NOW, BY, "withdrawn")
        assert not calls.cancel(session, one, NOW, BY, "withdrawn")
        calls.book(session, slot, two, NOW, BY)
    with world.database.read() as session:
        ended = session.scalars(select(CallRow.ended_why).order_by(CallRow.id)).all()
        about_one = select(AuditRow.action).where(AuditRow.record.contains(one))
        actions = session.scalars(about_one.order_by(AuditRow.number))
        assert [action for action in actions if "call" in action] == ["book_call", "end_call"]
        assert chain.verify(session).broken_at is None
    assert ended == ["withdrawn", None]


def test_a_slot_is_read_back_from_its_code(world: World) -> None:
    slot = free(world, 1)[0]
    assert Slot.from_code(slot.code) == slot


@pytest.mark.parametrize(
    "code",
    ["", "7", "7-", "-7", "a-7", "7-a", "7-²", "7-1-1", f"7-{'9' * 20}", "9" * 40],
)
def test_what_is_no_slot_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int's own message is as good
        Slot.from_code(code)


def test_two_hundred_book_the_last_slot_at_once_and_one_gets_it(world: World) -> None:
    with world.database.write() as session:
        write_week(session, adviser_id(session), [Hours(1, 540, 560)])
    everybody = patients(world, 200)
    (slot,) = free(world)
    came = all_at_once(world.database, everybody, lambda s, e: calls.book(s, slot, e, NOW, BY))
    assert came == {"Booked": 1, "Taken": 199}
    with world.database.read() as session:
        assert len(session.scalars(select(CallRow)).all()) == 1
        assert chain.verify(session).broken_at is None
    assert free(world) == []


def test_an_adviser_sets_the_week_anew(world: World) -> None:
    adviser = mine(world)
    adviser.set_week([Hours(3, 600, 660), Hours(1, 540, 600)], NOW)
    assert adviser.week() == [Hours(1, 540, 600), Hours(3, 600, 660)]
    with pytest.raises(BadHours):
        adviser.set_week([Hours(1, 540, 545)], NOW)
    assert adviser.week() == [Hours(1, 540, 600), Hours(3, 600, 660)]


def test_an_adviser_takes_days_off_and_back(world: World) -> None:
    adviser, day = mine(world), date(2026, 11, 26)
    adviser.take_off(day, NOW)
    adviser.take_off(day, NOW)
    assert adviser.days_off(NOW) == [day]
    adviser.work_again(day, NOW)
    assert adviser.days_off(NOW) == []
    with pytest.raises(BadDay):
        adviser.take_off(date(2026, 11, 22), NOW)


def test_one_adviser_sees_and_changes_nothing_of_another(world: World) -> None:
    (patient,) = patients(world, 1)
    book(world, free(world, 1)[0], patient)
    other = mine(world, "demo-adviser-0163")
    other.set_week([], NOW)
    other.take_off(date(2026, 11, 26), NOW)
    assert other.coming(NOW) == []
    assert mine(world).week()
    assert mine(world).days_off(NOW) == []


@pytest.mark.parametrize("name", ["demo-nurse", "demo-manager-0151", "demo-admin", "demo-lead"])
def test_nobody_but_an_adviser_has_calls(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        mine(world, name)


def test_coming_calls_tell_when_the_hours_were_changed_under_them(world: World) -> None:
    one, two, three = patients(world, 3)
    first, second, third = free(world, 3)
    for slot, patient in ((first, one), (second, two), (third, three)):
        book(world, slot, patient)
    adviser = mine(world)
    weekday, minute = local(first.starts_at).weekday(), 600
    adviser.set_week([Hours(weekday, minute, minute + 60), Hours(1, 540, 720)], NOW)
    adviser.take_off(local(third.starts_at).date(), NOW)
    coming = adviser.coming(NOW)
    assert [call.starts_at for call in coming] == [
        first.starts_at,
        second.starts_at,
        third.starts_at,
    ]
    assert [call.outside_hours for call in coming] == [False, True, True]


def test_a_call_that_is_over_is_not_coming(world: World) -> None:
    (patient,) = patients(world, 1)
    slot = free(world, 1)[0]
    book(world, slot, patient)
    adviser = mine(world)
    assert len(adviser.coming(slot.starts_at + timedelta(minutes=19))) == 1
    assert adviser.coming(slot.starts_at + timedelta(minutes=20)) == []


def test_demo_advisers_take_calls_on_weekdays(world: World) -> None:
    hours = mine(world, "demo-adviser-0230").week()
    assert len(list(slots_on(date(2026, 11, 24), hours))) == 15
