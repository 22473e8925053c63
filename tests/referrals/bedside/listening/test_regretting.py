"""Words right after something was noted take all of it back, and only that, and say what it was."""

from __future__ import annotations

import itertools

import pytest

from referrals.advice.encounter import Step
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names

FACTS = {
    "ryger dagligt": (Step.STATUS, "daily"),
    "vil gerne henvises": (Step.OFFER, "yes"),
    "ring om aftenen": (Step.BEST_TIME, "evening"),
    "taler polsk": (Step.SPOKEN_LANGUAGE, "pl"),
    "læg gerne besked": (Step.LEAVE_MESSAGE, "yes"),
    "hun har hemmelig adresse": (Step.PROTECTED_ADDRESS, "yes"),
}
TAKES_BACK = [
    "fortryd",
    "fortryd det",
    "hov fortryd",
    "nej forkert",
    "nej det er forkert",
    "undo",
    "det var forkert patient, fortryd",
    "det er forkert",
    "slet det igen",
    "hov det var en fejl",
    "ups, det var den forkerte",
    "fortryd det hele",
    "sorry wrong patient",
]


def type_in(play: Play, text: str, intent: str = "nlu_fallback") -> list[Say]:
    return play.type(words(text, intent))


def lines() -> list[tuple[str, ...]]:
    """Give each two and three of the facts that begin with the status."""
    first, *others = FACTS
    several = (itertools.combinations(others, size) for size in (1, 2))
    return [(first, *rest) for rest in itertools.chain(*several)]


@pytest.mark.parametrize("told", lines(), ids=" · ".join)
def test_one_word_takes_the_whole_line_back_and_says_all_of_it(
    world: World, told: tuple[str, ...]
) -> None:
    play = Play(world)
    noted = type_in(play, ", ".join(told), "smokes_daily")[0].values["noted"]
    said = type_in(play, "fortryd", "undo_referral")
    assert play.encounter.answers == {}
    assert said[0] == Say("utter_taken_back", {"noted": noted})


@pytest.mark.parametrize("intent", ["undo_referral", "go_back", "deny", "cancel", "correct_detail"])
@pytest.mark.parametrize("text", TAKES_BACK)
def test_many_words_take_back_whatever_the_message_is_taken_for(
    world: World, text: str, intent: str
) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    type_in(play, "ja tak, ring om aftenen, læg gerne besked", "affirm")
    said = type_in(play, text, intent)
    assert dict(play.encounter.answers) == {Step.STATUS: "daily"}
    assert names(said) == ["utter_taken_back", "utter_ask_offer"]


@pytest.mark.parametrize(
    "text", ["hun siger nej", "hun siger send ikke", "nej nummeret er forkert", "send ikke", "vent"]
)
def test_a_no_that_somebody_says_of_something_takes_nothing_back(world: World, text: str) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, "hun har hemmelig adresse", "out_of_scope")
    type_in(play, text, "deny")
    assert play.encounter.get(Step.PROTECTED_ADDRESS) == "yes"


def test_what_stands_again_is_said(world: World) -> None:
    play = Play(world)
    play.to_summary()
    type_in(play, "ring om aftenen", "give_best_time")
    said = type_in(play, "nej", "deny")
    what = "ring om aftenen (nu igen: bedste tid at ringe: ikke spurgt)"
    assert said[0].values["noted"] == what


def test_what_is_told_beside_stands_instead(world: World) -> None:
    play = Play(world)
    type_in(play, "ryger dagligt og vil gerne henvises", "smokes_daily")
    said = type_in(play, "fortryd, hun ryger kun til fest", "smokes_occasionally")
    assert [(each.response, each.values.get("noted")) for each in said[:2]] == [
        ("utter_taken_back", "ryger dagligt · vil henvises"),
        ("utter_noted", "ryger lejlighedsvist"),
    ]
    assert dict(play.encounter.answers) == {Step.STATUS: "occasional"}


@pytest.mark.parametrize(
    ("first", "then", "step", "value"),
    [
        ("om aftenen", "nej om morgenen", Step.BEST_TIME, "morning"),
        ("om aftenen", "nej, om eftermiddagen", Step.BEST_TIME, "afternoon"),
        ("om aftenen, taler polsk", "nej taler tyrkisk", Step.SPOKEN_LANGUAGE, "tr"),
    ],
)
def test_the_no_of_a_correction_answers_no_question(
    world: World, first: str, then: str, step: Step, value: str
) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name="Zebulon Quistgaard", phone="20 66 77 88", postcode="2750")
    play.press(Step.MUNICIPALITY, "0151")
    type_in(play, first, "give_best_time")
    type_in(play, then, "deny")
    assert play.encounter.get(step) == value
    assert play.encounter.get(Step.LEAVE_MESSAGE) is None
    assert play.encounter.get(Step.INTERPRETER) is None


def test_nothing_is_taken_back_a_message_later(world: World) -> None:
    play = Play(world)
    type_in(play, "ryger dagligt", "smokes_daily")
    type_in(play, "bla bla", "out_of_scope")
    type_in(play, "fortryd", "nlu_fallback")
    assert play.encounter.get(Step.STATUS) == "daily"


@pytest.mark.parametrize(
    "text", ["hendes mand ryger 20 om dagen", "konen ryger ikke", "sønnen damper hver dag"]
)
@pytest.mark.parametrize(("answer", "intent"), [("nej", "deny"), ("nej hun selv", "deny")])
def test_a_bare_no_behind_words_about_somebody_else_is_asked_about(
    world: World, text: str, answer: str, intent: str
) -> None:
    play = Play(world)
    type_in(play, text, "smokes_daily")
    said = type_in(play, answer, intent)
    assert play.encounter.answers == {}
    assert names(said) == ["utter_check"]


def test_a_bare_yes_behind_a_relatives_yes_is_asked_about(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    type_in(play, "konen siger ja", "affirm")
    assert names(type_in(play, "ja", "affirm")) == ["utter_check"]
    assert play.encounter.get(Step.OFFER) is None


def test_a_no_behind_a_plain_answer_is_about_what_is_asked_now(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.correct(Step.LEAVE_MESSAGE)
    type_in(play, "ja", "affirm")
    kept = play.encounter.get(Step.LEAVE_MESSAGE)
    type_in(play, "nej", "deny")
    assert play.encounter.get(Step.LEAVE_MESSAGE) == kept == "yes"
