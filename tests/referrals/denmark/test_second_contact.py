"""Who else may be called: name, relation and number, and nothing else of a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.denmark.contact_details import BadValue
from referrals.denmark.second_contact import (
    contact_words,
    normal_second_contact,
    read_second_contact,
    relation_of,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lise Prøve, cpr 010190-1234, 22334455", "Lise Prøve, 22334455"),
        ("Lise 0101901234 22334455", "Lise, 22334455"),
        ("Lise 01 01 90 12 34", "Lise"),
        ("Lise, lise@prøve.dk", "Lise"),
        ("Lise, Kvistvej 12, 2. th, +46 70 123 45 67", "Lise, +46 70 123 45 67"),
        ("Lise (22334455)", "Lise, 22334455"),
        ("Lise 1234567", "Lise"),
        ("22334455", "22334455"),
        ("datteren Lise Hansen på 22334455", "Lise Hansen, datter, 22334455"),
        ("Lise (datter) 22334455", "Lise, datter, 22334455"),
        ("datteren hedder Lise og hendes nummer er 22334455", "Lise, datter, 22334455"),
        ("min kone Anne-Lise: 22334455", "Anne-Lise, kone, 22334455"),
        ("konens nummer er 22334455", "kone, 22334455"),
        ("nabo til patienten, Bent, 22334455", "Bent, nabo, 22334455"),
        ("mette hansen 22334455", "mette hansen, 22334455"),
        ("H.C. Prøve 22334455", "H.C. Prøve, 22334455"),
        ("Ludwig van der Prøve, søn, 22334455", "Ludwig van der Prøve, søn, 22334455"),
        ("Prøve, Lise 22334455", "Prøve, Lise, 22334455"),
        ("Sinéad O\u2019Prøve 22334455", "Sinéad O\u2019Prøve, 22334455"),
        ("her brother Bo on 22334455", "Bo, brother, 22334455"),
    ],
)
def test_name_relation_and_number_are_kept_and_no_sentence(typed: str, kept: str) -> None:
    assert normal_second_contact(typed) == kept


@pytest.mark.parametrize(
    ("typed", "more"),
    [
        ("Lise Prøve, datter, 22334455", False),
        ("datteren Lise på 22334455", False),
        ("Lise bor ikke hjemme 22334455", True),
        ("Lise arbejder om natten 22334455", True),
        ("Lise Prøve, ring kun om aftenen, 22334455", True),
        ("Lise 22334455, 66778899", True),
    ],
)
def test_what_is_left_out_is_known(typed: str, more: bool) -> None:  # noqa: FBT001
    assert read_second_contact(typed).more is more


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("B", "bad_name"),
        ("010190-1234", "bad_name"),
        ("", "bad_name"),
        ("x" * 101, "name_too_long"),
    ],
)
def test_a_second_contact_without_anybody_says_why(typed: str, why: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_second_contact(typed)
    assert bad.value.why == why


@pytest.mark.parametrize("typed", ["Bo", "x" * 100])
def test_a_second_contact_has_two_letters_and_a_hundred_signs_at_most(typed: str) -> None:
    assert normal_second_contact(typed) == typed


@pytest.mark.parametrize(
    ("word", "relation"),
    [("datterens", "datter"), ("Konen", "kone"), ("PÅRØRENDE", "pårørende"), ("wife's", "")],
)
def test_a_relation_is_told_from_another_word(word: str, relation: str) -> None:
    assert relation_of(word) == relation


NAMES = ["Lise", "Bo", "Åse Prøve", "Anne-Lise", "H.C. Prøve", "Ali van der Prøve"]
RELATIONS = sorted({relation_of(word) for word in contact_words()["relations"]})


@given(
    name=st.sampled_from(NAMES),
    relation=st.sampled_from(RELATIONS),
    phone=st.sampled_from(["22334455", "22 33 44 55", "+46 70 123 45 67"]),
    shape=st.sampled_from(
        [
            "{relation} {name} på {phone}",
            "{name} ({relation}) {phone}",
            "{name}, {relation}: {phone}",
        ]
    ),
)
def test_whatever_the_order_the_same_is_kept_and_keeping_it_again_changes_nothing(
    name: str, relation: str, phone: str, shape: str
) -> None:
    kept = normal_second_contact(shape.format(name=name, relation=relation, phone=phone))
    assert kept == f"{name}, {relation}, {phone}"
    assert normal_second_contact(kept) == kept


@given(
    day=st.dates(),
    serial=st.integers(0, 9999),
    gap=st.sampled_from(["", " ", "-", ".", "/", " - "]),
    before=st.sampled_from(["", "cpr ", "nr. ", "ring 20667788, ", "Lise ", "datter "]),
)
def test_no_cpr_number_is_left(day: object, serial: int, gap: str, before: str) -> None:
    typed = f"Bo {before}{day:%d%m%y}{gap}{serial:04} tak"
    left = normal_second_contact(typed).replace("20667788", "")
    assert not any(sign.isdigit() for sign in left)
