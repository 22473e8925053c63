"""Deferred patients in the ward's figures: each once, and none asked twice."""

from __future__ import annotations

from datetime import timedelta

from referrals.advice.encounter import Step
from referrals.bedside import steering
from referrals.deferred.rules import CrossedOff
from referrals.deferred.wards_list import WardsList
from referrals.denmark.dates import local_day
from referrals.figures import counted_days
from referrals.figures.counts import PlacePeriod, count_wards, measured
from referrals.figures.measures import MEASURES, Detail, Stage
from referrals.figures.publication import publish
from referrals.referral.changed_days import CountedKind
from tests.conftest import FORENOON, World
from tests.referrals.deferred.test_wards_list import defer, taken_up
from tests.referrals.playing import Play

COUNTED = (Detail.DEFERRED, Detail.DEFERRED_ASKED, Stage.ASKED, Stage.USERS)


def counts(world: World) -> tuple[int, ...]:
    """Count the ward's month: deferred, asked since, asked, users."""
    since, until = FORENOON - timedelta(days=1), FORENOON + timedelta(days=30)
    ward = world.staff("demo-nurse").ward_id
    assert ward is not None
    with world.database.read() as session:
        [counted] = count_wards(session, [PlacePeriod(ward, since, until)], world.clock())
    return tuple(measured(counted.counts)[each] for each in COUNTED)


def test_a_deferred_patient_is_counted_as_deferred(world: World) -> None:
    defer(world)
    assert counts(world) == (1, 0, 1, 1)


def test_who_could_not_be_asked_at_all_is_not_counted_as_asked(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "unable")
    play.press(Step.DEFER_REASON, "away")
    assert counts(world) == (1, 0, 0, 0)


def test_asked_since_the_patient_is_counted_once_in_each(world: World) -> None:
    play = taken_up(world, defer(world))
    play.say(steering.resume)
    assert counts(world) == (1, 0, 1, 1)
    play.press(Step.OFFER, "no")
    assert counts(world) == (1, 1, 1, 1)


def test_deferred_twice_and_then_asked_it_is_still_one_patient(world: World) -> None:
    play = taken_up(world, defer(world))
    play.press(Step.OFFER, "unable")
    play.press(Step.DEFER_REASON, "asleep")
    assert counts(world) == (1, 0, 1, 1)
    again = taken_up(world, play, "demo-nurse")
    again.press(Step.OFFER, "no")
    assert counts(world) == (1, 1, 1, 1)


def test_broken_off_the_first_encounter_speaks_for_the_patient_again(world: World) -> None:
    play = taken_up(world, defer(world))
    play.say(steering.resume)
    play.press(Step.OFFER, "yes")
    play.cancel()
    assert counts(world) == (1, 0, 1, 1)


def test_an_answer_taken_back_takes_the_patient_out_of_those_asked_since(world: World) -> None:
    play = taken_up(world, defer(world))
    play.press(Step.OFFER, "no")
    play.back()
    assert counts(world) == (1, 0, 1, 1)


def test_crossed_off_the_patient_stays_counted_as_deferred(world: World) -> None:
    play, nurse = defer(world), world.staff("demo-nurse")
    wards_list = WardsList(world.database, world.vault, nurse)
    wards_list.cross_off(play.id, CrossedOff.MOVED, world.clock())
    assert counts(world) == (1, 0, 1, 1)


def test_what_happens_on_a_later_day_changes_the_day_that_was_counted(world: World) -> None:
    first = defer(world)
    day, ward = local_day(world.clock()), world.staff("demo-nurse").ward_id
    world.clock.forward(days=1, hours=3)
    counted_days.keep_counted(world.database, world.clock())
    taken_up(world, first).press(Step.OFFER, "no")
    with world.database.read() as session:
        [part] = counted_days.read(session, CountedKind.WARD, [str(ward)], [day], world.clock())
    assert measured(part.counts)[Detail.DEFERRED_ASKED] == 1


def test_a_small_count_of_them_is_not_shown_nor_a_small_rest() -> None:
    def of(deferred: int, asked: int) -> tuple[int | None, int | None]:
        month = (
            dict.fromkeys(MEASURES, 0)
            | {Detail.DEFERRED: deferred}
            | {Detail.DEFERRED_ASKED: asked}
        )
        figures = publish({"Onkologi": {"ward": [month]}}).wards["ward"]
        return figures.counts[Detail.DEFERRED], figures.counts[Detail.DEFERRED_ASKED]

    assert of(12, 6) == (12, 6)
    assert of(4, 0) == (None, 0)
    assert of(12, 9) == (12, None)
    assert of(12, 3) == (12, None)
