"""The name among what was typed where it was asked for: whole, and nothing beside it."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from bot.sealing.sealing import SealedText, seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from referrals.denmark.contact_details import (
    BadValue,
    folded,
    may_be_something_else,
    normal_name,
    own_phone,
)
from referrals.denmark.municipalities import is_town, load_municipalities
from referrals.denmark.second_contact import relation_of
from referrals.vault.vault import TOKEN
from service.settings import ROOT

PHONE = "20667788"
VOCABULARY = load_vocabulary(ROOT / "nlu")


def name_in(typed: str) -> str | None:
    sealed = seal_text(typed, Step.NAME, VOCABULARY)
    names = [value.value for value in sealed.values if value.kind == "name"]
    return normal_name(names[0]) if names else None


@pytest.mark.parametrize(
    "remark",
    [
        "afd.",
        "afd. M",
        "dårligt hørende",
        "svagtseende",
        "(svagtseende)",
        "- isoleret -",
        "NB døv",
        "MRSA",
        "indl. i går",
        "fra hjerteafdelingen",
        "Tlf.",
        "hendes mobil",
        "ptnr",
        "enke",
        "73 år",
    ],
)
@pytest.mark.parametrize("name", ["Anna Hansen", "anna hansen", "ANNA HANSEN", "Anna M. Hansen"])
def test_a_remark_glued_to_a_name_is_not_the_name(name: str, remark: str) -> None:
    if name.islower() and remark in ("svagtseende", "MRSA"):
        remark = f"({remark})"  # in small letters nothing tells an unknown word from a name
    assert name_in(f"{name} {remark} {PHONE} 2730") == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Prøvesen, Hanne svagtseende", "Hanne Prøvesen"),
        ("PRØVESEN, HANNE ambulant", "HANNE PRØVESEN"),
        ("van Cammen, Elisa", "Elisa van Cammen"),
        ("Prøvesen, Hanne M. døv", "Hanne M Prøvesen"),
        ("ludvig a. hall", "ludvig a. hall"),
        ("Elizabeth ten Haken", "Elizabeth ten Haken"),
        ("Kurt Lang er træt", "Kurt Lang"),
        ("Line Lykke taler polsk", "Line Lykke"),
        ("2730 Herlev hun hedder Bo Due", "Bo Due"),
        ("postnr 2800 Kongens Lyngby Bo Due", "Bo Due"),
        ("2750 navn: B. Ravn", "B. Ravn"),
        ("hun hedder b. ravn", "b. ravn"),
        ("hun hedder i øvrigt Anna Hansen", "Anna Hansen"),
        ("fornavn Anna", "Anna"),
        ("Anna Hansen MRSA 2760 Måløv", "Anna Hansen"),
        ("Slot, Finulf indl. i går", "Finulf"),
    ],
)
def test_a_name_is_whole_wherever_it_stands(typed: str, name: str) -> None:
    assert name_in(f"{typed} {PHONE}") == name


@pytest.mark.parametrize(
    "typed", ["afd tlf 38681234", "vagttelefon 38681234", "Hansen, afd. 4", "Hansen, svagtseende"]
)
def test_a_ward_and_a_remark_are_no_given_name(typed: str) -> None:
    assert name_in(typed) in (None, "Hansen")


@pytest.mark.parametrize(
    "typed", ["O2O12345", "2O123456", "2o 12 34 56", "20 12 34 5O", "20l23456"]
)
def test_a_number_with_letters_takes_neither_name_nor_postcode_with_it(typed: str) -> None:
    sealed = seal_text(f"Anna Hansen {typed} 2730", Step.NAME, VOCABULARY)
    assert name_in(f"Anna Hansen {typed} 2730") == "Anna Hansen"
    assert '"postcode":"2730"' in sealed.text
    assert not any(value.value.strip(" -0") for value in sealed.values if value.kind == "phone")


@pytest.mark.parametrize("mail", ["anna(a)hansen.dk", "anna (a) hansen.dk", "anna snabel a hansen"])
def test_a_mail_in_words_leaves_nothing_in_the_name(mail: str) -> None:
    assert name_in(f"Bo Due {mail} {PHONE}") == "Bo Due"
    assert name_in(mail) is None


_SMALL = re.compile(r"[^\W\d_]{2,}")


def listed(group: str) -> list[str]:
    """Give the Danish names of the package in use, as it writes them."""
    person = json.loads(files("mimesis").joinpath("datasets/da/person.json").read_text("utf-8"))
    groups = [person["surnames"]] if group == "surnames" else person["names"].values()
    names = [name for group in groups for name in group]
    return [name for name in names if _SMALL.fullmatch(name) and name != "TRUE"]


PHONES = st.from_regex(r"[2-9][0-9]{7}", fullmatch=True).filter(
    lambda digits: not isinstance(_own(digits), BadValue) and not may_be_something_else(digits)
)
SHAPES = st.sampled_from(
    ["{0}{1}{2}{3}", "{0} {1} {2} {3}", "{0}{1} {2}{3}", "+45{0}{1}{2}{3}", "tlf. {0} {1} {2} {3}"]
)
ORDERS = st.permutations(["name", "phone", "place"])
REMARKS = st.sampled_from(
    ["", "", "dårligt hørende", "afd. 4", "(døv)", "taler polsk", "NB døv", "stue 12", "73 år"]
)
NAMES = st.sampled_from(
    [
        "{given} {family}",
        "{given} {other} {family}",
        "{family}, {given}",
        "{given} {family}-{other}",
        "{given} A. {family}",
        "navn: {given} {family}",
        "hun hedder {given} {family}",
        "fru {given} {family}",
    ]
)

FIRST_NAMES = [name for name in listed("names") if not (is_town(name) or relation_of(name))]
"""Without "Holte" and "Moder": such a word is read as a place, or as who a relative is."""


def _own(digits: str) -> str | BadValue:
    try:
        return own_phone(digits)
    except BadValue as bad:
        return bad


@settings(max_examples=300, deadline=None)
@given(
    given_name=st.sampled_from(FIRST_NAMES),
    other=st.sampled_from(FIRST_NAMES),
    family=st.sampled_from(listed("surnames")),
    shape=NAMES,
    digits=PHONES,
    written=SHAPES,
    postcode=st.sampled_from(sorted(load_municipalities().town_of)),
    remark=REMARKS,
    order=ORDERS,
    between=st.sampled_from([", ", " "]),
)
def test_name_number_and_postcode_are_those_that_were_told_or_none(
    given_name: str,
    other: str,
    family: str,
    shape: str,
    digits: str,
    written: str,
    postcode: str,
    remark: str,
    order: list[str],
    between: str,
) -> None:
    name = shape.format(given=given_name, other=other, family=family)
    pairs = [digits[at : at + 2] for at in range(0, 8, 2)]
    parts = {
        "name": f"{name} {remark}".strip(),
        "phone": written.format(*pairs),
        "place": f"{postcode} {load_municipalities().town_of[postcode]}",
    }
    typed = between.join(parts[part] for part in order)
    note(typed)
    sealed = seal_text(typed, Step.NAME, VOCABULARY)
    whole = normal_name(re.sub(r"^(?:navn: |hun hedder |fru )", "", name))
    half = {folded(word) for word in re.split(r"[ ,-]+", name)}
    for value in sealed.values:
        if value.kind == "name":
            told = folded(normal_name(value.value))
            assert told == folded(whole) or told in half  # of half a name the rest is asked
        elif not isinstance(number := _own(value.value), BadValue):
            assert number == f"+45{digits}"
    assert set(postcodes_in(sealed)) <= {postcode}, sealed.text


def postcodes_in(sealed: SealedText) -> list[str]:
    """Give the figures that the engine would read as a postcode."""
    return re.findall(r"(?<!\d)\d{4}(?!\d)", TOKEN.sub(" ", sealed.text))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Holte Abiorn Aaen 2840", "Abiorn Aaen"),
        ("navn: Moder Aaen", None),
        ("hun hedder Moder Aaen", None),
    ],
)
def test_a_first_name_that_is_a_town_is_a_place_and_one_that_is_a_relative_is_asked_about(
    typed: str, name: str | None
) -> None:
    assert name_in(typed) == name
