"""Giving somebody up as not reached: on enough days, not always at one time, as the house rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.queue.giving_up import tries
from referrals.referral.moves import IllegalMove, Move, State
from referrals.staff import house_rules
from tests.conftest import World
from tests.referrals.playing import Play, referral

MORNING, AFTERNOON = 9, 13
DAYS = range(23, 28)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "enough"),
    [
        ([at(23, MORNING), at(24, AFTERNOON), at(25, MORNING)], True),
        ([at(23, MORNING), at(24, MORNING), at(25, MORNING)], False),
        ([at(23, MORNING), at(23, AFTERNOON), at(24, MORNING)], False),
        ([], False),
    ],
    ids=["three days", "always in the morning", "twice on one day", "never"],
)
def test_it_takes_three_days_and_two_times_of_the_day(
    attempts: list[datetime],
    *,
    enough: bool,
) -> None:
    assert tries(attempts, 3).enough is enough


@given(
    st.lists(st.builds(at, st.sampled_from(DAYS), st.sampled_from([MORNING, AFTERNOON]))),
    st.builds(at, st.sampled_from(DAYS), st.sampled_from([MORNING, AFTERNOON])),
)
def test_one_more_call_never_makes_it_fewer(attempts: list[datetime], more: datetime) -> None:
    assert tries([*attempts, more], 3).enough >= tries(attempts, 3).enough


def try_on(world: World, reference: str, *times: datetime) -> None:
    for world.clock.at in times:
        world.queue().move(reference, Move.ATTEMPT, world.clock(), reason="no_answer")


def test_a_patient_is_given_up_only_after_the_calls_that_were_promised(world: World) -> None:
    reference = Play(world).file()
    try_on(world, reference, at(23, 10), at(24, AFTERNOON))
    with pytest.raises(IllegalMove) as refused:
        world.queue().move(reference, Move.GIVE_UP, world.clock(), reason="no_answer")
    assert refused.value.why == "tries"
    try_on(world, reference, at(25, MORNING))
    world.queue().move(reference, Move.GIVE_UP, world.clock(), reason="no_answer")
    assert referral(world, reference).state == State.UNREACHABLE


def test_the_house_may_ask_for_more(world: World) -> None:
    reference = Play(world).file()
    with world.database.write() as session:
        house_rules.change(session, "attempts_before_giving_up", 4, "admin", world.clock())
    try_on(world, reference, at(23, 10), at(24, AFTERNOON), at(25, MORNING))
    with pytest.raises(IllegalMove):
        world.queue().move(reference, Move.GIVE_UP, world.clock(), reason="no_answer")


def test_a_wrong_number_need_not_be_tried_again(world: World) -> None:
    reference = Play(world).file()
    try_on(world, reference, at(23, 10))
    world.queue().move(reference, Move.GIVE_UP, world.clock(), reason="wrong_number")
    assert referral(world, reference).state == State.UNREACHABLE
