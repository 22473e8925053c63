"""A question at the side is what is answered; a typed yes or no never reaches the step beneath."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.advice.encounter import Step
from referrals.bedside import asking_courses, booking, steering
from referrals.bedside.listening import messages, typed_answers
from referrals.courses.search import open_course
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.courses.coursework import keep
from tests.referrals.playing import Play, names

Ask = Callable[[World, Play], list[Say]]


def to_offer(play: Play) -> None:
    play.press(Step.STATUS, "daily")


def to_message(play: Play) -> None:
    play.to_contact()
    play.details(name="Zebulon Quistgaard", phone="20 66 77 88", postcode="2750")
    play.press(Step.MUNICIPALITY, "0151")
    play.press(Step.BEST_TIME, "evening")


WAYS = {"offer": to_offer, "leave_message": to_message, "summary": Play.to_summary}


def withdraw(world: World, play: Play) -> list[Say]:
    reference = Play(world).file(name="Xerxes Fugl", phone="21 66 77 88")
    return play.say(lambda b: steering.ask_withdrawal(b, reference))


def courses(world: World, play: Play) -> list[Say]:
    keep(world)
    keep(world)
    return play.say(lambda b: asking_courses.ask_courses(b, {}))


def times(_world: World, play: Play) -> list[Say]:
    return play.say(booking.offer_calls)


def partner(world: World, play: Play) -> list[Say]:
    course = keep(world, "0163", open_to="0151 0163")
    return play.say(lambda b: booking.hold_seat(b, open_course(b.session, course, b.now)))


AT_ANY_STEP: dict[str, Ask] = {"withdraw": withdraw, "courses": courses}
WITH_CONSENT: dict[str, Ask] = {"times": times, "partner": partner}
ASKED = [
    *((way, kind, ask) for way in WAYS for kind, ask in AT_ANY_STEP.items()),
    *(
        (way, kind, ask)
        for way in ("leave_message", "summary")
        for kind, ask in WITH_CONSENT.items()
    ),
]
YES = [
    "ja",
    "ja tak",
    "ja gerne",
    "ja det vil hun gerne",
    "ja hun er helt sikker",
    "ok",
    "yes please",
]
NO = ["nej", "nej tak", "nej det vil hun ikke", "ikke nu", "no thanks", "nej ikke i dag"]


def type_in(play: Play, text: str, intent: str, **entities: str) -> list[Say]:
    said = words(text, intent, entities)
    return play.say(lambda b: messages.listen(b, said, lambda c: typed_answers.tell(c, said)))


@pytest.mark.parametrize("text", YES)
@pytest.mark.parametrize(("way", "kind", "ask"), ASKED)
def test_a_yes_is_told_to_press_and_moves_nothing(
    world: World, way: str, kind: str, ask: Ask, text: str
) -> None:
    play = Play(world)
    WAYS[way](play)
    asked = ask(world, play)
    before = play.encounter
    said = type_in(play, text, "affirm")
    assert play.encounter == before
    if kind == "courses":  # at the offer it may be a yes to that: asked, with a button
        assert ("utter_check" if way == "offer" else "utter_courses_press") in names(said)
    else:
        assert any(each.startswith("utter_press") for each in names(said))
        assert names(said)[-1] == names(asked)[-1]


@pytest.mark.parametrize("text", NO)
@pytest.mark.parametrize(("way", "kind", "ask"), ASKED)
def test_a_no_leaves_the_question_and_asks_the_step_again(
    world: World, way: str, kind: str, ask: Ask, text: str
) -> None:
    play = Play(world)
    WAYS[way](play)
    ask(world, play)
    before = play.encounter
    said = type_in(play, text, "not_now" if text == "ikke nu" else "deny")
    assert play.encounter == before
    assert names(said)[-1] == f"utter_ask_{way}"
    assert ("utter_courses_left" in names(said)) is (kind == "courses")


LEAVES = ["ingen af dem", "ingen", "ikke nogen af dem", "none of them", "ingen passer"]


@pytest.mark.parametrize("text", LEAVES)
@pytest.mark.parametrize("intent", ["deny", "nlu_fallback", "does_not_use", "out_of_scope"])
def test_none_of_them_is_said_of_the_courses(world: World, text: str, intent: str) -> None:
    play = Play(world)
    to_offer(play)
    courses(world, play)
    assert names(type_in(play, text, intent)) == ["utter_courses_left", "utter_ask_offer"]


@pytest.mark.parametrize("intent", ["not_now", "deny", "affirm", "skip", "nlu_fallback"])
def test_later_in_march_is_another_question_about_courses(world: World, intent: str) -> None:
    play = Play(world)
    to_offer(play)
    courses(world, play)
    told = {"period": ["i marts"]}
    text = words("eller senere i marts", intent, {"period": "i marts"})
    said = play.say(
        lambda b: messages.listen(b, text, lambda c: asking_courses.follow_up(c, intent, told))
    )
    assert play.encounter.get(Step.OFFER) is None
    assert names(said)[0].startswith("utter_courses")


def test_what_else_was_said_is_told_as_not_used(world: World) -> None:
    play = Play(world)
    to_offer(play)
    withdraw(world, play)
    said = type_in(play, "ja, ring om aftenen", "affirm")
    assert names(said) == ["utter_not_used", "utter_press_a_button", "utter_confirm_withdrawal"]


def test_the_no_after_that_answers_the_step(world: World) -> None:
    play = Play(world)
    to_offer(play)
    courses(world, play)
    type_in(play, "nej tak", "deny")
    type_in(play, "nej tak", "deny")
    assert play.encounter.get(Step.OFFER) == "no"


def leave_open(bedside: Bedside, kind: str) -> list[Say]:
    bedside.asks_aside(kind, said=Say("utter_asked").to_json())
    return []


PIECES = st.sampled_from(
    ["ja", "nej", "tak", "hun", "vil", "gerne", "ikke", "alligevel", "ok", "send", "senere", "det"]
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=5),
    intent=st.sampled_from(["affirm", "deny", "not_now"]),
    ask=st.sampled_from([withdraw, courses]),
)
def test_no_yes_or_no_of_any_words_reaches_the_step_beneath(
    world: World, pieces: list[str], intent: str, ask: Ask
) -> None:
    play = Play(world)
    to_offer(play)
    play.say(lambda b: leave_open(b, ask.__name__))
    type_in(play, " ".join(pieces), intent)
    assert play.encounter.get(Step.OFFER) is None
