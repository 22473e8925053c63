"""Encounters: each message once, each nurse their own, and nothing lost when a device changes."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.bedside import answering, steering
from referrals.bedside.listening import messages
from referrals.staff.roles import NotAllowed
from referrals.turns.encounters import Encounters, UnknownEncounter
from referrals.turns.saying import Say
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import seal
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import NAME, Play, how_many, names


def test_an_encounter_begins_at_the_first_question(world: World) -> None:
    assert Play(world).step is Step.STATUS


def test_an_encounter_speaks_the_language_that_was_wished_for(world: World) -> None:
    encounter_id = world.encounters.start(world.staff("demo-nurse"), "en")
    assert world.encounters.awaiting(world.staff("demo-nurse"), encounter_id).language == "en"


@pytest.mark.parametrize("name", ["demo-adviser-0151", "demo-lead", "demo-admin"])
def test_only_a_nurse_begins_an_encounter(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        world.encounters.start(world.staff(name))


def test_a_message_is_done_once_and_answered_alike_each_time(world: World) -> None:
    play = Play(world)
    first = play.press(Step.STATUS, "daily", message_id="same")
    assert play.press(Step.STATUS, "never", message_id="same") == first
    assert play.encounter.get(Step.STATUS) == "daily"


def test_a_repeated_message_keeps_its_values_once(world: World) -> None:
    play = Play(world)
    play.receive("same", seal("name", NAME))
    play.receive("same", seal("name", NAME))
    assert how_many(world, VaultValueRow) == 1


def test_a_repeated_message_is_given_back_as_it_was_first(world: World) -> None:
    play = Play(world)
    encounters, staff = world.encounters, play.staff
    encounters.receive(staff, play.id, "same", "first", ())
    assert encounters.receive(staff, play.id, "same", "second", ()).sealed_text == "first"


def test_the_same_message_id_in_another_encounter_is_another_message(world: World) -> None:
    one, other = Play(world), Play(world)
    one.press(Step.STATUS, "daily", message_id="same")
    other.press(Step.STATUS, "never", message_id="same")
    assert other.encounter.get(Step.STATUS) == "never"


def test_a_message_that_was_never_received_is_not_done(world: World) -> None:
    with pytest.raises(UnknownEncounter):
        world.encounters.apply(Play(world).id, "unknown", lambda _: [])


@pytest.mark.parametrize("encounter_id", ["", "unknown", "' OR 1=1 --", "x" * 1000])
def test_an_unknown_encounter_does_not_exist(world: World, encounter_id: str) -> None:
    with pytest.raises(UnknownEncounter):
        world.encounters.awaiting(world.staff("demo-nurse"), encounter_id)


@pytest.mark.parametrize("name", ["demo-nurse-2", "demo-adviser-0151", "demo-admin"])
def test_the_encounter_of_a_nurse_does_not_exist_for_anybody_else(world: World, name: str) -> None:
    encounter_id, other = Play(world).id, world.staff(name)
    for read in (
        lambda: world.encounters.awaiting(other, encounter_id),
        lambda: world.encounters.transcript(other, encounter_id),
        lambda: world.encounters.receive(other, encounter_id, "m", "text", ()),
    ):
        with pytest.raises(UnknownEncounter):
            read()


def test_a_crash_between_the_change_and_the_reply_changes_nothing_twice(world: World) -> None:
    play = Play(world)
    play.receive("same")
    world.encounters.apply(play.id, "same", lambda b: answering.press(b, _yes(Step.STATUS)))
    restarted = Encounters(world.database, world.around)
    again = restarted.apply(play.id, "same", lambda b: answering.press(b, _yes(Step.STATUS)))
    assert names(again) == ["utter_ask_offer"]


def _yes(step: Step) -> answering.Pressed:
    return answering.Pressed(step, "daily" if step is Step.STATUS else "yes")


def test_the_first_rendered_reply_stands(world: World) -> None:
    play = Play(world)
    play.receive("same")
    world.encounters.finish(play.id, "same", [{"text": "first"}])
    turn = world.encounters.finish(play.id, "same", [{"text": "second"}])
    assert turn.replies == [{"text": "first"}]


def test_an_unfinished_encounter_is_listed_for_its_nurse_only(world: World) -> None:
    play = Play(world)
    Play(world, "demo-nurse-2")
    assert [e.id for e in world.encounters.open_ones(play.staff)] == [play.id]


def test_the_latest_encounter_is_listed_first(world: World) -> None:
    old, new = Play(world), Play(world)
    world.clock.forward(minutes=1)
    old.press(Step.STATUS, "daily")
    assert [e.id for e in world.encounters.open_ones(old.staff)] == [old.id, new.id]


@pytest.mark.parametrize("how", ["closed", "filed", "expired"])
def test_a_finished_encounter_is_not_listed(world: World, how: str) -> None:
    play = Play(world)
    if how == "closed":
        play.press(Step.STATUS, "never")
    elif how == "filed":
        play.file()
    else:
        world.clock.forward(hours=2)
    assert world.encounters.open_ones(play.staff) == []


def test_a_pause_keeps_an_encounter_for_twelve_hours(world: World) -> None:
    play = Play(world)
    play.to_consent()
    play.say(steering.pause)
    world.clock.forward(hours=11, minutes=59)
    assert names(play.say(steering.resume)) == ["utter_ask_consent_contact"]


def test_without_a_pause_an_encounter_expires_after_two_hours(world: World) -> None:
    play = Play(world)
    world.clock.forward(hours=2)
    assert names(play.press(Step.STATUS, "daily")) == ["utter_expired"]


def test_an_expired_encounter_is_not_changed(world: World) -> None:
    play = Play(world)
    world.clock.forward(hours=2)
    play.press(Step.STATUS, "daily")
    assert not play.encounter.answers


def test_a_resumed_encounter_is_paused_no_more(world: World) -> None:
    play = Play(world)
    play.say(steering.pause)
    play.say(steering.resume)
    assert [e.paused for e in world.encounters.open_ones(play.staff)] == [False]


def test_a_restart_in_mid_script_loses_nothing(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME)
    world.encounters = Encounters(world.database, world.around)
    assert (play.step, play.encounter.get(Step.OFFER)) == (Step.PHONE, "yes")


# The next patient


def _next(play: Play, message_id: str = "next") -> list[Say]:
    play.receive(message_id)
    return play.world.encounters.next_patient(play.id, message_id, steering.resume)


def _next_id(play: Play, message_id: str = "next") -> str | None:
    turn = play.world.encounters.receive(play.staff, play.id, message_id, "/new_patient", ())
    return turn.next_encounter_id


def test_the_next_patient_begins_at_the_first_question(world: World) -> None:
    play = Play(world)
    play.file()
    assert names(_next(play)) == ["utter_ask_status"]


def test_the_next_patient_knows_nothing_of_the_one_before(world: World) -> None:
    play = Play(world)
    play.to_contact()
    _next(play)
    new = Play(world, id=str(_next_id(play)))
    assert (new.id != play.id, dict(new.encounter.answers)) == (True, {})


def test_the_next_patient_begins_once_however_often_the_button_is_pressed(world: World) -> None:
    play = Play(world)
    _next(play)
    _next(play)
    assert how_many(world, EncounterRow) == 2


def test_an_unfinished_encounter_waits_while_the_next_patient_is_asked(world: World) -> None:
    play = Play(world)
    play.to_contact()
    _next(play)
    paused = {e.id: e.paused for e in world.encounters.open_ones(play.staff)}
    assert paused == {play.id: True, str(_next_id(play)): False}


def test_the_next_patient_can_begin_from_a_conversation_that_has_expired(world: World) -> None:
    play = Play(world)
    play.file()
    world.clock.forward(hours=3)
    assert names(_next(play)) == ["utter_ask_status"]


def test_beginning_the_next_patient_does_not_bring_an_expired_one_back(world: World) -> None:
    play = Play(world)
    play.to_contact()
    world.clock.forward(hours=3)
    _next(play)
    assert [e.id for e in world.encounters.open_ones(play.staff)] == [_next_id(play)]


# The transcript


def test_the_transcript_gives_answered_turns_in_order(world: World) -> None:
    play = Play(world)
    for number in range(3):
        world.encounters.receive(play.staff, play.id, f"m{number}", f"text {number}", ())
        world.encounters.finish(play.id, f"m{number}", [])
    world.encounters.receive(play.staff, play.id, "unanswered", "text 3", ())
    turns = world.encounters.transcript(play.staff, play.id)
    assert [turn.sealed_text for turn in turns] == ["text 0", "text 1", "text 2"]


def test_the_transcript_gives_the_last_turns_of_a_long_talk(world: World) -> None:
    play = Play(world)
    for number in range(5):
        world.encounters.receive(play.staff, play.id, f"m{number}", f"text {number}", ())
        world.encounters.finish(play.id, f"m{number}", [])
    turns = world.encounters.transcript(play.staff, play.id, limit=2)
    assert [turn.sealed_text for turn in turns] == ["text 3", "text 4"]


def test_turns_hold_sealed_text_only(world: World) -> None:
    Play(world).file()
    with world.database.read() as session:
        turns = [f"{t.sealed_text} {t.said}" for t in session.query(TurnRow)]
    assert not [turn for turn in turns if NAME in turn or "20667788" in turn]


# Answers at the bedside


def test_a_button_of_another_step_changes_nothing_and_says_so(world: World) -> None:
    play = Play(world)
    assert names(play.press(Step.OFFER, "yes")) == ["utter_stale_button", "utter_ask_status"]


@pytest.mark.parametrize(
    ("step", "value"),
    [("name", NAME), ("phone", "20667788"), ("postcode", "2750"), ("second_contact", NAME)],
)
def test_a_button_never_carries_what_a_person_types(world: World, step: str, value: str) -> None:
    play = Play(world)
    play.to_contact()
    if step != "name":
        play.details(name=NAME)
    if step in ("postcode", "second_contact"):
        play.details(phone="20667788")
    before = play.encounter.answers
    play.press(step, value)
    assert play.encounter.answers == before


@pytest.mark.parametrize("value", ["9999", "Ballerup", ""])
def test_a_municipality_that_no_button_shows_is_refused(world: World, value: str) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone="20667788", postcode="2750")
    assert names(play.press(Step.MUNICIPALITY, value))[0] == "utter_stale_button"


def test_one_message_can_hold_all_contact_details(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone="20 66 77 88", postcode="2750")
    assert play.step is Step.MUNICIPALITY


def test_a_bad_value_says_what_is_wrong_and_the_rest_stands(world: World) -> None:
    play = Play(world)
    play.to_contact()
    said = play.details(name=NAME, phone="12", postcode="2750")
    assert names(said) == ["utter_phone_too_short", "utter_ask_phone"]
    assert play.encounter.get(Step.POSTCODE) == "2750"


def test_a_bad_correction_keeps_the_old_value(world: World) -> None:
    play = Play(world)
    play.to_summary()
    before = play.encounter.get(Step.PHONE)
    play.correct("phone")
    play.details(phone="12")
    assert (play.encounter.get(Step.PHONE), play.step) == (before, Step.PHONE)


def test_a_correction_takes_the_old_value_out_of_the_vault(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("phone")
    play.details(phone="20 66 77 99")
    play.say(lambda b: messages.press(b, steering.resume))  # until then it can be said
    assert how_many(world, VaultValueRow) == 2


@pytest.mark.parametrize("kind", ["cpr", "email", "address"])
def test_what_is_not_needed_is_not_kept_and_said_so(world: World, kind: str) -> None:
    play = Play(world)
    play.to_contact()
    said = play.details(name=NAME, **{kind: "0101901234"})
    assert (names(said)[0], how_many(world, VaultValueRow)) == ("utter_detail_not_kept", 1)


@pytest.mark.parametrize("answers", [0, 2, 3], ids=["at the start", "first", "second consent"])
def test_details_before_the_consent_is_complete_are_not_kept(world: World, answers: int) -> None:
    play = Play(world)
    for step, value in [
        (Step.STATUS, "daily"),
        (Step.OFFER, "yes"),
        (Step.CONSENT_CONTACT, "yes"),
    ][:answers]:
        play.press(step, value)
    said = play.details(name=NAME, phone="20667788", postcode="2750")
    assert names(said)[0] == "utter_details_wait_for_consent"
    assert how_many(world, VaultValueRow) == 0


def test_a_product_told_with_the_status_is_recorded_with_it(world: World) -> None:
    play = Play(world)
    play.type(words("ryger cigaretter dagligt", "smokes_daily"))
    assert (play.step, play.row.product) == (Step.OFFER, "cigarettes")


def test_what_is_not_understood_twice_in_a_row_offers_help(world: World) -> None:
    play = Play(world)

    def say() -> list[str]:
        return names(play.say(lambda b: answering.not_understood(b, out_of_scope=True)))

    assert [say()[0], say()[0]] == ["utter_out_of_scope", "utter_offer_help"]


def test_an_answer_in_between_forgets_what_was_not_understood(world: World) -> None:
    play = Play(world)

    def say() -> str:
        return names(play.say(lambda b: answering.not_understood(b, out_of_scope=False)))[0]

    say()
    play.press(Step.STATUS, "daily")
    assert say() == "utter_not_understood"


def test_a_question_in_mid_step_is_answered_and_the_step_asked_again(world: World) -> None:
    play = Play(world)
    said = play.say(lambda b: steering.explain(b, "price"))
    assert names(said) == ["utter_answer_price", "utter_ask_status"]


def test_the_offer_is_timed_when_it_is_answered(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    world.clock.forward(seconds=25)
    play.press(Step.OFFER, "yes")
    world.clock.forward(seconds=60)
    play.press(Step.CONSENT_CONTACT, "yes")
    row = play.row
    assert row.offer_answered_at
    assert (row.offer_answered_at - row.started_at).total_seconds() == 25
