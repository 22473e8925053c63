"""Somebody leaves: referrals and booked calls go to colleagues, and the history says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.administration.places import Places, open_places
from referrals.administration.users import Administration, NotThere, RefusedChange
from referrals.booking import calls
from referrals.booking.tables import CallRow
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralEventRow
from referrals.staff.tables import UserRow
from tests.conftest import World
from tests.referrals.playing import Play, referral

LEAVING, COLLEAGUE = "demo-adviser-0151", "demo-manager-0151"


def second_adviser(world: World) -> int:
    with world.database.write() as session:
        new = UserRow(
            name="adviser-two",
            display_name="Anden Rådgiver",
            role="adviser",
            municipality_code="0151",
            password_hash="",
            language="da",
        )
        session.add(new)
        session.flush()
        return new.id


def booked(world: World) -> tuple[str, calls.Slot]:
    """File a referral that its adviser has, with a call booked."""
    play = Play(world)
    reference = play.file()
    world.queue().move(reference, Move.ASSIGN, world.clock(), about=LEAVING)
    with world.database.write() as session:
        [slot] = calls.free_slots(session, "0151", world.clock(), 1)
        calls.book(session, slot, play.id, world.clock(), "demo-nurse")
    return reference, slot


def suspend(world: World, to: int | None) -> None:
    admin = Administration(world.database, world.staff("demo-admin"))
    admin.suspend(world.staff(LEAVING).id, world.clock(), to)


def last_event(world: World) -> ReferralEventRow:
    with world.database.read() as session:
        newest = select(ReferralEventRow).order_by(ReferralEventRow.id.desc()).limit(1)
        return session.scalars(newest).one()


def test_a_referral_that_is_handed_over_says_to_whom_and_by_whom(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.ASSIGN, world.clock(), about=LEAVING)
    suspend(world, world.staff(COLLEAGUE).id)
    event, row = last_event(world), referral(world, reference)
    assert (event.move, event.about, event.actor) == (
        "hand_over",
        COLLEAGUE,
        "administrator:demo-admin",
    )
    assert (row.version, row.assigned_to) == (3, world.staff(COLLEAGUE).id)


def test_a_booked_call_goes_to_a_colleague_at_the_same_time(world: World) -> None:
    other = second_adviser(world)
    _, slot = booked(world)
    suspend(world, other)
    with world.database.read() as session:
        call = session.scalars(select(CallRow).where(CallRow.ended_at.is_(None))).one()
    assert (call.user_id, call.starts_at) == (other, slot.starts_at)


def test_a_call_that_nobody_can_take_becomes_the_next_attempt(world: World) -> None:
    reference, slot = booked(world)
    suspend(world, None)
    row = referral(world, reference)
    assert (row.assigned_to, row.next_attempt_at) == (None, slot.starts_at)
    with world.database.read() as session:
        assert session.scalars(select(CallRow)).one().ended_why == "handed_over"


def test_a_hospital_closes_once_it_has_no_wards_and_no_staff(world: World) -> None:
    places = Places(world.database, world.staff("demo-admin"))
    now = world.clock()
    with pytest.raises(RefusedChange, match="wards"):
        places.close_hospital("herlev", now)
    new = places.add_hospital("Nyt Hospital", now)
    places.close_hospital(new, now + timedelta(minutes=1))
    for again in (
        lambda: places.close_hospital(new, now),
        lambda: places.rename_hospital(new, "Andet", now),
        lambda: places.add_ward(new, "Medicin", "Afsnit 1", now),
    ):
        with pytest.raises(NotThere):
            again()
    offered = open_places(world.database, world.staff("demo-admin"), now)
    assert new not in [key for _, key, _ in offered]
    assert new in [one.id for one in places.hospitals()]


def test_a_hospital_with_a_leader_is_not_closed(world: World) -> None:
    places = Places(world.database, world.staff("demo-admin"))
    hospital = places.add_hospital("Nyt Hospital", world.clock())
    lead = world.staff("demo-lead").id
    with world.database.write() as session:
        session.get_one(UserRow, lead).hospital_id = hospital
    with pytest.raises(RefusedChange, match="staff"):
        places.close_hospital(hospital, world.clock())
