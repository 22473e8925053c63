"""What is said besides: answered by itself, never by what the classifier took it for."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.bedside.listening import messages
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names


def at_consent(world: World) -> Play:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    play.press(Step.OFFER, "yes")
    return play


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hun sover nu", "cannot_answer_now"),
        ("han er til røntgen", "cannot_answer_now"),
        ("hun er for forvirret lige nu", "out_of_scope"),
        ("she is asleep now", "cannot_answer_now"),
    ],
)
def test_a_patient_who_cannot_consent_now_is_put_off_by_a_button(
    world: World, text: str, intent: str
) -> None:
    play = at_consent(world)
    said = play.type(words(text, intent))
    assert names(said) == ["utter_ask_put_off"]
    assert play.step is Step.CONSENT_CONTACT
    pressed = answering.Pressed(Step.OFFER, "unable")
    play.say(lambda b: messages.press(b, lambda b: answering.press(b, pressed)))
    assert play.step is Step.CLOSED
    assert play.encounter.get(Step.OFFER) == "unable"
    assert Step.CONSENT_CONTACT not in play.encounter.answers


@pytest.mark.parametrize(
    "text", ["har skrevet under på papir", "hun har underskrevet", "she has signed the form"]
)
def test_a_consent_on_paper_is_none_by_the_button(world: World, text: str) -> None:
    play = at_consent(world)
    said = play.type(words(text, "show_summary", sure=True))
    assert names(said) == ["utter_press_consent_button", "utter_ask_consent_contact"]


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("er du et menneske", "help", "utter_answer_bot"),
        ("are you a robot?", "out_of_scope", "utter_answer_bot"),
        ("nummeret til stoplinien", "correct_detail", "utter_answer_stopline"),
        ("hvad er nummeret til stoplinien?", "give_contact_details", "utter_answer_stopline"),
    ],
)
def test_a_question_beside_is_answered_and_changes_nothing(
    world: World, text: str, intent: str, answer: str
) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    said = play.type(words(text, intent, sure=True))
    assert names(said) == [answer, "utter_ask_offer"]
    assert play.encounter.answers == {Step.STATUS: "daily"}


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("patienten har hjertestop!", "utter_paused_emergency"),
        ("hun trækker ikke vejret", "utter_paused_emergency"),
        ("he is unconscious", "utter_paused_emergency"),
        ("min vagt slutter nu", "utter_paused_shift"),
        ("jeg skal hjem", "utter_paused_shift"),
        ("my shift is over", "utter_paused_shift"),
    ],
)
def test_an_emergency_and_the_end_of_a_shift_pause_the_talk(
    world: World, text: str, stops: str
) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    assert names(play.type(words(text, "out_of_scope", sure=True))) == [stops]
    assert play.row.paused
    assert play.row.ended is None


@pytest.mark.parametrize(
    "text",
    ["hun fik hjertestop sidste år", "indlagt efter hjertestop", "had a cardiac arrest last year"],
)
def test_an_emergency_that_is_over_pauses_nothing(world: World, text: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    play.type(words(text, "out_of_scope", sure=True))
    assert not play.row.paused


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ingen pårørende", "skip"),
        ("hun har ingen familie", "skip"),
        ("no next of kin", "skip"),
        ("telefonen er konens", "has_no_phone"),
    ],
)
def test_at_the_summary_it_is_said_that_it_was_not_used(
    world: World, text: str, intent: str
) -> None:
    play = Play(world)
    play.to_summary()
    before = play.encounter
    said = play.type(words(text, intent, sure=True))
    assert names(said) == ["utter_not_used", "utter_ask_summary"]
    assert said[0].values["words"] == text
    assert play.encounter == before


@pytest.mark.parametrize("text", ["intet postnummer", "bor på gaden, intet postnummer", "homeless"])
def test_without_a_postcode_it_is_told_which_one_will_do(world: World, text: str) -> None:
    play = Play(world)
    play.to_contact()
    said = play.type(words(text, "has_no_phone", sure=True))
    assert names(said)[0] == "utter_postcode_needed"


def test_behind_words_that_were_left_out_no_yes_sends(world: World) -> None:
    play = Play(world)
    play.to_summary()
    entities = {"left_out": "moren må ikke vide det", "wording_language": "da"}
    every = {name: [value] for name, value in entities.items()}
    told = Words("give_contact_details", (), entities, 1.0, "/give_contact_details", every)
    assert names(play.type(told)) == ["utter_not_used", "utter_ask_summary"]
    play.type(words("ja", "affirm", sure=True))
    assert play.row.ended is None
