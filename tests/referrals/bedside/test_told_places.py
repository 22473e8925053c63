"""A place that is told says where the patient lives, or is asked about, or told as not used."""

from __future__ import annotations

from functools import cache

import pytest

from actions.bedside_action import Heard
from actions.courses import AskCoursesAction
from nlu.entities.entities import EntityFinder
from referrals.advice.encounter import Step
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.details.typed import shown, type_text
from tests.referrals.playing import Play, names

GIVES, UNCLEAR = "give_contact_details", "nlu_fallback"
NOT_USED = ["utter_not_used", "utter_ask_municipality"]


@cache
def finder() -> EntityFinder:
    return EntityFinder()


def entities(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entity in finder().find(text):
        found.setdefault(entity.entity, entity.value)
    return found


def tell(play: Play, text: str, intent: str = GIVES) -> list[Say]:
    return type_text(play, text, intent, **entities(text))


def at_postcode(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    type_text(play, "Zebulon Quistgaard, 20667788")
    assert play.step is Step.POSTCODE
    return play


def at_municipality(world: World, postcode: str = "2750") -> Play:
    play = at_postcode(world)
    type_text(play, postcode)
    assert play.step is Step.MUNICIPALITY
    return play


@pytest.mark.parametrize("intent", [GIVES, UNCLEAR])
@pytest.mark.parametrize(
    "text",
    [
        "Han boede i Ballerup før",
        "tidligere Ballerup",
        "flyttet fra Ballerup",
        "født i Ballerup",
        "Moren bor i Egedal",
        "datteren bor i Ballerup",
        "Ballerup Boldklub",
        "han spiller i Ballerup Boldklub",
        "Ballerup bibliotek",
        "ballerup eller egedal",
    ],
)
def test_where_the_patient_does_not_live_is_told_as_not_used(
    world: World, text: str, intent: str
) -> None:
    play = at_municipality(world)
    said = names(tell(play, text, intent))
    assert [said[0], said[-1]] == NOT_USED
    assert play.encounter.get(Step.MUNICIPALITY) is None


@pytest.mark.parametrize("intent", [GIVES, UNCLEAR])
@pytest.mark.parametrize(
    "text",
    [
        "Egedal",
        "bor i Egedal",
        "egedal kommune",
        "hun bor hos sin datter i Egedal",
        "boede i Ballerup men bor nu i Egedal",
        "flyttet fra Ballerup til Egedal",
        "moren bor i Ballerup, hun bor i Egedal",
    ],
)
def test_where_the_patient_lives_is_taken_beside_other_places(
    world: World, text: str, intent: str
) -> None:
    play = at_municipality(world)
    tell(play, text, intent)
    assert play.encounter.get(Step.MUNICIPALITY) == "0240"


@pytest.mark.parametrize("intent", [GIVES, UNCLEAR])
@pytest.mark.parametrize("text", ["Herlev", "hun bor i Herlev", "herlev kommune"])
def test_a_municipality_that_the_postcode_has_no_part_of_is_asked_about(
    world: World, text: str, intent: str
) -> None:
    play = at_municipality(world)
    said = tell(play, text, intent)
    assert names(said) == ["utter_check"]
    assert play.encounter.get(Step.MUNICIPALITY) is None
    play.press(Step.MUNICIPALITY, "0163")
    assert play.encounter.get(Step.MUNICIPALITY) == "0163"


def test_a_town_that_lies_in_two_municipalities_chooses_none(world: World) -> None:
    play = at_municipality(world, "2840")
    assert names(tell(play, "holte")) == NOT_USED
    assert play.encounter.get(Step.MUNICIPALITY) is None


@pytest.mark.parametrize("text", ["bor 2740 skovlunde", "hun bor på 2740 Skovlunde"])
def test_the_town_behind_a_postcode_is_no_municipality(world: World, text: str) -> None:
    play = at_postcode(world)
    said = tell(play, text)
    assert names(said) == ["utter_noted", "utter_ask_municipality"]
    assert play.encounter.get(Step.POSTCODE) == "2740"
    assert play.encounter.get(Step.MUNICIPALITY) is None


def test_another_place_behind_the_postcode_is_asked_about(world: World) -> None:
    play = at_postcode(world)
    said = tell(play, "2750 herlev")
    assert names(said) == ["utter_noted", "utter_check"]
    assert play.encounter.get(Step.POSTCODE) == "2750"
    assert play.encounter.get(Step.MUNICIPALITY) is None


@pytest.mark.parametrize(
    "text",
    ["moren bor i 2730 Herlev", "datteren bor 2730", "han boede på 2750 før", "tidligere 2750"],
)
def test_the_postcode_of_somebody_else_or_of_the_past_is_not_the_patients(
    world: World, text: str
) -> None:
    play = at_postcode(world)
    assert names(tell(play, text)) == ["utter_not_used", "utter_ask_postcode"]
    assert play.encounter.get(Step.POSTCODE) is None


@pytest.mark.parametrize("text", ["hun bor i Herlev", "Moren bor i Herlev"])
def test_a_place_at_the_summary_is_told_as_not_used(world: World, text: str) -> None:
    play = Play(world)
    play.to_summary()
    assert names(tell(play, text)) == ["utter_not_used", "utter_ask_summary"]
    assert play.encounter.get(Step.MUNICIPALITY) == "0151"


@pytest.mark.parametrize(
    ("text", "home", "left_out"),
    [
        ("hun bor i Herlev, er der hold", "0163", ""),
        ("datteren bor i Herlev, er der hold", None, "datteren bor i Herlev"),
        ("han boede i Herlev før, er der hold", None, "boede i Herlev"),
    ],
)
def test_a_question_about_courses_knows_whose_home_is_told(
    world: World, text: str, home: str | None, left_out: str
) -> None:
    play = Play(world)
    every: dict[str, list[str]] = {}
    for entity in finder().find(text):
        every.setdefault(entity.entity, []).append(entity.value)
    told = {kind: values[0] for kind, values in every.items()}
    facts = words(text, "ask_courses").facts
    play.receive("m-courses")
    said = AskCoursesAction(world.encounters).apply(
        Heard(
            play.id, "m-courses", "ask_courses", told, every, text=text, facts=facts, confidence=1
        )
    )
    asked = (play.row.course_question or {})["conditions"]
    assert asked.get("home") == home
    assert "places" not in asked
    assert shown(play, said[:1]) == left_out
