"""What a message says on the face of it."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import Fact, Words
from referrals.advice.witness import (
    bare_answer,
    can_be_asked,
    is_no_alone,
    names_use,
    says_cancel,
)
from tests.nlu.reading.saying import words


def with_fact(text: str, intent: str, kind: str, value: str = "") -> Words:
    """Give words with one more fact beside those that are read in them."""
    read = words(text, intent)
    more = Fact(kind, value, True, "patient", "stated", 0, len(text))
    return Words(intent, (*read.facts, more), {}, read.confidence, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("annuller", True),
        ("hun vil gerne annullere det hele", True),
        ("annuller ikke", False),
        ("send den ikke endnu", False),
        ("skal vi annullere?", False),
        ("hun ryger", False),
        ("vent", False),
    ],
)
def test_to_cancel_is_said_where_nothing_denies_or_delays_it(
    text: str,
    said: bool,  # noqa: FBT001
) -> None:
    assert says_cancel(words(text, "cancel")) is said


@pytest.mark.parametrize(
    "text",
    [
        *("nej", "nej vent", "no", "nej nej", "slet ikke", "nej det går ikke", "nej ikke nu"),
        *("nej det er forkert", "nej det var forkert", "ikke det, vent"),
    ],
)
def test_a_no_that_does_not_say_what_is_wrong_is_one_alone(text: str) -> None:
    assert is_no_alone(words(text, "deny"))


@pytest.mark.parametrize(
    "text",
    [
        *("ja", "nej hun ryger", "nej hun hedder [[name:0123456789ab]]", "vent", "nej, polsk"),
        *("nej, telefonen er forkert", "vent ikke", "hun ikke, vent", "nej fortryd"),
    ],
)
def test_a_no_with_something_beside_it_is_not(text: str) -> None:
    assert not is_no_alone(words(text, "deny"))


def test_a_word_that_is_not_known_leaves_a_no_alone() -> None:
    assert is_no_alone(with_fact("nej", "deny", "nearly_plain"))


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("ja", "affirm", "yes"),
        ("ja ja", "greet", "yes"),
        ("nej nej", "affirm", "no"),
        ("ja, ingen af dem", "affirm", "yes"),
        ("ingen af dem", "deny", "no"),
        ("ja send den", "affirm", "yes"),
        ("ok", "affirm", "yes"),
        ("ja om aftenen", "affirm", ""),
        ("ja hendes mand", "affirm", ""),
        ("nej", "deny", "no"),
        ("ja tak det går godt", "affirm", "yes"),
        ("nej hun ryger 10 om dagen", "deny", ""),
        ("ja hvis hun kan", "affirm", ""),
        ("måske", "not_now", ""),
    ],
)
def test_a_bare_answer_is_nothing_but_a_yes_or_a_no(text: str, intent: str, answer: str) -> None:
    assert bare_answer(words(text, intent)) == answer


@pytest.mark.parametrize("kind", ["nearly_plain", "take_back", "undo"])
def test_what_says_nothing_by_itself_leaves_an_answer_bare(kind: str) -> None:
    assert bare_answer(with_fact("ja send den", "affirm", kind)) == "yes"


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("er vågen nu", True),
        ("hun er ikke udskrevet", True),
        ("hun sover", False),
        ("hun er vågen men konfus", False),
        ("hendes mand sover ikke", False),
        ("hun ryger ikke", False),
    ],
)
def test_who_is_said_not_to_be_out_of_reach_can_be_asked(text: str, can: bool) -> None:  # noqa: FBT001
    assert can_be_asked(words(text, "inform")) is can


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hun ryger", True),
        ("snus", True),
        ("vil gerne", True),
        ("ny pt", False),
        ("ring om aftenen", False),
    ],
)
def test_use_or_a_wish_is_named(text: str, named: bool) -> None:  # noqa: FBT001
    assert names_use(words(text, "new_patient")) is named
