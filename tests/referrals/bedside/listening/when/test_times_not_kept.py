"""Times to call at the bedside: what is kept, what is said not to be; they are no courses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from nlu.entities.entities import EntityFinder
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.bedside import asking_courses
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.nlu.typed.reaching import reach
from tests.referrals.courses.coursework import keep
from tests.referrals.playing import Play, names

_FINDER = EntityFinder()
_DAYS = ("weekday", "period", "not_period")


def at(world: World, step: Step) -> Play:
    nurse = world.staff("demo-nurse")
    return Play(world, id=reach(world, nurse, step.value, "da", 1))


def as_read(text: str, intent: str) -> Words:
    """Give words with what the engine finds in them."""
    every: dict[str, list[str]] = {}
    found = _FINDER.find(text)
    for one in found:
        every.setdefault(one.entity, []).append(one.value)
    days = tuple((one.start, one.end) for one in found if one.entity in _DAYS)
    first = {name: values[0] for name, values in every.items()}
    return replace(words(text, intent, first), every=every, days=days)


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    return play.type(as_read(text, intent))


def unused(said: list[Say]) -> list[str]:
    told = [each.values["words"] for each in said if each.response == "utter_not_used"]
    return [part for each in told for part in re.split(r", (?!ikke)", each)]


@pytest.mark.parametrize(
    ("text", "part", "left"),
    [
        ("før kl 12", "morning", []),
        ("ikke efter 12", "morning", []),
        ("efter kl 16", "afternoon", ["efter kl 16"]),
        ("halv fem", "afternoon", ["halv fem"]),
        ("not before noon", "afternoon", []),
        ("efter kl 17 og kun hverdage", "evening", ["kun hverdage"]),
        ("om aftenen efter nytår", "evening", ["efter nytår"]),
        ("om formiddagen, men ikke i morgen", "morning", ["men ikke i morgen"]),
        ("mellem 12 og 14 på hverdage", "afternoon", ["mellem 12 og 14 på hverdage"]),
        ("tirs el tors fm", "morning", ["tirs el tors"]),
    ],
)
def test_the_part_of_the_day_is_kept_and_the_rest_is_said(
    world: World, text: str, part: str, left: list[str]
) -> None:
    play = at(world, Step.BEST_TIME)
    said = type_in(play, text, "give_best_time")
    assert play.encounter.get(Step.BEST_TIME) == part
    assert unused(said) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ikke mellem 12 og 13", "ikke mellem 12 og 13"),
        ("ikke for tidligt", "ikke for tidligt"),
        ("aldrig om aftenen", "aldrig om aftenen"),
        ("alt andet end formiddag", "alt andet end formiddag"),
        ("om formiddagen sover hun", "om formiddagen sover hun"),
        ("kun hvis de ringer efter 17", "kun hvis de ringer efter 17"),
        ("ring ikke om mandage", "ring ikke om mandage"),
        ("ring i næste uge", "ring i næste uge"),
        ("don't call on mondays", "don't call on mondays"),
    ],
)
def test_what_names_no_part_is_said_whole_and_nothing_is_noted(
    world: World, text: str, left: str
) -> None:
    play = at(world, Step.BEST_TIME)
    said = type_in(play, text, "give_best_time")
    assert play.encounter.get(Step.BEST_TIME) is None
    assert unused(said) == [left]


@pytest.mark.parametrize("text", ["før kl 16", "ikke før 10", "before 9 or after 4", "middag"])
def test_hours_of_two_parts_are_asked_about(world: World, text: str) -> None:
    play = at(world, Step.BEST_TIME)
    said = type_in(play, text, "give_best_time")
    assert play.encounter.get(Step.BEST_TIME) is None
    assert said[-1].response == "utter_check"
    assert len(said[-1].buttons) == len(("morning", "afternoon", "something else"))


@pytest.mark.parametrize("intent", ["ask_courses", "refine_courses"])
@pytest.mark.parametrize(
    "text",
    [
        *("ikke mandag", "helst ikke om fredagen", "efter 1. januar", "kun i weekenden"),
        *("not on weekdays", "any time after 5", "ikke om onsdagen", "hellere om eftermiddagen"),
    ],
)
def test_a_time_without_a_course_is_no_question_about_courses(
    world: World, text: str, intent: str
) -> None:
    keep(world)
    play = at(world, Step.BEST_TIME)
    said = type_in(play, text, intent)
    assert not [name for name in names(said) if name.startswith("utter_course")]
    assert play.row.course_question is None


def test_a_time_at_the_summary_is_noted(world: World) -> None:
    play = at(world, Step.SUMMARY)
    type_in(play, "hellere om eftermiddagen", "refine_courses")
    assert play.encounter.get(Step.BEST_TIME) == "afternoon"


def test_a_day_that_nobody_goes_home_on_is_not_noted_and_said(world: World) -> None:
    play = at(world, Step.SUMMARY)
    said = type_in(play, "skal ikke udskrives på fredag", "refine_courses")
    assert unused(said) == ["skal ikke udskrives på fredag"]
    assert play.encounter.get(Step.DISCHARGE_DATE) is None


@pytest.mark.parametrize(
    ("text", "step", "value"),
    [
        ("dansk", "spoken_language", "da"),
        ("hun taler polsk", "spoken_language", "pl"),
        ("ring om aftenen", "best_time", "evening"),
    ],
)
def test_what_only_a_patient_is_told_of_is_the_patients_while_a_list_is_open(
    world: World, text: str, step: str, value: str
) -> None:
    keep(world)
    play = at(world, Step.BEST_TIME)
    list_courses(play)
    type_in(play, text, "refine_courses")
    assert play.encounter.get(Step(step)) == value


@pytest.mark.parametrize(
    "text", ["luk", "videre", "ingen af dem", "nok", "done", "back to the patient"]
)
def test_a_list_is_left_by_a_word(world: World, text: str) -> None:
    keep(world)
    play = at(world, Step.BEST_TIME)
    list_courses(play)
    said = type_in(play, text, "cancel")
    assert names(said)[0] == "utter_courses_left"
    assert names(type_in(play, "tirsdag", "give_best_time"))[0] == "utter_which_time_of_day"


def list_courses(play: Play) -> None:
    told = as_read("hold i ballerup", "ask_courses").every
    play.say(lambda bedside: asking_courses.ask_courses(bedside, told))
