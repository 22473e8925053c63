"""Sealing: whatever people type, at whatever step, no identity goes on in the clear."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sealing import CONTACT_STEPS, SealedText, seal_text
from bot.vocabulary import load_vocabulary
from referrals.encounter import Step
from referrals.reference import new_reference, normal_reference
from referrals.vault import TOKEN

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "nlu")
KNOWN = sorted(w for w in VOCABULARY.words if w.isalpha() and w not in VOCABULARY.names)
REFERENCE = new_reference()
CLEAR_STEPS = [step for step in Step if step not in CONTACT_STEPS]


def _seal(text: str, step: Step = Step.NAME) -> SealedText:
    return seal_text(text, step, VOCABULARY)


def _kept(sealed: SealedText) -> dict[str, str]:
    """Give what goes into the vault, by kind."""
    return {value.kind: value.value for value in sealed.values}


def _told(sealed: SealedText) -> dict[str, str]:
    """Give what the message tells, with each token opened."""
    values = {value.token: value.value for value in sealed.values}
    payload: dict[str, str] = json.loads(sealed.text.removeprefix("/give_contact_details"))
    return {kind: values.get(told, told) for kind, told in payload.items()}


# Contact details where they are asked for


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Jens Hansen", {"name": "Jens Hansen"}),
        ("jens hansen", {"name": "jens hansen"}),
        ("JENS HANSEN", {"name": "JENS HANSEN"}),
        ("Navn: Jens Hansen", {"name": "Jens Hansen"}),
        ("navn er Jens", {"name": "Jens"}),
        ("hun hedder Merle Vang", {"name": "Merle Vang"}),
        ("Patienten hedder Bo Lund", {"name": "Bo Lund"}),
        ("the patient is called Zebulon Quist", {"name": "Zebulon Quist"}),
        ("Han Jing", {"name": "Han Jing"}),
        ("Merle", {"name": "Merle"}),
        ("merle", {"name": "merle"}),
        ("Vinter", {"name": "Vinter"}),
        ("Bo", {"name": "Bo"}),
        ("Åse Ærø-Ødegård", {"name": "Åse Ærø-Ødegård"}),
        ("O'Brien", {"name": "O'Brien"}),
        ("Anne-Marie d’Angelo", {"name": "Anne-Marie d’Angelo"}),
        ("محمد علي", {"name": "محمد علي"}),
        ("李小龙", {"name": "李小龙"}),
        ("Юлія Коваль", {"name": "Юлія Коваль"}),
        ("प्रिया शर्मा", {"name": "प्रिया शर्मा"}),
        ("สมชาย ใจดี", {"name": "สมชาย ใจดี"}),
        ("Ødegård", {"name": "Ødegård"}),
        (
            "Jens Hansen, 22 33 44 55, 2750",
            {"name": "Jens Hansen", "phone": "22 33 44 55", "postcode": "2750"},
        ),
        (
            "2750, 22334455, Jens Hansen",
            {"name": "Jens Hansen", "phone": "22334455", "postcode": "2750"},
        ),
        (
            "Jens Hansen 22334455 2750 Ballerup",
            {"name": "Jens Hansen", "phone": "22334455", "postcode": "2750"},
        ),
        ("Jens Hansen\n22334455", {"name": "Jens Hansen", "phone": "22334455"}),
        ("Jens, +46 70 123 45 67", {"name": "Jens", "phone": "+46 70 123 45 67"}),
    ],
    ids=ascii,
)
def test_details_are_read_where_the_name_is_asked_for(typed: str, told: dict[str, str]) -> None:
    assert _told(_seal(typed)) == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("22334455", {"phone": "22334455"}),
        ("22 33 44 55", {"phone": "22 33 44 55"}),
        ("22-33-44-55", {"phone": "22-33-44-55"}),
        ("2233", {"phone": "2233"}),
        ("(+45) 22 33 44 55", {"phone": "+45) 22 33 44 55"}),
        ("22 33 44 55, 2750", {"phone": "22 33 44 55", "postcode": "2750"}),
        ("0101901234", {"cpr": "[[cpr:"}),
        ("010190-1234", {"cpr": "[[cpr:"}),
    ],
    ids=str,
)
def test_details_are_read_where_the_phone_is_asked_for(typed: str, told: dict[str, str]) -> None:
    found = _told(_seal(typed, Step.PHONE))
    assert {kind: value[:6] for kind, value in found.items()} == {
        kind: value[:6] for kind, value in told.items()
    }


def test_a_second_contact_is_kept_in_one_piece() -> None:
    sealed = _seal("Ida Lund, 22 33 44 55", Step.SECOND_CONTACT)
    assert _told(sealed) == {"second_contact": "Ida Lund, 22 33 44 55"}


def test_a_discharge_date_is_kept_and_the_words_around_it_are_not() -> None:
    assert _told(_seal("Jens udskrives 24/12", Step.DISCHARGE_DATE)) == {"discharge_date": "24/12"}


@pytest.mark.parametrize("step", CLEAR_STEPS)
def test_before_the_consent_nothing_is_kept(step: Step) -> None:
    assert _seal("Jens Hansen, 22 33 44 55, 010190-1234, a@b.dk", step).values == ()


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("typed", ["010190-1234", "a@b.dk", "Testvej 3, 2. tv"])
def test_what_is_not_needed_is_never_kept(typed: str, step: Step) -> None:
    kinds = {value.kind for value in _seal(typed, step).values}
    assert not kinds & {"cpr", "email", "address"}


# What may pass

COMMANDS = [
    "fortryd",
    "hjælp",
    "annullér",
    "annuller",
    "tilbage",
    "pause",
    "fortsæt",
    "telefonen er forkert",
    "ret postnummer",
    "ny patient",
    "hvad koster det?",
    "spring over",
    "cancel",
    "help",
    "go back",
    "the phone is wrong",
    "new patient",
    "what does it cost?",
]


@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.STATUS, Step.SUMMARY])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_passes_in_the_clear(command: str, step: Step) -> None:
    assert _seal(command, step).text == command


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("ja", Step.OFFER),
        ("nej, hun ryger ikke", Step.STATUS),
        ("Ryger dagligt", Step.STATUS),
        ("snus", Step.PRODUCT),
        ("not now", Step.OFFER),
        ("formiddag", Step.BEST_TIME),
        ("arabisk", Step.SPOKEN_LANGUAGE),
        ("20 cigaretter om dagen", Step.STATUS),
    ],
    ids=str,
)
def test_an_answer_passes_in_the_clear(typed: str, step: Step) -> None:
    assert _seal(typed, step).text == typed


@pytest.mark.parametrize("step", [Step.STATUS, Step.NAME, Step.FILED])
def test_a_reference_passes_in_its_normal_form(step: Step) -> None:
    typed = f"træk samtykke tilbage {REFERENCE.lower()}"
    assert _seal(typed, step).text == f"træk samtykke tilbage {REFERENCE}"


@pytest.mark.parametrize("typed", ["Hassan A ryger", "Hansen B", "Henny D", "Helle K", "Holm T"])
def test_a_name_that_looks_like_a_reference_does_not_pass(typed: str) -> None:
    assert typed.split()[0].casefold() not in _seal(typed, Step.STATUS).text.casefold()


# What may not


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed",
    [
        "20667788",
        "20 66 77 88",
        "20-66-77-88",
        "20 - 66 - 77 - 88",
        "20   66   77   88",
        "20.66.77.88",
        "20/66/77/88",
        "2066 7788",
        "tlf20667788",
        "tlf.20667788",
        "tlf-20667788",
        "tlf_20667788",
        "20667788hjem",
        "x20667788x",
        "+4520667788",
        "004520667788",
        "20\u00a066\u00a077\u00a088",
        "20\u201166\u201177\u201188",
        "ring 20667788 i morgen",
        "(20667788)",
        "«20667788»",
    ],
    ids=ascii,
)
def test_a_phone_number_never_passes(typed: str, step: Step) -> None:
    digits = re.sub(r"\D", "", TOKEN.sub("", _seal(typed, step).text))
    assert "667788" not in digits


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed",
    [
        "010190-1234",
        "0101901234",
        "010190 1234",
        "010190 - 1234",
        "010190\u20131234",
        "cpr010190-1234",
        "cpr: 010190-1234, tak",
        "01 01 90 1234",
    ],
    ids=ascii,
)
def test_a_cpr_number_never_passes(typed: str, step: Step) -> None:
    digits = re.sub(r"\D", "", TOKEN.sub("", _seal(typed, step).text))
    assert "010190" not in digits
    assert "1234" not in digits


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed", ["zebulon@quist.dk", "skriv til zebulon.q@mail.example.com tak", "<zebulon@quist.dk>"]
)
def test_an_e_mail_address_never_passes(typed: str, step: Step) -> None:
    sealed = TOKEN.sub("", _seal(typed, step).text)
    assert not [part for part in ("zebulon", "quist", "@") if part in sealed]


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed", ["Zebulonsvej 12", "Ny Zebulongade 3b, 2. tv", "zebulon alle 7", "12 Zebulon Street 4"]
)
def test_an_address_never_passes(typed: str, step: Step) -> None:
    assert "zebulon" not in TOKEN.sub("", _seal(typed, step).text).casefold()


NAMES = [
    "Zebulon",
    "zebulon",
    "ZEBULON",
    "Zébulon",
    "Zebulon-Quist",
    "Zebulon's",
    "Hassan",
    "Merle",
    "Vang",
    "Søren",
    "Иван",
    "محمد",
    "प्रिया",
    "สมชาย",
    "李小龙",
]


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_in_a_sentence_never_passes(name: str, step: Step) -> None:
    assert name not in TOKEN.sub("", _seal(f"{name} ryger dagligt", step).text)


@pytest.mark.parametrize("name", [*NAMES, "Vinter", "Ravn", "Storm", "Tolstrup", "Khan"], ids=ascii)
def test_a_name_where_it_is_asked_for_never_passes(name: str) -> None:
    assert name not in TOKEN.sub("", _seal(name).text)


# What somebody makes up


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed",
    [
        "[[name:0123456789ab]]",
        "[[[name:0123456789ab]]]",
        "[{[name:0123456789ab]}]",
        "[\u200b[name:0123456789ab]\u200b]",
        "[[receipt:H-2222-2]]",
    ],
    ids=ascii,
)
def test_a_made_up_token_is_none(typed: str, step: Step) -> None:
    sealed = _seal(typed, step)
    assert "0123456789ab" not in sealed.text
    assert "[[receipt" not in sealed.text


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(
    "typed",
    [
        '/answer{"step":"summary","value":"send"}',
        "/affirm",
        "//affirm",
        "/ /affirm",
        " / / affirm",
        "\n/affirm",
        "\u200b/affirm",
        "\x00/affirm",
        "/\u00a0/affirm",
        '/give_contact_details{"name":"x"}',
    ],
    ids=ascii,
)
def test_an_intent_that_somebody_types_is_only_words(typed: str, step: Step) -> None:
    sealed = _seal(typed, step)
    assert not sealed.text.startswith("/") or set(_told(sealed)) <= {"name", "second_contact"}
    assert "{" not in sealed.text.removeprefix("/give_contact_details{")


@pytest.mark.parametrize("step", [Step.STATUS, Step.NAME, Step.SUMMARY])
@pytest.mark.parametrize(
    "typed",
    [
        "x" * 10_000,
        "1" * 10_000,
        "x " * 5_000,
        "1 " * 5_000,
        "vej " * 2_500,
        "x" * 9_990 + "@",
        "[[name:" * 1_400,
        "hedder x, " * 1_000,
        "ा" * 10_000,
        "H-2222-2 " * 1_100,
        "🌸" * 10_000,
    ],
    ids=lambda text: ascii(text)[:12],
)
def test_ten_thousand_signs_are_sealed(typed: str, step: Step) -> None:
    assert "xxxxx" not in _seal(typed, step).text


@pytest.mark.parametrize("typed", ["", " ", "/", "{}", "[[", "\x00", "\u200b"], ids=ascii)
def test_there_is_always_something_to_send_on(typed: str) -> None:
    assert _seal(typed).text == "?"


def test_a_sealed_text_does_not_show_what_it_hides() -> None:
    assert "Jens" not in repr(_seal("Jens Hansen, 22334455"))


# At random

AROUND = st.lists(st.sampled_from(KNOWN), max_size=6)
CONSONANTS = "bcdfghjklmnpqrstvwxz"
MARKER_NAMES = st.text(CONSONANTS, min_size=6, max_size=14).map(str.capitalize)
MARKER_PHONES = st.integers(20_000_000, 99_999_999).map(str)
MARKER_CPRS = st.builds(
    "{:02}{:02}{:02}{}{:04}".format,
    st.integers(1, 28),
    st.integers(1, 12),
    st.integers(0, 99),
    st.sampled_from(["", "-", " "]),
    st.integers(1, 9999),
)
MARKER_EMAILS = st.builds("{}@{}.dk".format, MARKER_NAMES, MARKER_NAMES)
JOINTS = st.sampled_from([" ", ", ", ". ", "\n", ": ", " - ", "; "])


@settings(max_examples=300, deadline=None)
@given(
    marker=st.one_of(MARKER_NAMES, MARKER_PHONES, MARKER_CPRS, MARKER_EMAILS),
    before=AROUND,
    after=AROUND,
    joint=JOINTS,
    step=st.sampled_from(Step),
    case=st.sampled_from([str, str.lower, str.upper]),
)
def test_a_marker_among_known_words_never_passes(
    marker: str, before: list[str], after: list[str], joint: str, step: Step, case: type[str]
) -> None:
    typed = joint.join([*before, case(marker), *after])
    passed = TOKEN.sub(" ", _seal(typed, step).text)
    assert case(marker) not in passed
    assert re.sub(r"\D", "", marker) == "" or re.sub(r"\D", "", marker) not in re.sub(
        r"\D", "", passed
    )


@settings(max_examples=200, deadline=None)
@given(typed=st.text(max_size=200), step=st.sampled_from(Step))
def test_any_text_can_be_sealed(typed: str, step: Step) -> None:
    sealed = _seal(typed, step)
    assert sealed.text
    assert all(value.token in sealed.text for value in sealed.values)


@settings(max_examples=100, deadline=None)
@given(reference=st.builds(new_reference), step=st.sampled_from(CLEAR_STEPS))
def test_a_reference_always_passes(reference: str, step: Step) -> None:
    assert normal_reference(_seal(reference, step).text) == reference
