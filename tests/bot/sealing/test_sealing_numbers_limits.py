"""Where figures begin and end to be told: years, numbers spelt out, extensions, two numbers."""

from __future__ import annotations

import pytest

from bot.sealing.sealing import SealedText, seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from referrals.vault.vault import TOKEN
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")


def sealed(text: str, step: Step) -> SealedText:
    return seal_text(text, step, VOCABULARY)


def clear(text: str, step: Step) -> str:
    return TOKEN.sub("*", sealed(text, step).text)


def numbers(text: str, step: Step) -> list[str]:
    """Give the kept numbers in the order in which they stand."""
    found = sealed(text, step)
    values = {value.token: value.value for value in found.values if value.kind == "phone"}
    return [values[token[0]] for token in TOKEN.finditer(found.text) if token[0] in values]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("siden 1900", "siden *"),
        ("siden 2040", "siden *"),
        ("siden 1899", "siden 1899"),
        ("siden 2041", "siden 20.41"),
        ("mellem 1950 og 1970", "mellem * og *"),
    ],
    ids=lambda each: each,
)
def test_a_year_is_hidden_where_who_a_patient_is_may_be_told(text: str, hidden: str) -> None:
    assert clear(text, Step.SUMMARY) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [("fra 2015", "fra *"), ("året 2015", "året *"), ("fra 2016", "fra 2016")],
    ids=lambda each: each,
)
def test_elsewhere_only_a_year_that_an_adult_may_be_born_in_is(text: str, hidden: str) -> None:
    assert clear(text, Step.STATUS) == hidden


@pytest.mark.parametrize(
    "text", ["to nul tre", "to nul og tre", "two and four and five", "to-nul-tre"]
)
def test_three_numbers_that_are_spelt_out_are_hidden(text: str) -> None:
    assert clear(text, Step.SUMMARY) == "*"


@pytest.mark.parametrize("text", ["to og tyve", "two and four", "to nul"])
def test_two_that_are_spelt_out_are_no_number_outside_the_question_for_one(text: str) -> None:
    assert clear(text, Step.SUMMARY) == text


@pytest.mark.parametrize(
    "text",
    [
        *("20667788 x 12", "20667788x12", "20667788 w 12", "20667788 lok 12", "20667788 #12"),
        *("20667788 lokal 12", "20667788 lokalnr. 12", "20667788 ext. 12", "20667788a"),
    ],
)
def test_a_number_with_an_extension_or_letters_is_refused_whole(text: str) -> None:
    assert numbers(text, Step.PHONE) == ["-"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("20667788 20778899", ["20667788", "20778899"]),
        ("20667788 rettelse 20778899", ["20778899", "20667788"]),
        ("rettelse 20667788", ["20667788"]),
        ("20667788 er forkert, 20778899", ["20667788", "20778899"]),
        ("det gamle nummer er 20667788, det nye 20778899", ["20667788", "20778899"]),
        ("ikke 20667788 men 20778899", ["20667788", "20778899"]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_of_two_numbers_the_corrected_one_comes_first_and_a_denied_one_stays(
    text: str, kept: list[str]
) -> None:
    assert numbers(text, Step.PHONE) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("123", ["000"]), ("ved ikke 123", []), ("010190-1234", []), ("010190-1234 og 12", [])],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_figures_alone_are_told_why_they_are_no_phone_number(text: str, kept: list[str]) -> None:
    assert [len(number) for number in numbers(text, Step.PHONE)] == [len(each) for each in kept]


@pytest.mark.parametrize(
    ("text", "as_postcode"),
    [("27300", True), ("273", True), ("ca 27300", False), ("20667788", False)],
    ids=lambda each: str(each),
)
def test_figures_alone_are_a_postcode_that_may_have_a_slip(text: str, as_postcode: object) -> None:
    assert (f'"postcode":"{text}"' in sealed(text, Step.POSTCODE).text) is as_postcode


@pytest.mark.parametrize(
    "text",
    [
        *("ring 8123", "ring til 8123", "ring på 8123", "kald 8123", "call 8123", "call on 8123"),
        *("tlf 8123", "tlf. er 8123", "stuetelefon 8123", "mobil 8123", "phone 8123"),
        *("mobile is 8123", "lokal 8123", "lok. 8123", "vagten 8123", "kode 8123", "pin 8123"),
        *("ring 2510", "ring 1613", "phone at 8123", "call to 8123"),
    ],
)
def test_four_figures_that_are_called_are_refused_as_a_number(text: str) -> None:
    assert "8123" not in clear(text, Step.SUMMARY)
    assert len(numbers(text, Step.SUMMARY)) == 1


@pytest.mark.parametrize("minutes", ["00", "15", "30", "45"])
def test_a_quarter_of_an_hour_behind_a_call_is_when(minutes: str) -> None:
    assert clear(f"ring 16{minutes}", Step.SUMMARY) == f"ring 16.{minutes}"


@pytest.mark.parametrize("text", ["2O 12 34 56", "20 12 34 5l", "2I123456"])
def test_letters_for_figures_make_no_other_number(text: str) -> None:
    assert numbers(text, Step.SUMMARY) == ["-"]


def test_two_numbers_spelt_out_are_an_answer_to_the_question_for_one() -> None:
    assert numbers("to nul", Step.PHONE) == ["-"]
