"""Where a phrase begins and ends: at a sign, behind small words, or where more is said."""

from __future__ import annotations

import pytest

from nlu.reading.fact import Fact, Reading
from tests.nlu.reading.saying import asserted


@pytest.mark.parametrize("stop", ["! ", ". ", "? "])
def test_a_no_behind_the_end_of_a_sentence_denies_nothing_before_it(stop: str) -> None:
    facts = {fact.split("~")[0] for fact in asserted(f"morning{stop}no afternoon")}
    assert "best_time=afternoon-" in facts
    assert "best_time=morning-" not in facts


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("no but she vapes", "answer=no"),
        ("no and she vapes", "answer=no"),
        ("no never", "answer=no"),
        ("no she vapes", "answer=no"),
        ("no tobacco", "smoking=none"),
        ("zyn", "product=pouches"),
        ("she wants to sit up", "referral=wants~hedge"),
        ("no I don't want that", "referral=wants-~hedge"),
        ("HUN RYGER DAGLIGT", "smoking=daily"),
        ("jooo", "answer=yes"),
    ],
)
def test_a_short_word_says_what_it_says_before_others(text: str, fact: str) -> None:
    assert fact in asserted(text)


def test_more_than_two_small_words_are_no_gap_of_a_phrase() -> None:
    assert "whole=yes" in asserted("ja, send den bare afsted")
    assert "whole=yes" not in asserted("ja, send den så bare afsted")


def test_a_reading_travels_as_lists() -> None:
    reading = Reading((Fact("answer", "yes", True, "patient", "stated", 0, 2),), ((3, 5),))
    assert reading.to_json() == {
        "facts": [["answer", "yes", True, "patient", "stated", 0, 2]],
        "unread": [[3, 5]],
    }
