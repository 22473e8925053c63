"""Postcodes propose, the nurse confirms."""

from __future__ import annotations

import pytest

from referrals.denmark.municipalities import (
    is_place_elsewhere,
    is_postcode,
    is_town_of,
    load_municipalities,
)

KNOWN = load_municipalities()
THE_NINE = {
    "0175": "Rødovre",
    "0159": "Gladsaxe",
    "0190": "Furesø",
    "0240": "Egedal",
    "0163": "Herlev",
    "0151": "Ballerup",
    "0157": "Gentofte",
    "0173": "Lyngby-Taarbæk",
    "0230": "Rudersdal",
}


def test_the_partners_are_the_nine() -> None:
    assert {m.code: m.name for m in KNOWN.partners()} == THE_NINE


def test_the_codes_of_the_partners_are_the_nine() -> None:
    assert KNOWN.partner_codes == frozenset(THE_NINE)


def test_neighbours_outside_the_nine_are_known_but_no_partners() -> None:
    assert not KNOWN.by_code["0101"].partner


@pytest.mark.parametrize(
    ("postcode", "codes"),
    [
        ("2760", ["0151"]),
        ("2730", ["0151", "0159", "0163"]),
        ("2610", ["0175", "0167", "0101"]),
        ("8000", []),
        ("9999", []),
    ],
    ids=["one", "several partners by name", "partners first", "elsewhere", "unused"],
)
def test_a_postcode_proposes_the_municipalities_it_touches(postcode: str, codes: list[str]) -> None:
    assert [m.code for m in KNOWN.proposed(postcode)] == codes


def test_each_postcode_of_the_table_has_a_town() -> None:
    assert set(KNOWN.by_postcode) == set(KNOWN.town_of)


@pytest.mark.parametrize("postcode", sorted(KNOWN.by_postcode))
def test_each_postcode_of_the_table_is_one_and_touches_a_partner(postcode: str) -> None:
    assert is_postcode(postcode)
    assert KNOWN.proposed(postcode)[0].partner


def test_copenhagen_is_called_by_its_name() -> None:
    assert KNOWN.name_of("0101") == "København"


@pytest.mark.parametrize("code", [None, "", "9999", "other"], ids=repr)
def test_a_municipality_outside_the_table_has_no_name(code: str | None) -> None:
    assert KNOWN.name_of(code) == ""


@pytest.mark.parametrize("text", ["2750", "1000", "9990"])
def test_four_digits_are_a_postcode(text: str) -> None:
    assert is_postcode(text)


@pytest.mark.parametrize(
    "text",
    ["", "275", "27500", "0750", "27 50", "abcd", "2750 ", "2750\n", "٢٧٥٠", "２７５０", "2७50"],
)
def test_anything_else_is_no_postcode(text: str) -> None:
    assert not is_postcode(text)


@pytest.mark.parametrize(
    ("postcode", "name", "is_town"),
    [
        ("2740", "skovlunde", True),
        ("2800", "Lyngby", True),
        ("2740", "ballerup", False),
        ("8000", "aarhus", False),
    ],
)
def test_a_town_of_a_postcode_is_known_by_part_of_its_name(
    postcode: str,
    name: str,
    is_town: bool,  # noqa: FBT001
) -> None:
    assert is_town_of(postcode, name) is is_town


@pytest.mark.parametrize(
    ("postcode", "name", "elsewhere"),
    [
        ("2750", "Herlev", True),
        ("2750", "egedal", False),
        ("2750", "ballerup", False),
        ("2750", "tak", False),
        ("8000", "herlev", False),
    ],
)
def test_a_place_is_elsewhere_where_the_postcode_has_no_part_of_it(
    postcode: str,
    name: str,
    elsewhere: bool,  # noqa: FBT001
) -> None:
    assert is_place_elsewhere(postcode, name) is elsewhere
