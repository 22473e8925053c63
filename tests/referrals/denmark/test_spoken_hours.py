"""What of a time nobody keeps: days in full, hours that a part of the day is wider than."""

from __future__ import annotations

import pytest

from referrals.denmark.spoken_hours import keeps, phrases, weekdays_named


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("eftermiddag men ikke tirsdag", ["men ikke tirsdag"]),
        ("efter kl 17 dog ikke fredag", ["dog ikke fredag"]),
        ("mandag formiddag eller onsdag aften", ["mandag", "onsdag"]),
        ("aften, ikke i weekenden", ["ikke i weekenden"]),
        ("når som helst men helst ikke tirsdag", ["men helst ikke tirsdag"]),
        ("tirsdag og torsdag efter 16", ["tirsdag og torsdag"]),
        ("tirsdagsformiddag", ["tirsdags"]),
        ("hver mandag kl 10", ["hver mandag"]),
        ("om mandagen kan hun ikke, ellers altid", ["om mandagen kan hun ikke"]),
        ("not on tuesdays, afternoon", ["not on tuesdays"]),
        ("om aftenen", []),
    ],
)
def test_days_are_quoted_with_what_is_said_of_them(text: str, left: list[str]) -> None:
    assert [text[slice(*span)] for span in phrases(text, weekdays_named(text))] == left


@pytest.mark.parametrize(
    ("part", "hours", "kept"),
    [
        ("morning", "-12:00", True),
        ("morning", "-16:00", True),
        ("morning", "-10:00", False),
        ("morning", "10:00-", False),
        ("afternoon", "12:00-", True),
        ("afternoon", "16:00-", False),
        ("afternoon", "15:00-15:01", False),
        ("evening", "17:00-", True),
        ("any", "08:00-", False),
    ],
)
def test_a_part_of_the_day_keeps_hours_that_it_lies_in(part: str, hours: str, kept: bool) -> None:  # noqa: FBT001
    assert keeps(part, hours) is kept
