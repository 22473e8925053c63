"""When time takes a patient off the ward's list, and when what tells who it was goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from referrals.audit.tables import AuditRow
from referrals.deferred.rules import CrossedOff, Ending
from referrals.deferred.running_out import close_list, forget_beds, move_list, run_out
from referrals.deferred.tables import DeferredRow
from referrals.staff.tables import WardRow
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.deferred.test_wards_list import defer, place, taken_up, the_list
from tests.referrals.playing import Play, how_many, kept

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def in_room_7(world: World) -> Play:
    play = defer(world)
    the_list(world).note(play.id, "stue 7", None, world.clock())
    return play


def beds(world: World) -> int:
    assert how_many(world, DeferredRow, DeferredRow.bed.is_not(None)) == how_many(
        world, VaultValueRow
    )
    return how_many(world, VaultValueRow)


def test_who_waited_for_fourteen_days_runs_out_the_day_after_once(world: World) -> None:
    play = defer(world)
    last = world.clock() + 14 * DAY
    done = [run_out(world.database, at) for at in (last, last + DAY, last + DAY)]
    assert (done, place(world, play).ended) == ([0, 1, 0], Ending.RAN_OUT)


def test_that_it_ran_out_is_in_the_audit_log(world: World) -> None:
    play = defer(world)
    run_out(world.database, world.clock() + 15 * DAY)
    written = kept(world, AuditRow, AuditRow.action == "deferred_ran_out")
    assert (written.actor, written.record) == ("machine:housekeeping", f"encounter:{play.id}")


def test_whom_a_nurse_has_in_hand_runs_out_no_sooner_than_that_ends(world: World) -> None:
    play = defer(world)
    taken_up(world, play)
    assert run_out(world.database, world.clock() + 15 * DAY) == 0
    assert place(world, play).ended is None


def test_a_room_is_forgotten_a_quarter_of_an_hour_after_the_ending_and_no_second_sooner(
    world: World,
) -> None:
    play = in_room_7(world)
    the_list(world).cross_off(play.id, next(iter(CrossedOff)), world.clock())
    due = world.clock() + timedelta(minutes=15)
    done = [(forget_beds(world.database, at), beds(world)) for at in (due - SECOND, due, due)]
    assert done == [(0, 1), (1, 0), (0, 0)]


def test_the_room_of_somebody_in_hand_is_forgotten_once_the_last_day_is_over(
    world: World,
) -> None:
    play = in_room_7(world)
    taken_up(world, play)
    last = world.clock() + 14 * DAY
    done = [(forget_beds(world.database, at), beds(world)) for at in (last, last + DAY)]
    assert done == [(0, 1), (1, 0)]


def test_of_two_rooms_the_one_that_is_due_goes(world: World) -> None:
    gone, stays = in_room_7(world), in_room_7(world)
    the_list(world).cross_off(gone.id, next(iter(CrossedOff)), world.clock())
    forget_beds(world.database, world.clock() + DAY)
    assert kept(world, DeferredRow, DeferredRow.bed.is_not(None)).encounter_id == stays.id
    assert kept(world, VaultValueRow).encounter_id == stays.id


# The ward itself goes


@pytest.fixture
def elsewhere(world: World) -> str:
    """Give a ward that is not the nurse's, with a patient of its own on the list."""
    own = place(world, defer(world)).ward_id
    with world.database.write() as session:
        ward = session.scalars(select(WardRow.id).where(WardRow.id != own).limit(1)).one()
        session.execute(update(DeferredRow).values(ward_id=ward))
    return ward


def _wards(world: World) -> list[str]:
    with world.database.read() as session:
        return sorted(session.scalars(select(DeferredRow.ward_id)))


def test_the_list_goes_along_with_a_ward_that_is_moved_and_no_other_does(
    world: World, elsewhere: str
) -> None:
    own = place(world, defer(world)).ward_id
    with world.database.write() as session:
        target = session.scalars(
            select(WardRow.id).where(WardRow.id.not_in([own, elsewhere])).limit(1)
        ).one()
        move_list(session, own, target)
    assert _wards(world) == sorted([target, elsewhere])


def test_who_waits_on_a_ward_that_closes_comes_to_an_end_and_nobody_elsewhere_does(
    world: World, elsewhere: str
) -> None:
    play = defer(world)
    own = place(world, play).ward_id
    with world.database.write() as session:
        close_list(session, own, world.clock())
    row = place(world, play)
    assert (row.ended, row.ended_at) == (Ending.WARD_CLOSED, world.clock())
    assert kept(world, DeferredRow, DeferredRow.ended.is_(None)).ward_id == elsewhere


def test_who_had_come_to_an_end_before_keeps_it_when_the_ward_is_moved_or_closes(
    world: World,
) -> None:
    play = defer(world)
    run_out(world.database, world.clock() + 15 * DAY)
    own = place(world, play).ward_id
    with world.database.write() as session:
        move_list(session, own, "somewhere")
        close_list(session, own, world.clock())
    assert (place(world, play).ward_id, place(world, play).ended) == (own, Ending.RAN_OUT)
