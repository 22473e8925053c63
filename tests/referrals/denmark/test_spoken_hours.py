"""Parts of the day that hours reach into, and what of a time nobody keeps."""

from __future__ import annotations

import pytest

from referrals.denmark.spoken_hours import days_left_out, hours_named, parts_of


@pytest.mark.parametrize(
    ("every", "parts"),
    [
        ({"clock": ["08:00-16:00"]}, ["morning", "afternoon"]),
        ({"clock": ["08:00-12:00"]}, ["morning"]),
        ({"clock": ["17:00-"]}, ["evening"]),
        ({"clock": ["11:00-13:00"]}, ["morning", "afternoon"]),
        ({"unread": ["kl 8-10", "14-16"]}, ["morning", "afternoon"]),
        ({"unread": ["2027"], "clock": []}, []),
        ({}, []),
    ],
)
def test_hours_reach_into_parts_of_the_day(every: dict[str, list[str]], parts: list[str]) -> None:
    assert parts_of(every) == parts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("eftermiddag men ikke tirsdag", ["men ikke tirsdag"]),
        ("efter kl 17 dog ikke fredag", ["dog ikke fredag"]),
        ("mandag formiddag eller onsdag aften", ["mandag", "onsdag"]),
        ("aften, ikke i weekenden", ["ikke i weekenden"]),
        ("tirsdag og torsdag efter 16", ["tirsdag og torsdag"]),
        ("tirsdagsformiddag", ["tirsdags"]),
        ("ikke før kl 10", ["ikke før kl 10"]),
        ("hver mandag kl 10", ["hver mandag"]),
        ("not on tuesdays, afternoon", ["not on tuesdays"]),
        ("om aftenen", []),
        ("kl 8-10", []),
    ],
)
def test_days_and_hours_that_are_ruled_out_are_kept_by_nobody(text: str, left: list[str]) -> None:
    assert days_left_out(text) == left


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("ring kl 8-10 eller 14-16", ["kl 8-10 eller 14-16"]),
        ("ring kl. 9 eller kl. 19", ["kl. 9 eller kl. 19"]),
        ("om aftenen", []),
    ],
)
def test_hours_are_quoted(text: str, hours: list[str]) -> None:
    assert hours_named(text) == hours
