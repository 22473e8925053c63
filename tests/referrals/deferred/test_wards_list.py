"""The ward's list: who is on it, who sees it, taken up by one nurse, crossed off, run out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from referrals import housekeeping
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.bedside import steering
from referrals.deferred.rules import CrossedOff, Ending
from referrals.deferred.tables import DeferredRow
from referrals.deferred.wards_list import BadNote, Listed, NotListed, TakenUp, WardsList
from referrals.denmark.dates import local_day
from referrals.staff.roles import NotAllowed
from referrals.turns.drafts import end_drafts
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play, how_many, kept, names

COLLEAGUE, ELSEWHERE = "demo-nurse-2", "demo-nurse-gentofte"


def defer(world: World, reason: str = "asleep", nurse: str = "demo-nurse") -> Play:
    """Defer a patient who said that he smokes, and then could not answer."""
    play = Play(world, nurse)
    play.press(Step.STATUS, "daily")
    play.press(Step.OFFER, "unable")
    play.press(Step.DEFER_REASON, reason)
    return play


def the_list(world: World, nurse: str = "demo-nurse") -> WardsList:
    return WardsList(world.database, world.vault, world.staff(nurse))


def shown(world: World, nurse: str = "demo-nurse") -> list[Listed]:
    return the_list(world, nurse).show(world.clock())


def place(world: World, play: Play) -> DeferredRow:
    return kept(world, DeferredRow, DeferredRow.encounter_id == play.id)


def taken_up(world: World, play: Play, nurse: str = COLLEAGUE) -> Play:
    return Play(world, nurse, world.encounters.take_up(world.staff(nurse), play.id))


def test_a_deferred_patient_is_on_the_list_of_the_ward_for_fourteen_days(world: World) -> None:
    play = defer(world)
    [one] = shown(world, COLLEAGUE)
    assert (one.id, one.reason) == (play.id, "asleep")
    assert one.next.by == local_day(world.clock()) + timedelta(days=14)


def test_the_nurse_is_told_until_when(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "unable")
    [said] = play.press(Step.DEFER_REASON, "asleep")
    assert (said.response, said.values) == ("utter_closed_deferred", {"until": "7. december"})


def test_who_is_asked_after_all_is_taken_from_the_list(world: World) -> None:
    play = defer(world)
    the_list(world).note(play.id, "stue 7", None, world.clock())
    play.back()
    assert shown(world) == []
    assert how_many(world, DeferredRow) == 0
    assert how_many(world, VaultValueRow) == 0


def test_practice_puts_nobody_on_the_list(world: World) -> None:
    nurse = world.staff("demo-nurse")
    play = Play(world, id=world.encounters.start(nurse, patient="kirsten"))
    play.press(Step.STATUS, "unable")
    play.press(Step.DEFER_REASON, "asleep")
    assert how_many(world, DeferredRow) == 0


def test_who_was_discharged_first_is_counted_and_on_no_list(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "unable")
    said = play.press(Step.DEFER_REASON, "discharged")
    assert names(said) == ["utter_closed_deferred_discharged"]
    assert (place(world, play).ended, shown(world)) == (Ending.DISCHARGED, [])


def test_another_wards_nurses_see_nothing_and_can_do_nothing(world: World) -> None:
    play = defer(world)
    stranger = the_list(world, ELSEWHERE)
    assert stranger.show(world.clock()) == []
    with pytest.raises(NotListed):
        stranger.note(play.id, "stue 7", None, world.clock())
    with pytest.raises(NotListed):
        stranger.cross_off(play.id, CrossedOff.MOVED, world.clock())
    with pytest.raises(NotListed):
        world.encounters.take_up(world.staff(ELSEWHERE), play.id)
    assert len(shown(world)) == 1


@pytest.mark.parametrize("name", ["demo-lead", "demo-adviser-0151", "demo-admin"])
def test_whoever_is_no_nurse_has_no_list(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        the_list(world, name)
    with pytest.raises(NotAllowed):
        world.encounters.take_up(world.staff(name), defer(world).id)


def test_room_or_initials_are_sealed_and_each_reading_of_them_is_audited(world: World) -> None:
    play = defer(world)
    the_list(world).note(play.id, " stue 7 ", None, world.clock())
    assert "stue" not in str(vars(place(world, play)))
    assert [one.bed for one in shown(world, COLLEAGUE)] == ["stue 7"]
    assert how_many(world, AuditRow, AuditRow.action == "read_wards_list") == 1


def test_a_list_without_rooms_is_read_without_a_line_in_the_log(world: World) -> None:
    defer(world)
    shown(world)
    assert how_many(world, AuditRow, AuditRow.action == "read_wards_list") == 0


def test_a_new_room_replaces_the_old_one(world: World) -> None:
    play = defer(world)
    for bed in ("stue 7", "stue 9"):
        the_list(world).note(play.id, bed, None, world.clock())
    assert [one.bed for one in shown(world)] == ["stue 9"]
    assert how_many(world, VaultValueRow) == 1


def test_what_finds_a_person_is_not_noted_as_a_room(world: World) -> None:
    play = defer(world)
    with pytest.raises(BadNote, match="bed"):
        the_list(world).note(play.id, "010203-1234", None, world.clock())
    yesterday = local_day(world.clock()) - timedelta(days=1)
    with pytest.raises(BadNote, match="discharge"):
        the_list(world).note(play.id, "", yesterday, world.clock())
    assert how_many(world, VaultValueRow) == 0


def test_a_colleague_goes_on_next_day_where_the_first_one_stopped(world: World) -> None:
    first = defer(world)
    world.clock.forward(days=1)
    play = taken_up(world, first)
    said = play.say(steering.resume)
    assert names(said) == ["utter_taken_up", "utter_ask_offer"]
    assert said[0].values == {"use": "ryger dagligt"}
    play.press(Step.OFFER, "no")
    assert (place(world, first).ended, place(world, first).asked) == (Ending.ASKED, True)
    assert shown(world) == []


def test_a_confused_patient_is_asked_from_the_beginning(world: World) -> None:
    play = taken_up(world, defer(world, "confused"))
    assert names(play.say(steering.resume)) == ["utter_taken_up_afresh", "utter_ask_status"]


def test_of_two_nurses_one_gets_the_patient_and_the_other_is_told_by_whom(world: World) -> None:
    first = defer(world)
    taken_up(world, first)
    with pytest.raises(TakenUp) as told:
        world.encounters.take_up(world.staff("demo-nurse"), first.id)
    assert told.value.by == world.staff(COLLEAGUE).display_name
    with pytest.raises(TakenUp):
        the_list(world).cross_off(first.id, CrossedOff.MOVED, world.clock())
    assert [one.by for one in shown(world)] == [world.staff(COLLEAGUE).display_name]


def test_two_who_press_in_the_same_moment_do_not_both_get_the_patient(world: World) -> None:
    first, gate = defer(world), Barrier(2)

    def press(name: str) -> bool:
        gate.wait()
        try:
            world.encounters.take_up(world.staff(name), first.id)
        except TakenUp:
            return False
        return True

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(press, ("demo-nurse", COLLEAGUE))) == [False, True]
    assert how_many(world, EncounterRow, EncounterRow.takes_up == first.id) == 1


def test_a_second_tap_gives_the_same_encounter(world: World) -> None:
    first = defer(world)
    assert taken_up(world, first).id == taken_up(world, first).id
    assert how_many(world, EncounterRow, EncounterRow.takes_up == first.id) == 1


def test_whom_a_nurse_has_in_hand_is_among_her_conversations_only(world: World) -> None:
    first = defer(world)
    play = taken_up(world, first)
    assert shown(world, COLLEAGUE) == []
    assert [each.id for each in world.encounters.open_ones(play.staff)] == [play.id]


def test_the_room_of_whom_a_nurse_has_in_hand_is_hers_to_read_and_nobody_else_s(
    world: World,
) -> None:
    first = defer(world)
    the_list(world).note(first.id, "stue 12", None, world.clock())
    play = taken_up(world, first)
    assert the_list(world, COLLEAGUE).beds_in_hand(world.clock()) == {play.id: "stue 12"}
    assert the_list(world).beds_in_hand(world.clock()) == {}


def test_the_first_nurse_can_take_nothing_back_once_a_colleague_went_on(world: World) -> None:
    first = defer(world)
    taken_up(world, first)
    assert names(first.back()) == ["utter_closed_deferred_handled"]
    assert names(first.cancel()) == ["utter_closed_deferred_handled"]
    assert place(world, first).taken_up_as is not None


@pytest.mark.parametrize("way", ["cancel", "expire", "suspend"])
def test_broken_off_the_patient_is_back_on_the_list(world: World, way: str) -> None:
    first = defer(world)
    the_list(world).note(first.id, "stue 7", None, world.clock())
    play = taken_up(world, first)
    play.say(steering.resume)
    if way == "cancel":
        play.cancel()
    elif way == "expire":
        housekeeping.keep_house(world.database, world.clock.forward(hours=3))
    else:
        with world.database.write() as session:
            end_drafts(session, play.staff.id, world.clock(), "demo-admin")
    assert [(one.id, one.bed, one.by) for one in shown(world)] == [(first.id, "stue 7", "")]
    assert taken_up(world, first, "demo-nurse").step is Step.OFFER


def test_deferred_again_the_patient_is_on_the_list_once_with_the_same_room(world: World) -> None:
    first = defer(world)
    the_list(world).note(first.id, "stue 7", None, world.clock())
    world.clock.forward(days=2)
    play = taken_up(world, first)
    play.press(Step.OFFER, "unable")
    play.press(Step.DEFER_REASON, "too_ill")
    assert place(world, first).ended == Ending.DEFERRED_AGAIN
    [one] = shown(world)
    assert (one.id, one.reason, one.bed) == (play.id, "too_ill", "stue 7")


def test_taken_back_from_being_deferred_again_the_nurse_goes_on(world: World) -> None:
    first = defer(world)
    play = taken_up(world, first)
    play.press(Step.OFFER, "unable")
    play.press(Step.DEFER_REASON, "too_ill")
    play.back()
    assert (place(world, first).ended, shown(world, COLLEAGUE)) == (None, [])
    play.back()
    play.press(Step.OFFER, "no")
    assert place(world, first).ended == Ending.ASKED


def test_an_answer_that_is_taken_back_does_not_end_it(world: World) -> None:
    first = defer(world)
    play = taken_up(world, first)
    play.press(Step.OFFER, "no")
    play.back()
    assert (place(world, first).ended, place(world, first).asked) == (None, False)


@pytest.mark.parametrize("reason", CrossedOff)
def test_a_nurse_crosses_off_with_a_reason(world: World, reason: CrossedOff) -> None:
    play = defer(world)
    for _tap in range(2):
        the_list(world, COLLEAGUE).cross_off(play.id, reason, world.clock())
    assert (place(world, play).ended, shown(world)) == (reason, [])
    assert how_many(world, AuditRow, AuditRow.action == f"cross_off_{reason}") == 1
    with pytest.raises(NotListed):
        world.encounters.take_up(world.staff(COLLEAGUE), play.id)


def test_the_day_of_discharge_is_the_last_one(world: World) -> None:
    play = defer(world)
    tomorrow = local_day(world.clock()) + timedelta(days=1)
    the_list(world).note(play.id, "stue 7", tomorrow, world.clock())
    housekeeping.keep_house(world.database, world.clock.forward(days=1))
    assert [one.bed for one in shown(world)] == ["stue 7"]
    done = housekeeping.keep_house(world.database, world.clock.forward(days=1))
    assert (done["deferred"], place(world, play).ended, shown(world)) == (1, Ending.RAN_OUT, [])
    assert how_many(world, VaultValueRow) == 0
    assert how_many(world, AuditRow, AuditRow.action == "deferred_ran_out") == 1


def test_after_fourteen_days_it_leaves_with_an_ending(world: World) -> None:
    play = defer(world)
    housekeeping.keep_house(world.database, world.clock.forward(days=14))
    assert len(shown(world)) == 1
    housekeeping.keep_house(world.database, world.clock.forward(days=1))
    assert place(world, play).ended == Ending.RAN_OUT


def test_the_room_is_forgotten_once_the_patient_was_asked(world: World) -> None:
    first = defer(world)
    the_list(world).note(first.id, "stue 7", None, world.clock())
    play = taken_up(world, first)
    play.press(Step.OFFER, "no")
    housekeeping.keep_house(world.database, world.clock.forward(minutes=16))
    assert how_many(world, VaultValueRow) == 0


def test_names_typed_beside_a_deferral_are_forgotten_though_the_room_stays(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone=PHONE)
    other = defer(world)
    the_list(world).note(other.id, "stue 7", None, world.clock())
    housekeeping.keep_house(world.database, world.clock.forward(hours=3))
    assert [one.bed for one in shown(world)] == ["stue 7"]
    assert how_many(world, VaultValueRow) == 1
