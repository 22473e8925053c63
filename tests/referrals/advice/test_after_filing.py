from __future__ import annotations

import pytest

from referrals.advice.after_filing import Wish, wish
from tests.nlu.reading.saying import words


@pytest.mark.parametrize("text", ["hun har faktisk hemmelig adresse", "tolk er nødvendig"])
def test_what_is_told_plainly_is_a_change_though_it_was_guessed_to_be_a_question(text: str) -> None:
    assert wish(words(text, "ask_privacy")) is Wish.CHANGE


@pytest.mark.parametrize("text", ["er hemmelig adresse noget i kan se?", "hvem ser adressen"])
def test_a_question_changes_nothing(text: str) -> None:
    assert wish(words(text, "ask_privacy")) is Wish.NOTHING
    assert wish(words("hun har hemmelig adresse", "ask_privacy", sure=True)) is Wish.NOTHING
