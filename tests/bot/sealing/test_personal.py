"""What in a chat is taken for personal: rather once too often."""

from __future__ import annotations

import pytest

from bot.sealing.personal import looks_personal
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from service.settings import ROOT
from tests.system.markers import Person

PERSON = Person.number(860_100)
PERSONAL = [
    PERSON.sentence,
    PERSON.name,
    PERSON.name.lower(),
    PERSON.name.upper(),
    PERSON.phone,
    "+45 20 30 40 50",
    PERSON.cpr,
    PERSON.cpr.replace("-", ""),
    PERSON.email,
    f"hun bor på {PERSON.address}",
    "Karla Jensen",
    "hun hedder karla jensen",
    "patienten er Mohammed",
    "ring til Fatima i morgen",
    "oluf har prøvet før",
    "trine siger nej tak",
    "frk skov vil gerne",
    "sønnen jan henter hende",
    "søren ryger ikke",
    "det er zibulka",
    "født 1. februar 1953",
    "de sidste fire er 1234",
    "bor højen 7",
    "@bentelund",
]
HARMLESS = [
    "ja tak",
    "hun ryger dagligt",
    "hvad koster det?",
    "hvilke kurser er der om aftenen?",
    "hvad er VBA?",
    "hun har prøvet før",
    "annuller",
    "ryger 10 om dagen",
    "ikke nu, hun er træt",
    "hun indviliger gerne",
    "maj er fint",
    "hun røg 20 om dagen i 30 år",
    "ring efter kl 16",
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ROOT / "nlu")


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("step", [Step.STATUS, Step.OFFER, Step.NAME, Step.SUMMARY])
def test_names_numbers_and_addresses_are_personal(
    vocabulary: Vocabulary, text: str, step: Step
) -> None:
    assert looks_personal(text, step, vocabulary)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_a_nurse_says_about_her_work_is_not(vocabulary: Vocabulary, text: str) -> None:
    assert not looks_personal(text, Step.OFFER, vocabulary)


def test_where_details_are_due_one_unknown_word_is_enough(vocabulary: Vocabulary) -> None:
    assert looks_personal("det er zibulka", Step.NAME, vocabulary)
    assert not looks_personal("hjælp", Step.NAME, vocabulary)
