"""That a number has an open referral is told on its own ward; each look is written down."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.audit.tables import AuditRow
from referrals.bedside.finding import LOOK_UP, LOOK_UPS, MOST, WITHIN
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.security_events.telling import LOGGER
from referrals.staff.tables import UserRow
from referrals.turns.practice import Patient
from tests.conftest import World
from tests.referrals.playing import Play, how_many

ELSEWHERE, COLLEAGUE = "demo-nurse-gentofte", "demo-nurse-2"


def look_ups(world: World) -> list[tuple[str, str]]:
    """Give who looked a number up, and at which encounter."""
    wanted = select(AuditRow.actor, AuditRow.record).where(AuditRow.action == LOOK_UP)
    with world.database.read() as session:
        return [
            (actor, record.partition(" ")[0])
            for actor, record in session.execute(wanted.order_by(AuditRow.number))
        ]


def probe(world: World, number: int, nurse: str = COLLEAGUE) -> Step:
    """Go as far as a nurse must to be told of a number, and give what is asked then."""
    play = Play(world, nurse)
    play.to_summary(phone=f"20 66 78 {number:02}")
    return play.step


def test_a_colleague_of_the_ward_is_told(world: World) -> None:
    Play(world).file()
    other = Play(world, COLLEAGUE)
    other.to_summary()
    assert other.step is Step.DUPLICATE


def test_a_nurse_of_another_ward_is_told_nothing(world: World) -> None:
    Play(world).file()
    other = Play(world, ELSEWHERE)
    other.to_summary()
    assert other.step is Step.SUMMARY


def test_a_nurse_of_another_ward_sends_and_the_municipality_sees_both(world: World) -> None:
    first = Play(world).file()
    second = Play(world, ELSEWHERE).file()
    opened = world.queue().open(second, world.clock())
    assert [each.reference for each in opened.duplicates] == [first]


def test_the_newest_of_the_own_ward_is_told_whatever_another_sent_since(world: World) -> None:
    Play(world).file()
    world.clock.forward(days=1)
    Play(world, ELSEWHERE).file()
    other = Play(world, COLLEAGUE)
    other.to_contact()
    other.details(name="Somebody", phone="20667788", postcode="2750")
    other.press(Step.MUNICIPALITY, "0151")
    [said] = other.skip("rest")
    assert said.values["filed"] == "23. november"


def test_a_nurse_who_changed_wards_is_told_of_the_new_one(world: World) -> None:
    Play(world).file()
    play = Play(world, ELSEWHERE)
    with world.database.write() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == ELSEWHERE)).one()
        user.ward_id = world.staff("demo-nurse").ward_id
    play.staff = world.staff(ELSEWHERE)
    play.to_summary()
    assert play.step is Step.DUPLICATE


@pytest.mark.parametrize("found", [True, False], ids=["found", "not found"])
def test_each_look_is_in_the_audit_log_once_without_the_number(
    world: World, *, found: bool
) -> None:
    if found:
        Play(world, COLLEAGUE).file()
    before = len(look_ups(world))
    play = Play(world)
    play.to_summary()
    play.correct("name")
    play.details(name="Another Name")
    assert look_ups(world)[before:] == [("demo-nurse", f"encounter:{play.id}")]
    with world.database.read() as session:
        records = session.scalars(select(AuditRow.record)).all()
    assert not [record for record in records if "20667788" in record.replace(" ", "")]


def test_another_number_at_the_same_bedside_is_another_look(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("phone")
    play.details(phone="20 66 77 99")
    assert look_ups(world) == [("demo-nurse", f"encounter:{play.id}")] * 2


def test_practice_looks_nothing_up(world: World) -> None:
    play = Play(
        world, id=world.encounters.start(world.staff("demo-nurse"), patient=Patient.KIRSTEN)
    )
    play.to_summary(phone="20 11 22 91")
    assert look_ups(world) == []


def test_beyond_so_many_an_hour_nothing_is_told_and_all_can_be_sent(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    Play(world).file(phone="20 66 78 99")
    for number in range(MOST):
        assert probe(world, number) is Step.SUMMARY
    assert probe(world, 99) is Step.SUMMARY
    told = [json.loads(each.message) for each in caplog.records if each.name == LOGGER]
    limits = [each for each in told if each["event.action"] == "limit_reached"]
    assert {each["event.reason"] for each in limits} == {LOOK_UP}
    Play(world, COLLEAGUE).file(phone="20 66 78 99")
    assert how_many(world, ReferralRow) == 2


def test_the_last_within_the_bound_is_told(world: World) -> None:
    Play(world).file(phone="20 66 78 99")
    for number in range(MOST - 1):
        probe(world, number)
    assert probe(world, 99) is Step.DUPLICATE
    assert probe(world, 98) is Step.SUMMARY
    assert len([actor for actor, _ in look_ups(world) if actor == COLLEAGUE]) == MOST


def test_an_hour_later_it_is_told_again(world: World) -> None:
    Play(world).file(phone="20 66 78 99")
    for number in range(MOST):
        probe(world, number)
    world.clock.forward(minutes=59)
    assert probe(world, 99) is Step.SUMMARY
    world.clock.forward(minutes=1)
    assert probe(world, 99) is Step.DUPLICATE


def test_what_was_told_stays_told_beyond_the_bound(world: World) -> None:
    Play(world).file(phone="20 66 78 99")
    play = Play(world, COLLEAGUE)
    play.to_summary(phone="20 66 78 99")
    for number in range(MOST):
        probe(world, number)
    play.press(Step.DUPLICATE, "stop")
    assert play.row.outcome == "already_referred"


def test_the_bound_is_twenty_numbers_an_hour() -> None:
    assert (20, timedelta(hours=1)) == (MOST, WITHIN)


def test_an_ended_referral_of_the_ward_is_not_told(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    other = Play(world, COLLEAGUE)
    other.to_summary()
    assert other.step is Step.SUMMARY


def test_what_is_undone_is_what_this_bedside_sent_last(world: World) -> None:
    noise = Play(world, COLLEAGUE).file(phone="20 66 78 01")
    play = Play(world)
    play.file()
    play.undo()
    play.send()
    play.undo()
    with world.database.read() as session:
        rows = session.execute(select(ReferralRow.reference, ReferralRow.state)).all()
    assert sorted(state for reference, state in rows if reference != noise) == ["withdrawn"] * 2
    assert dict(map(tuple, rows))[noise] == "filed"


def test_one_nurse_uses_up_nobody_elses(world: World) -> None:
    Play(world).file(phone="20 66 78 99")
    for number in range(MOST):
        probe(world, number)
    assert probe(world, 99, "demo-nurse") is Step.DUPLICATE


def test_an_installation_may_set_another_bound(world: World) -> None:
    Play(world).file(phone="20 66 78 99")
    world.database.carry(LOOK_UPS, 1)
    try:
        assert probe(world, 1) is Step.SUMMARY
        assert probe(world, 99) is Step.SUMMARY
    finally:
        world.database.carry(LOOK_UPS, MOST)
    world.clock.forward(minutes=int(timedelta(hours=1).total_seconds() // 60))
    assert probe(world, 99) is Step.DUPLICATE
