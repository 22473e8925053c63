"""What a message says on the face of it."""

from __future__ import annotations

import pytest

from referrals.advice.witness import bare_answer, is_no_alone, names_use, says_cancel
from tests.nlu.reading.saying import words


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


@pytest.mark.parametrize("text", ["nej", "nej vent", "no"])
def test_a_no_that_does_not_say_what_is_wrong_is_one_alone(text: str) -> None:
    assert is_no_alone(words(text, "deny"))


@pytest.mark.parametrize(
    "text", ["ja", "nej hun ryger", "nej hun hedder [[name:0123456789ab]]", "vent", "nej, polsk"]
)
def test_a_no_with_something_beside_it_is_not(text: str) -> None:
    assert not is_no_alone(words(text, "deny"))


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("ja", "affirm", "yes"),
        ("nej", "deny", "no"),
        ("ja tak det går godt", "affirm", "yes"),
        ("nej hun ryger 10 om dagen", "deny", ""),
        ("ja hvis hun kan", "affirm", ""),
        ("måske", "not_now", ""),
    ],
)
def test_a_bare_answer_is_nothing_but_a_yes_or_a_no(text: str, intent: str, answer: str) -> None:
    assert bare_answer(words(text, intent)) == answer


@pytest.mark.parametrize(
    ("text", "named"), [("hun ryger", True), ("snus", True), ("vil gerne", True), ("ny pt", False)]
)
def test_use_or_a_wish_is_named(text: str, named: bool) -> None:  # noqa: FBT001
    assert names_use(words(text, "new_patient")) is named
