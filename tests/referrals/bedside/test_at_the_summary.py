"""At the summary and around it: what sends, what is asked about, and what a command is about."""

from __future__ import annotations

import pytest

from actions.answers import AnswerAction
from actions.courses import AskCoursesAction, ShowCourseAction
from actions.steering import (
    CancelAction,
    ChangeWordingLanguageAction,
    ExplainAction,
    NewPatientAction,
    NotUnderstoodAction,
    ShowSummaryAction,
    WithdrawConsentAction,
)
from referrals.advice.encounter import Step
from referrals.bedside import answering, steering
from referrals.bedside.listening import messages
from referrals.turns.saying import Say
from tests.actions.test_what_changed_was_said import understood
from tests.conftest import World
from tests.referrals.booking.seating import add_course
from tests.referrals.details.typed import type_text
from tests.referrals.playing import Play, names

ACTIONS = {
    "ask_courses": AskCoursesAction,
    "ask_price": ExplainAction,
    "show_course": ShowCourseAction,
    "show_summary": ShowSummaryAction,
    "change_wording_language": ChangeWordingLanguageAction,
    "new_patient": NewPatientAction,
    "cancel": CancelAction,
    "nlu_fallback": NotUnderstoodAction,
    "out_of_scope": NotUnderstoodAction,
    "withdraw_consent": WithdrawConsentAction,
}


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    action = ACTIONS.get(intent, AnswerAction)(play.world.encounters)
    heard = understood(play, text, intent, 0.95)
    return play.say(lambda bedside: action.answer(bedside, heard))


def at_summary(world: World, outcome: str = "no") -> Play:
    play = Play(world)
    play.to_summary()
    if outcome == "yes":
        play.correct("consent_outcome")
        play.press(Step.CONSENT_OUTCOME, "yes")
    return play


def titles(said: list[Say]) -> list[str]:
    return [button.title for each in said for button in each.buttons]


MEANT = ["Ret noget", "Annullér", "Send henvisning"]


@pytest.mark.parametrize(
    ("text", "intent"), [("ja", "affirm"), ("send den", "affirm"), ("yes", "affirm")]
)
def test_a_yes_of_the_closed_list_sends(world: World, text: str, intent: str) -> None:
    play = at_summary(world)
    assert names(type_in(play, text, intent))[0] == "utter_filed"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ja det er rigtigt", "affirm"),
        ("det er rigtigt", "affirm"),
        ("det passer alt sammen", "doing_well"),
        ("jep", "affirm"),
        ("that's correct", "affirm"),
    ],
)
def test_that_the_data_are_right_is_asked_once_more_with_the_button(
    world: World, text: str, intent: str
) -> None:
    play = at_summary(world)
    assert names(type_in(play, text, intent)) == ["utter_press_a_button", "utter_ask_summary"]
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button"]
    assert play.step is Step.SUMMARY
    assert play.send()[0].response == "utter_filed"


@pytest.mark.parametrize(
    ("text", "intent", "first"),
    [
        ("nej tak", "deny", "utter_press_a_button"),
        ("nej", "deny", "utter_which_detail"),
        ("nej vent", "deny", "utter_which_detail"),
        ("nej vent", "nlu_fallback", "utter_which_detail"),
        ("nej det er forkert", "deny", "utter_which_detail"),
        ("no", "deny", "utter_which_detail"),
        ("no wait", "not_now", "utter_which_detail"),
        ("manden vil ikke", "deny", "utter_not_used"),
        ("konen siger nej", "deny", "utter_not_used"),
        ("hmm", "nlu_fallback", "utter_not_understood"),
        ("hun spiser", "out_of_scope", "utter_out_of_scope"),
        ("tak", "thanks", "utter_not_understood"),
    ],
)
def test_after_words_that_were_not_understood_a_typed_yes_asks_what_is_meant(
    world: World, text: str, intent: str, first: str
) -> None:
    play = at_summary(world)
    assert names(type_in(play, text, intent))[0] == first
    for _ in range(2):
        said = type_in(play, "ja", "affirm")
        assert names(said)[-1] == "utter_press_a_button"
        assert titles(said) == MEANT
    assert play.step is Step.SUMMARY
    assert play.send()[0].response == "utter_filed"


@pytest.mark.parametrize("text", ["nej, hun hedder Karen Holm", "nej 66778899", "nej vent, 2730"])
def test_a_no_beside_a_detail_puts_that_right(world: World, text: str) -> None:
    assert "utter_which_detail" not in names(type_text(at_summary(world), text))


def test_after_a_refusal_it_is_asked_what_is_meant(world: World) -> None:
    assert titles(type_in(at_summary(world), "nej tak", "deny")) == MEANT


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("hun vil ikke alligevel", "deny"), ("hun vil ikke alligevel", "nlu_fallback")),
        *(("hun fortryder", "ask_how_to_withdraw"), ("han har ombestemt sig", "withdraw_consent")),
        *(("she doesn't want to after all", "out_of_scope"), ("she changed her mind", "go_back")),
        *(("slet det hele", "cancel"), ("annullér", "cancel"), ("cancel the referral", "cancel")),
    ],
)
def test_who_backs_out_is_asked_about_and_a_yes_neither_sends_nor_deletes(
    world: World, text: str, intent: str
) -> None:
    play = at_summary(world)
    first = names(type_in(play, text, intent))
    assert first[-1].startswith("utter_confirm_")
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button", *first]
    heard = understood(play, "hvad koster det", "ask_price", 0.95)
    play.say(lambda b: messages.listen(b, heard.words, lambda c: steering.explain(c, "price")))
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button"]
    assert play.step is Step.SUMMARY


def test_once_something_was_changed_a_yes_is_a_yes_to_that(world: World) -> None:
    play = at_summary(world)
    type_in(play, "nej", "deny")
    type_in(play, "ring om aftenen", "give_best_time")
    assert names(type_in(play, "ja", "affirm"))[0] == "utter_filed"


def test_a_question_in_between_makes_nothing_clearer(world: World) -> None:
    play = at_summary(world)
    type_in(play, "nej tak", "deny")
    heard = understood(play, "hvad koster det", "ask_price", 0.95)
    play.say(lambda b: messages.listen(b, heard.words, lambda c: steering.explain(c, "price")))
    assert names(type_in(play, "ja", "affirm")) == ["utter_press_a_button"]


def test_a_yes_to_what_shall_be_corrected_does_not_send(world: World) -> None:
    play = at_summary(world)
    play.say(lambda b: messages.press(b, lambda c: answering.correct(c, None)))
    assert titles(type_in(play, "ja", "affirm")) == MEANT


@pytest.mark.parametrize("how", ["button", "ja", "send den"])
def test_what_was_put_aside_is_shown_again_before_it_is_sent(world: World, how: str) -> None:
    play = at_summary(world)
    play.say(steering.pause)
    said = play.send() if how == "button" else type_in(play, how, "affirm")
    assert names(said) == ["utter_press_a_button", "utter_ask_summary"]
    assert play.step is Step.SUMMARY
    assert not play.row.paused
    assert play.send()[0].response == "utter_filed"


@pytest.mark.parametrize("text", ["annullér kaffen", "slet kaffen", "cancel the coffee"])
@pytest.mark.parametrize("step", ["offer", "summary"])
def test_a_cancel_of_something_else_is_asked_about(world: World, step: str, text: str) -> None:
    play = Play(world)
    if step == "summary":
        play.to_summary()
    else:
        play.press(Step.STATUS, "daily")
    assert names(type_in(play, text, "cancel")) == ["utter_confirm_cancel"]
    assert play.encounter.ended is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hun vil ikke have tilbagemelding", "deny"),
        ("ingen tilbagemelding til afsnittet", "nlu_fallback"),
        ("hun trækker samtykket til tilbagemelding tilbage", "withdraw_consent"),
        ("samtykket til tilbagemelding skal være nej", "affirm"),
        ("hun vil gerne give tilbagemelding alligevel", "affirm"),
        ("no feedback to the ward", "out_of_scope"),
        ("cancel the feedback", "cancel"),
    ],
)
def test_the_consent_to_tell_the_ward_is_asked_again_where_it_is_named(
    world: World, text: str, intent: str
) -> None:
    play = at_summary(world, "yes")
    assert names(type_in(play, text, intent)) == ["utter_ask_consent_outcome"]
    assert play.encounter.get(Step.CONSENT_OUTCOME) == "yes"
    play.press(Step.CONSENT_OUTCOME, "no")
    assert play.encounter.get(Step.CONSENT_OUTCOME) == "no"
    assert play.step is Step.SUMMARY


def test_which_consent_is_taken_back_is_asked_where_there_are_two(world: World) -> None:
    play = at_summary(world, "yes")
    said = type_in(play, "hun trækker samtykket tilbage", "withdraw_consent")
    assert (names(said), titles(said)) == (
        ["utter_confirm_cancel"],
        ["Kun tilbagemelding til afsnittet"],
    )
    said = type_in(play, "nej kun tilbagemeldingen", "deny")
    assert names(said) == ["utter_ask_consent_outcome"]


def test_where_there_is_one_consent_none_is_to_be_chosen(world: World) -> None:
    said = type_in(at_summary(world), "hun trækker samtykket tilbage", "withdraw_consent")
    assert (names(said), titles(said)) == (["utter_confirm_cancel"], [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hun er lidt træt i dag", "hun er lidt træt i dag"),
        ("hun spurgte [[word:000000000000]] om det", "hun spurgte … om det"),
        ("she will think about the house", "she will think about the house"),
    ],
)
@pytest.mark.parametrize("step", ["consent_contact", "consent_outcome"])
def test_a_line_at_a_consent_that_is_not_understood_is_said_to_be_unused(
    world: World, step: str, text: str, told: str
) -> None:
    play = Play(world)
    play.to_consent()
    if step == "consent_outcome":
        play.press(Step.CONSENT_CONTACT, "yes")
    said = type_in(play, text, "affirm")
    assert names(said) == ["utter_not_used", "utter_press_consent_button", f"utter_ask_{step}"]
    assert said[0].values["words"] == told


def test_a_bare_yes_at_a_consent_is_only_told_to_press(world: World) -> None:
    play = Play(world)
    play.to_consent()
    assert names(type_in(play, "ja", "affirm"))[0] == "utter_press_consent_button"


@pytest.mark.parametrize("text", ["english", "English", "engelsk"])
def test_a_language_where_one_was_asked_for_is_the_patients(world: World, text: str) -> None:
    play = at_summary(world)
    play.correct("spoken_language")
    heard = understood(play, text, "change_wording_language", 0.95)
    said = play.say(
        lambda b: messages.listen(
            b, heard.words, lambda c: steering.change_wording_language(c, "en")
        )
    )
    assert names(said)[0] == "utter_noted"
    assert "utter_not_used" not in names(said)
    assert play.encounter.get(Step.SPOKEN_LANGUAGE) == "en"
    assert play.row.language == "da"


BESIDE = {
    "the same patient or the next": [("start forfra", "new_patient")],
    "a list of courses": [("find kursus", "ask_courses")],
    "one course": [("find kursus", "ask_courses"), ("det første", "show_course")],
    "the language of the bot": [("engelsk", "change_wording_language")],
    "an answer": [("hvad koster det", "ask_price")],
    "what is not understood": [("blip", "nlu_fallback")],
}
"""Words after which something else than the summary stands on the screen, or stands before it."""


@pytest.mark.parametrize("typed", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("yes", ["ja", "send den"])
def test_a_yes_that_may_be_about_what_was_said_beside_does_not_send(
    world: World, typed: list[tuple[str, str]], yes: str
) -> None:
    with world.database.write() as session:
        add_course(session)
    play = at_summary(world)
    for text, intent in typed:
        type_in(play, text, intent)
    assert "utter_filed" not in names(type_in(play, yes, "affirm"))
    assert play.step is Step.SUMMARY
    assert play.send()[0].response == "utter_filed"


def test_a_yes_sends_once_the_summary_alone_was_shown_again(world: World) -> None:
    play = at_summary(world)
    type_in(play, "vis opsummering", "show_summary")
    assert names(type_in(play, "ja", "affirm"))[0] == "utter_filed"


def test_a_yes_sends_after_a_correction_that_the_summary_shows(world: World) -> None:
    play = at_summary(world)
    type_in(play, "blip", "nlu_fallback")
    type_in(play, "ring om aftenen", "give_best_time")
    assert names(type_in(play, "ja", "affirm"))[0] == "utter_filed"
