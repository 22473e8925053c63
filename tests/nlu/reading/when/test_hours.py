"""Which part of the day hours mean as a time to call: a bound is never its opposite."""

from __future__ import annotations

import pytest

from nlu.reading.fact import HEDGE, STATED
from tests.nlu.reading.saying import reader

BOTH = {"morning", "afternoon"}


def parts(text: str, certainty: str = STATED, *, polarity: bool = True) -> set[str]:
    return {
        fact.value
        for fact in reader().read(text).facts
        if fact.kind == "best_time" and fact.certainty == certainty and fact.polarity is polarity
    }


@pytest.mark.parametrize(
    ("text", "part"),
    [
        *((text, "morning") for text in ("før kl 12", "inden 9", "ikke efter 12", "until 12")),
        *((text, "morning") for text in ("senest kl 10", "before noon", "not after noon", "fm")),
        *((text, "morning") for text in ("mellem ti og tolv", "8-9", "klokken ti", "by 11 am")),
        *((text, "morning") for text in ("ved 10-tiden", "ikke efter frokost", "kvart i ni")),
        *((text, "afternoon") for text in ("efter kl 16", "ikke før 14", "not before noon")),
        *((text, "afternoon") for text in ("halv fem", "kl halv 3", "half past four", "eft.m")),
        *((text, "afternoon") for text in ("ikke før middag", "mellem 12 og 14 på hverdage")),
        *((text, "afternoon") for text in ("ring kl 15 til datteren", "12.30", "2 pm", "em")),
        *((text, "afternoon") for text in ("ring efter 14 og før 17", "kl 5 om eftermiddagen")),
        *((text, "evening") for text in ("tidligst kl 18", "efter fem", "not before 5 pm")),
        *(
            (text, "evening")
            for text in ("når som helst efter kl 17", "any time after 5", "om aft")
        ),
        *((text, "evening") for text in ("halv syv", "ring efter kl. 19.")),
    ],
)
def test_hours_that_fit_one_part_of_the_day_are_that_part(text: str, part: str) -> None:
    assert parts(text) == {part}


@pytest.mark.parametrize(
    "text",
    [
        *("før kl 16", "ikke før 10", "not before 10", "ikke efter 15", "tidligst kl 9"),
        *("mellem 8 og 16", "middag", "ved middagstid", "around noon", "i dagtimerne"),
    ],
)
def test_hours_that_reach_into_two_parts_are_asked_about(text: str) -> None:
    assert parts(text) == set()
    assert parts(text, HEDGE) == BOTH


@pytest.mark.parametrize(
    "text", ["before 9 or after 4", "kl 9 eller kl 15", "inden 10 eller efter 13"]
)
def test_two_bounds_are_two_times(text: str) -> None:
    assert parts(text) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        *("ikke mellem 12 og 13", "ikke kl 12", "not at lunch", "hun arbejder til kl 15"),
        *("hun kan ikke tage telefonen før 15", "ring ikke kl 14", "ikke for tidligt"),
        *("not too early", "er på arbejde fra 8 til 16", "undtagen mellem 13 og 15"),
    ],
)
def test_hours_that_are_ruled_out_are_no_time_to_call(text: str) -> None:
    assert parts(text) | parts(text, HEDGE) == set()


@pytest.mark.parametrize(
    "text",
    [
        *("ryger efter kl 16", "udskrives kl 14", "efter to uger", "5 cigaretter efter 18"),
        *("after 20 [[word:0123456789ab]]", "mellem to og tre cigaretter om dagen"),
    ],
)
def test_hours_of_something_else_are_no_time_to_call(text: str) -> None:
    assert not [fact for fact in reader().read(text).facts if fact.kind == "best_time"]


def test_a_condition_is_no_time_that_stands() -> None:
    assert parts("kun hvis de ringer efter 17", "condition") == {"evening"}
