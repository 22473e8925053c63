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


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("han fortryder ikke", "deny"), ("den skal ikke trækkes tilbage", "undo_referral")),
        *(("annuller den ikke", "cancel"), ("do not cancel it", "cancel")),
        *(
            ("samtykket skal ikke trækkes tilbage", "withdraw_consent"),
            ("vil ikke fortryde", "deny"),
        ),
        ("manden skal ikke have besked", "deny"),
    ],
)
def test_what_is_denied_undoes_nothing(text: str, intent: str) -> None:
    assert wish(words(text, intent, sure=True)) is Wish.NOTHING


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("ups forkert patient", "go_back"), ("jeg trykkede forkert", "go_back")),
        *(("hun fortryder", "ask_how_to_withdraw"), ("wrong patient", "correct_detail")),
    ],
)
def test_what_is_wrong_as_a_whole_is_undone(text: str, intent: str) -> None:
    assert wish(words(text, intent)) is Wish.UNDO


@pytest.mark.parametrize("text", ["hun udskrives i dag", "kan de ringe efter 17"])
def test_a_day_or_an_hour_told_afterwards_is_a_change(text: str) -> None:
    told = {"time_of_day": "evening"} if "17" in text else {}
    assert wish(words(text, "book_call", told)) is Wish.CHANGE
