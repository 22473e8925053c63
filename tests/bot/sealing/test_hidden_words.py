"""Hiding words and figures that stand like a name or a number leaves those that are neither."""

from __future__ import annotations

import pytest

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from service.settings import ROOT


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "nlu")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ryger 20 til 30 om dagen",
            "25 til hverdag og 30 til fest",
            "15 per dag",
            "max 10 om dagen",
        ),
        *("bliver 36 timer", "ryger siden 3. januar 40 om dagen", "udskrives 10. januar"),
        *("p.g.a. smerter", "HUN RYGER 20 OM DAGEN", "20 OM DAGEN", "hun er født i Herlev"),
        *(
            "stoppede 1. januar 2024",
            "fylder snart 60",
            "dag",
            "maj",
            "vinter",
            "glad",
            "i hope so",
        ),
        *(
            "i may",
            "on tue",
            "5 mg 3 x dagligt",
            "det koster 200 kr",
            "e-cigaret",
            "kl 10 og 12, og 14",
        ),
        *("hun må blive til 24. januar", "1. januar bliver hun udskrevet"),
    ],
)
@pytest.mark.parametrize("step", [Step.STATUS, Step.OFFER, Step.SUMMARY])
def test_what_is_said_every_day_passes(vocabulary: Vocabulary, step: Step, text: str) -> None:
    assert seal_text(text, step, vocabulary).text == text


@pytest.mark.parametrize("text", ["tue", "max", "may hope", "hope", "K a r e n"])
def test_a_name_that_is_a_word_is_kept_where_it_was_asked_for(
    vocabulary: Vocabulary, text: str
) -> None:
    assert [kept.value for kept in seal_text(text, Step.NAME, vocabulary).values] == [text]


@pytest.mark.parametrize(
    "text",
    ["nummeret er 2030 og så 4051", "20 30, derefter 40 og 51", "4051 til sidst, 2030 først"],
)
def test_a_number_in_pieces_is_never_put_together(vocabulary: Vocabulary, text: str) -> None:
    sealed = seal_text(text, Step.PHONE, vocabulary)
    assert [(kept.kind, kept.value) for kept in sealed.values] == [("phone", "-")]


@pytest.mark.parametrize("text", ["2730 og 2750", "2730 herlev og 2750 ballerup"])
def test_two_postcodes_are_no_number_in_pieces(vocabulary: Vocabulary, text: str) -> None:
    assert seal_text(text, Step.POSTCODE, vocabulary).values == ()


@pytest.mark.parametrize(
    "text", ["20.304.066 kr", "kr. 20304066", "20304066,-", "20304066 kroner", "€ 20304066"]
)
def test_money_is_no_phone_number(vocabulary: Vocabulary, text: str) -> None:
    sealed = seal_text(f"det koster {text}", Step.PHONE, vocabulary)
    assert [kept.value for kept in sealed.values] == ["-"]
