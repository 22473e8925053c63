"""The use told once more, when details are asked for: asked, with a button that puts it right."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.bedside.listening import messages
from referrals.bedside.listening.restated_use import choose
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    return play.type(words(text, intent))


def at_summary(world: World) -> Play:
    play = Play(world)
    play.to_summary()
    return play


def tap(play: Play, step: Step, value: str) -> list[Say]:
    return play.say(lambda b: messages.press(b, lambda c: choose(c, step, value)))


@pytest.mark.parametrize(
    ("text", "intent", "title"),
    [
        ("hun ryger faktisk kun til fest", "smokes_occasionally", "Ryger lejlighedsvist"),
        (
            "ryger lejlighedsvist i stedet for dagligt",
            "smokes_occasionally",
            "Ryger lejlighedsvist",
        ),
        ("hun ryger ikke dagligt", "smokes_occasionally", "Ryger lejlighedsvist"),
        ("she only smokes at parties", "smokes_occasionally", "Ryger lejlighedsvist"),
        ("han er holdt op", "stopped_smoking", "Eksryger"),
        ("han har aldrig røget", "never_smoked", "Har aldrig røget"),
        ("hun bruger også snus", "uses_other_product", "Ryger dagligt · bruger cigaretter, snus"),
        ("20 om dagen og snus", "smokes_daily", "Ryger dagligt · bruger cigaretter, snus"),
    ],
)
def test_another_use_is_asked_about_with_the_likely_one_as_a_button(
    world: World, text: str, intent: str, title: str
) -> None:
    play = at_summary(world)
    before = play.encounter
    [asked] = type_in(play, text, intent)
    assert asked.response == "utter_confirm_use"
    assert asked.buttons[0].title == title
    assert play.encounter == before


@pytest.mark.parametrize("how", ["tap", "ja"])
def test_what_was_asked_about_is_put_right(world: World, how: str) -> None:
    play = at_summary(world)
    type_in(play, "hun ryger faktisk kun til fest", "smokes_occasionally")
    said = tap(play, Step.STATUS, "occasional") if how == "tap" else type_in(play, "ja", "affirm")
    assert names(said) == ["utter_noted", "utter_ask_summary"]
    assert said[0].values["noted"] == "ryger lejlighedsvist (før: ryger dagligt)"
    assert play.encounter.get(Step.STATUS) == "occasional"


def test_what_falls_with_the_use_is_said(world: World) -> None:
    play = at_summary(world)
    type_in(play, "hun bruger også snus", "uses_other_product")
    tap(play, Step.PRODUCT, "cigarettes+snus")
    assert play.encounter.get(Step.PRODUCT) == "cigarettes+snus"
    [asked] = type_in(play, "hun ryger kun til fest", "smokes_occasionally")
    assert "gælder ikke mere: bruger cigaretter, snus" in asked.values["what"]


def test_a_question_that_is_open_stays_open(world: World) -> None:
    play = at_summary(world)
    play.correct("best_time")
    type_in(play, "hun ryger kun til fest", "smokes_occasionally")
    tap(play, Step.STATUS, "occasional")
    assert play.step is Step.BEST_TIME


def test_a_detail_beside_it_is_noted(world: World) -> None:
    play = at_summary(world)
    said = type_in(play, "hun ryger kun til fest, ring om aftenen", "smokes_occasionally")
    assert names(said) == ["utter_noted", "utter_confirm_use"]
    assert play.encounter.get(Step.BEST_TIME) == "evening"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("hendes mand ryger 20 om dagen", "smokes_daily"), ("ryger hun?", "smokes_daily")),
        *(("ret rygestatus", "correct_detail"), ("rygestatus er forkert", "correct_detail")),
        *(("tidligere", "stopped_smoking"), ("konen siger han ryger til fest", "smokes_daily")),
    ],
)
def test_what_is_not_told_of_the_patient_asks_nothing(world: World, text: str, intent: str) -> None:
    assert "utter_confirm_use" not in names(type_in(at_summary(world), text, intent))


def test_the_same_use_once_more_changes_nothing(world: World) -> None:
    said = type_in(at_summary(world), "hun ryger dagligt", "smokes_daily")
    assert names(said) == ["utter_nothing_new", "utter_ask_summary"]


def test_nothing_is_sent_while_it_is_asked(world: World) -> None:
    play = at_summary(world)
    type_in(play, "hun ryger faktisk kun til fest", "smokes_occasionally")
    said = type_in(play, "send den", "affirm")
    assert names(said) == ["utter_press_a_button", "utter_confirm_use"]
    send = answering.Pressed(Step.SUMMARY, "send")
    said = play.say(lambda b: messages.press(b, lambda c: answering.press(c, send)))
    assert names(said) == ["utter_press_a_button", "utter_confirm_use"]
    assert play.step is Step.SUMMARY


def test_a_button_of_another_question_is_none_of_this_one(world: World) -> None:
    play = at_summary(world)
    assert tap(play, Step.STATUS, "occasional") == []
    type_in(play, "hun ryger faktisk kun til fest", "smokes_occasionally")
    assert tap(play, Step.STATUS, "never") == []
