"""Words that go on with a patient whose talk is over are asked about; a button does it."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.bedside import answering, steering
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names

ENDS = {
    "offer no": [(Step.STATUS, "daily"), (Step.OFFER, "no")],
    "not now": [(Step.STATUS, "daily"), (Step.OFFER, "not_now")],
    "asleep": [(Step.STATUS, "unable"), (Step.DEFER_REASON, "asleep")],
    "asleep at the offer": [
        *((Step.STATUS, "daily"), (Step.OFFER, "unable"), (Step.DEFER_REASON, "asleep")),
    ],
    "never": [(Step.STATUS, "never")],
    "will not answer": [(Step.STATUS, "not_answered")],
    "doing well": [(Step.STATUS, "ex"), (Step.EX_SMOKER, "well")],
}
GOES_ON = [
    "start igen",
    "vi prøver igen",
    "jeg vil gerne fortsætte",
    "hun er vågen nu",
    "hun er ikke udskrevet",
    "han har ombestemt sig",
    "hun vil gerne alligevel",
    "she is awake now",
]


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    return play.type(words(text, intent))


def end(play: Play, how: str) -> None:
    for step, value in ENDS[how]:
        play.press(step, value)
    assert play.step is Step.CLOSED


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("text", GOES_ON)
@pytest.mark.parametrize("intent", ["resume", "nlu_fallback", "affirm", "cannot_answer_now"])
def test_words_that_go_on_are_asked_about_and_change_nothing(
    world: World, text: str, intent: str, how: str
) -> None:
    play = Play(world)
    end(play, how)
    before = play.encounter
    said = type_in(play, text, intent)
    assert names(said)[-1] == "utter_ask_to_go_on"
    assert play.encounter == before


@pytest.mark.parametrize("how", ENDS)
def test_going_on_asks_the_question_whose_answer_ended_it(world: World, how: str) -> None:
    play = Play(world)
    end(play, how)
    play.say(steering.reopen)
    assert play.step is ENDS[how][-2 if "asleep" in how else -1][0]


def test_a_typed_yes_goes_on(world: World) -> None:
    play = Play(world)
    end(play, "asleep")
    type_in(play, "hun er vågen nu", "resume")
    type_in(play, "ja", "affirm")
    assert play.step is Step.STATUS


@pytest.mark.parametrize("text", ["start igen", "jeg vil gerne fortsætte"])
def test_what_was_cancelled_is_said_to_be_over(world: World, text: str) -> None:
    play = Play(world)
    play.to_summary()
    play.say(answering.cancel)
    assert names(type_in(play, text, "resume"))[0] == "utter_over"


@pytest.mark.parametrize(
    "text",
    ["hun er vågen nu", "er ikke udskrevet", "er vågnet", "hun kan godt svare", "is awake now"],
)
@pytest.mark.parametrize("step", [Step.STATUS, Step.OFFER])
def test_who_can_be_asked_is_not_put_off(world: World, step: Step, text: str) -> None:
    play = Play(world)
    if step is Step.OFFER:
        play.press(Step.STATUS, "daily")
    said = play.type(words(text, "cannot_answer_now", sure=True))
    assert play.step is step
    assert names(said)[0] == "utter_can_be_asked"


@pytest.mark.parametrize("text", ["hun er ikke vågen", "er ikke vågnet endnu", "not awake"])
def test_who_cannot_be_asked_still_is_put_off(world: World, text: str) -> None:
    play = Play(world)
    play.type(words(text, "cannot_answer_now", sure=True))
    assert play.step is Step.DEFER_REASON


@pytest.mark.parametrize("text", ["hun er vågen nu", "er ikke udskrevet"])
def test_a_reason_that_is_denied_asks_whether_to_go_on(world: World, text: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "unable")
    assert names(type_in(play, text, "nlu_fallback")) == ["utter_ask_to_go_on"]


@pytest.mark.parametrize("text", ["start igen", "start forfra", "vi begynder forfra", "start over"])
def test_beginning_again_asks_with_whom(world: World, text: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    assert names(type_in(play, text, "new_patient")) == ["utter_ask_which_patient"]


@pytest.mark.parametrize(
    "text",
    ["vil gerne stoppe", "hun vil gerne henvises", "ja hun vil gerne", "vil gerne have hjælp"],
)
def test_a_wish_before_the_status_is_said_not_to_be_noted(world: World, text: str) -> None:
    play = Play(world)
    said = type_in(play, text, "affirm")
    assert names(said) in (["utter_status_first", "utter_ask_status"], ["utter_check"])
    play.press(Step.STATUS, "daily")
    assert play.step is Step.OFFER


@pytest.mark.parametrize("text", ["fortsæt", "videre", "gå videre med patienten", "ja"])
def test_going_on_is_a_yes_to_whether_we_go_on(world: World, text: str) -> None:
    play = Play(world)
    for step, value in ENDS["offer no"]:
        play.press(step, value)
    type_in(play, "hun vil gerne alligevel", "affirm")
    type_in(play, text, "resume" if text == "fortsæt" else "affirm")
    assert play.step is Step.OFFER


def test_sending_is_no_yes_to_whether_we_go_on(world: World) -> None:
    play = Play(world)
    for step, value in ENDS["offer no"]:
        play.press(step, value)
    type_in(play, "hun vil gerne alligevel", "affirm")
    type_in(play, "send", "affirm")
    assert play.step is Step.CLOSED


@pytest.mark.parametrize("text", ["hun vil godt nu", "fortsæt", "videre", "she wants to now"])
def test_why_it_cannot_be_now_may_turn_out_to_be_nothing(world: World, text: str) -> None:
    play = Play(world)
    play.press(Step.STATUS, "unable")
    assert names(type_in(play, text, "doing_well")) == ["utter_ask_to_go_on"]
    assert play.step is Step.DEFER_REASON
