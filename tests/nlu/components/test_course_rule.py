"""What is read without learning: that a message asks for courses, its hours, its postcodes."""

from __future__ import annotations

import pytest

from nlu.components.course_rule import CourseRule
from nlu.entities.clock_hours import find_hours
from nlu.entities.entities import EntityFinder
from nlu.entities.postcodes import find_postcodes
from nlu.text.normalise import fold

FINDER, RULE = EntityFinder(), CourseRule()


def asks(text: str) -> bool:
    return RULE.asks(text, [(one.entity, one.start, one.end) for one in FINDER.find(text)])


@pytest.mark.parametrize(
    "text",
    ["hold fra 12/1", "hold til vinter", "fyraftenshold", "noget efter arbejde", "Hold d. 5. feb?",
     "er der noget på fredag i Herlev", "hold men ikke i december", "rygestop i uge 3 eller 4",
     "courses between 4 and 6 pm", "is there anything in January?", "hold den 31. februar"],
)  # fmt: skip
def test_a_word_for_courses_with_a_time_and_nothing_else_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    ["", "hold", "i januar", "mandag aften", "hold i Herlev", "hold en plads på mandagsholdet",
     "hold pause til i morgen", "book hold på fredag", "hun vil hellere begynde efter nytår",
     "ring efter kl 17", "ja", "udskrives på fredag"],
)  # fmt: skip
def test_anything_more_or_less_is_left_to_the_classifier(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mellem 16 og 18", "16:00-18:00"),
        ("kl. 16.30 til 18", "16:30-18:00"),
        ("between 4 and 6 pm", "16:00-18:00"),
        ("from 9 to 11 am", "09:00-11:00"),
        ("efter 1630", "16:30-"),
        ("after 5", "17:00-"),
        ("kl 17 eller senere", "17:00-"),
        ("før kl. 10", "-10:00"),
        ("before 3 o'clock", "-15:00"),
        ("ikke før kl 16", "16:00-"),
        ("ikke efter 18", "-18:00"),
    ],
)
def test_hours_are_found(text: str, value: str) -> None:
    assert [hours.value for hours in find_hours(fold(text))] == [value]


@pytest.mark.parametrize(
    "text",
    ["kl 18", "unge 16-18 år", "ryger 10-20 om dagen", "ryger 15-20 cigaretter", "efter 2 uger",
     "efter 12 januar", "mellem 18 og 16", "han er fra 1620", "uge 2-4", "20 66 77 88"],
)  # fmt: skip
def test_other_numbers_are_no_hours(text: str) -> None:
    assert list(find_hours(fold(text))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hold i 2730", ["2730"]),
        ("bor på 2000 Frederiksberg", ["2000"]),
        ("postnr er 1950", ["1950"]),
        ("2000", ["2000"]),
        ("2730 eller 2750", ["2730", "2750"]),
        ("kl 1630", []),
        ("klokken 1200", []),
        ("mellem 1600 og 1800", []),
        ("efter 1630", []),
        ("siden 1995", []),
        ("stoppede i 2015", []),
        ("hold i 2027", []),
        ("5. januar 2027", []),
        ("1500 kr", []),
    ],
)
def test_four_digits_are_a_postcode_unless_they_are_a_time(text: str, found: list[str]) -> None:
    assert [match[1] for match in find_postcodes(fold(text))] == found
