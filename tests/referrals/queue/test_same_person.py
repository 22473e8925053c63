"""Who was told apart is proposed no more, by anybody, until that is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue, NotFound
from referrals.referral.moves import Move
from tests.conftest import World
from tests.referrals.playing import Play

FATHER, SON = "Jens Prøvesen", "Jens Prøvesen"


@pytest.fixture
def pair(world: World) -> tuple[str, str]:
    """A father and a son of one name, each with a phone of his own."""
    return (
        Play(world).file(name=FATHER, phone="20 66 77 81"),
        Play(world).file(name=SON, phone="20 66 77 82"),
    )


def proposed(world: World, reference: str) -> list[str]:
    opened = world.queue().open(reference, world.clock())
    return [each.reference for each in opened.duplicates]


def test_told_apart_from_either_side_they_are_proposed_no_more_to_anybody(
    world: World, pair: tuple[str, str]
) -> None:
    father, son = pair
    assert (proposed(world, father), proposed(world, son)) == ([son], [father])
    world.queue().tell_apart(son, father, world.clock(), same=False)
    manager = MunicipalQueue(world.database, world.vault, world.staff("demo-manager-0151"))
    assert manager.open(father, world.clock()).duplicates == []
    assert (proposed(world, father), proposed(world, son)) == ([], [])
    [told] = world.queue().open(father, world.clock()).parted
    assert (told.reference, told.actor, told.at) == (son, "demo-adviser-0151", world.clock())


def test_a_third_one_of_that_name_is_still_proposed(world: World, pair: tuple[str, str]) -> None:
    father, son = pair
    world.queue().tell_apart(father, son, world.clock(), same=False)
    third = Play(world).file(name=FATHER, phone="20 66 77 83")
    assert proposed(world, father) == [third]
    assert proposed(world, third) == [father, son]


def test_who_was_told_apart_is_not_merged_until_that_is_taken_back(
    world: World, pair: tuple[str, str]
) -> None:
    father, son = pair
    queue, now = world.queue(), world.clock()
    merge = {"about": father, "reason": "same_person_referred_twice"}
    queue.tell_apart(father, son, now, same=False)
    with pytest.raises(Unsuitable, match="reference"):
        queue.move(son, Move.MERGE, now, **merge)
    queue.tell_apart(father, son, now, same=True)
    assert proposed(world, father) == [son]
    assert queue.move(son, Move.MERGE, now, **merge).merged_into == father


def test_each_saying_is_one_row_of_the_audit_log(world: World, pair: tuple[str, str]) -> None:
    father, son = pair
    for same in (False, False, True, True):
        world.queue().tell_apart(father, son, world.clock(), same=same)
    with world.database.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(2)).all()
    record = f"referral:{father} {son}"
    assert [(row.action, row.record) for row in reversed(rows)] == [
        ("tell_apart", record),
        ("perhaps_one", record),
    ]


def test_nobody_elsewhere_tells_them_apart(world: World, pair: tuple[str, str]) -> None:
    with pytest.raises(NotFound):
        world.queue("0163").tell_apart(*pair, world.clock(), same=False)
    with pytest.raises(NotFound):
        world.queue().tell_apart(pair[0], "H-2222-2", world.clock(), same=False)
    assert proposed(world, pair[0]) == [pair[1]]


def test_merging_is_offered_only_where_there_is_another_of_the_same_person(
    world: World, pair: tuple[str, str]
) -> None:
    father, son = pair
    assert Move.MERGE in world.queue().open(father, world.clock()).legal
    world.queue().tell_apart(father, son, world.clock(), same=False)
    assert Move.MERGE not in world.queue().open(father, world.clock()).legal
