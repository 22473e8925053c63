"""A patient who no longer wants it is asked about; what is not to be done is not offered."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.bedside import answering, steering
from referrals.bedside.listening import messages
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names

BACKING_OUT = "utter_confirm_backing_out"


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    return play.type(words(text, intent))


def at(world: World, step: str) -> Play:
    play = Play(world)
    if step == "offer":
        play.press(Step.STATUS, "daily")
    elif step == "consent_contact":
        play.to_consent()
    elif step == "name":
        play.to_contact()
    else:
        play.to_summary()
        if step != "summary":
            play.correct(step)
    assert play.step is Step(step)
    return play


@pytest.mark.parametrize("step", ["name", "phone", "best_time", "spoken_language", "summary"])
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("hun vil alligevel ikke", "deny"), ("han trækker sig", "withdraw_consent")),
        *(("hun fortryder", "ask_how_to_withdraw"), ("she changed her mind", "go_back")),
    ],
)
def test_at_each_detail_it_is_asked_whether_the_patient_backs_out(
    world: World, step: str, text: str, intent: str
) -> None:
    play = at(world, step)
    assert names(type_in(play, text, intent)) == [BACKING_OUT]
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button", BACKING_OUT]
    play.say(lambda b: messages.press(b, answering.cancel))
    assert play.step is Step.CLOSED


def test_a_bare_refusal_where_nothing_was_asked_for_yes_or_no_is_asked_about(world: World) -> None:
    play = at(world, "name")
    assert names(type_in(play, "hun vil ikke", "deny")) == [BACKING_OUT]
    assert names(type_in(play, "nej", "deny")) == ["utter_ask_name"]


@pytest.mark.parametrize("text", ["nej tak", "nej", "hun vil ikke have besked"])
def test_a_no_to_a_detail_is_no_backing_out(world: World, text: str) -> None:
    play = at(world, "best_time")
    assert BACKING_OUT not in names(type_in(play, text, "deny"))


def test_at_the_question_of_a_message_a_no_is_its_answer(world: World) -> None:
    play = at(world, "leave_message")
    type_in(play, "det vil hun ikke", "deny")
    assert play.encounter.get(Step.LEAVE_MESSAGE) == "no"


def test_at_a_consent_its_own_buttons_are_shown(world: World) -> None:
    said = type_in(at(world, "consent_contact"), "hun fortryder", "ask_how_to_withdraw")
    assert names(said) == ["utter_press_consent_button", "utter_ask_consent_contact"]


def test_at_the_offer_both_answers_are_asked_about(world: World) -> None:
    said = type_in(at(world, "offer"), "hun fortryder", "ask_how_to_withdraw")
    assert names(said) == ["utter_check"]
    assert [button.title for button in said[0].buttons][:2] == ["Vil ikke henvises", "Vil henvises"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("den skal ikke slettes", "cancel"), ("han fortryder ikke", "deny")),
        *(("du skal ikke trække den tilbage", "undo_referral"), ("don't cancel it", "cancel")),
    ],
)
@pytest.mark.parametrize("step", ["offer", "name", "best_time", "summary"])
def test_a_command_that_is_denied_changes_nothing(
    world: World, step: str, text: str, intent: str
) -> None:
    play = at(world, step)
    before = play.encounter
    said = play.say(lambda b: messages.listen(b, words(text, intent), answering.cancel))
    assert names(said)[0] == "utter_nothing_new"
    assert play.encounter == before


@pytest.mark.parametrize(
    "text", ["det skal ikke trække ud, så ja", "hun vil ikke have det skal trække ud, så ja"]
)
def test_at_the_offer_no_earlier_patient_s_consent_is_offered_to_be_withdrawn(
    world: World, text: str
) -> None:
    Play(world).file(name="Xerxes Fugl", phone="21 66 77 88")
    play = at(world, "offer")
    for intent in ("withdraw_consent", "nlu_fallback", "affirm"):
        said = play.say(
            lambda b, kind=intent: messages.listen(
                b, words(text, kind), lambda c: steering.ask_withdrawal(c, None)
            )
        )
        assert not any("withdraw" in each.payload for one in said for each in one.buttons)


def test_in_the_midst_of_a_talk_no_list_of_earlier_patients_is_shown(world: World) -> None:
    Play(world).file(name="Xerxes Fugl", phone="21 66 77 88")
    play = at(world, "offer")
    said = play.say(lambda b: steering.ask_withdrawal(b, None))
    assert names(said) == ["utter_withdraw_which", "utter_ask_offer"]
    assert said[0].buttons == ()


@pytest.mark.parametrize("text", ["slet det hele", "drop det", "annullér", "cancel"])
@pytest.mark.parametrize("step", ["offer", "consent_contact", "name", "summary"])
def test_what_deletes_everything_is_asked_first(world: World, step: str, text: str) -> None:
    play = at(world, step)
    said = play.say(lambda b: messages.listen(b, words(text, "cancel"), answering.cancel))
    assert names(said) == ["utter_confirm_cancel"]
    assert play.encounter.ended is None
