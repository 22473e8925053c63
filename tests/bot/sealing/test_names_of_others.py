"""Words about somebody else, about earlier, or about no name at all never become the name."""

from __future__ import annotations

import pytest

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")


def name_in(typed: str, step: Step) -> str | None:
    sealed = seal_text(typed, step, VOCABULARY)
    names = [v.value for v in sealed.values if v.kind == "name" and "2030" not in v.value]
    return names[0] if names else None


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "hans bror bor i 2730",
            "hans kone hedder Lisbeth 20304053",
            "den forrige hed kim larsen",
        ),
        *("his boss kim larsen 20304171", "kim larsen er hans nabo", "kim larsen er hendes mand"),
        *("hans chef hedder Kim Larsen", "sidste patient hed Kim Larsen"),
        *("næste patient hedder Jens Holm", "the previous patient was Kim Larsen"),
        *("hvis det er kim larsen", "if it is kim larsen", "født 1. januar halvfems", "10 jan 90"),
        *("engvej tolv 2730", "20304054 er hans arbejde", "20304054 er hans arbejdstelefon"),
        *("nummeret er 20304055 men det er hans bror", "20304054 men det er kommunens"),
    ],
)
def test_no_name_is_taken_where_one_is_asked_for(typed: str) -> None:
    assert name_in(typed, Step.NAME) is None


@pytest.mark.parametrize(
    "typed",
    [
        *("Karen hedder hendes søster", "hun hed før Petersen", "hun hed Karin før"),
        *("hun hed tidligere Petersen", "patienten i seng 2 hedder Jens Holm"),
        *("patienten på stue 4 hedder Jens Holm", "navnet er Mette på sygeplejersken"),
        *("Jens Holm hedder naboen", "sygeplejersken hedder Mette Holm"),
    ],
)
def test_no_name_is_taken_at_the_summary(typed: str) -> None:
    assert name_in(typed, Step.SUMMARY) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hans larsen", "hans larsen"),
        ("jan holm", "jan holm"),
        ("kvinnde ved navn Sofie", "Sofie"),
        ("en herre ved navn Sofus Krogh", "Sofus Krogh"),
        ("he is called kim larsen", "kim larsen"),
        ("patienten på stue 4 hedder Jens Holm", "Jens Holm"),
        ("May Hansen", "May Hansen"),
    ],
)
def test_the_name_of_the_patient_is(typed: str, name: str) -> None:
    assert name_in(typed, Step.NAME) == name
