"""Which passwords are good enough: none that a guesser tries first, here or anywhere."""

from __future__ import annotations

import pytest

from referrals.staff.passwords import LONGEST, SHORTEST, WeakPassword, check_password

KNOWN = ("anne.hansen", "Anne Hansen", "Afsnit Solsiden, Fjordens Hospital")


def refused_for(password: str) -> str:
    try:
        check_password(password, KNOWN)
    except WeakPassword as weak:
        return weak.why
    return ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kort", "short"),
        ("Vq7!mZr2pXc", "short"),
        ("x" * (LONGEST + 1), "long"),
        (("lampe kaktus flyver onsdag " * 10)[: LONGEST + 1], "long"),
    ],
    ids=["short", "eleven", "one sign", "words"],
)
def test_too_short_and_too_long_ones_are_refused(password: str, why: str) -> None:
    assert refused_for(password) == why


@pytest.mark.parametrize(
    "password",
    [
        "jegelskerdig",
        "password1234",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
    ],
)
def test_a_pattern_that_everybody_knows_is_refused(password: str) -> None:
    assert refused_for(password) == "common"


@pytest.mark.parametrize(
    "password",
    ["Petrosavodsk2016", "ichbindienummer1", "567ybslvm45rkc89", "ICHBINDIENUMMER1"],
)
def test_one_that_became_known_in_a_breach_is_refused(password: str) -> None:
    assert refused_for(password) == "common"


@pytest.mark.parametrize(
    "password",
    [
        "adgangskode123",
        "Adgangskode!2026",
        "4dg4ngsk0de!!",
        "hemmeligt12345",
        "detteermitkodeord",
        "Velkommen2Henvis",
        "herlevhospital",
        "Herlev-Hospital-2026",
        "Gentofte2820Hospital",
        "RegionHovedstaden1",
        "onkologiskafdeling",
        "Rygestopvejleder1",
        "sygeplejerske2026",
        "Sommer2026Sommer",
        "Tirsdag24november",
        "kobenhavn2026!",
        "koebenhavn2026",
        "FCKøbenhavn1992",
        "henvishenvis",
    ],
)
def test_words_of_the_house_and_the_language_are_no_password(password: str) -> None:
    assert refused_for(password) == "common"


@pytest.mark.parametrize(
    "password",
    ["anne.hansen1", "Anne.Hansen.1985", "AnneErSygeplejerske", "hansenjensen2026",
     "mettejensen1985", "SolsidenAnne12", "fjordenshospital"],
)  # fmt: skip
def test_names_of_people_and_of_one_s_own_ward_are_no_password(password: str) -> None:
    assert refused_for(password) == "common"


@pytest.mark.parametrize(
    "password",
    [
        "lampe kaktus flyver onsdag",
        "anne kører i en gul bus",
        "herlevkaktuspilot77",
        "k7#Qz!9x@P2mWv4t",
        "T8q-Rw2z-Lm5k-Pd9c",
        "xV3mor9!aQfck7Zp",
        "straße nach nirgendwo",
        ("lampe kaktus flyver onsdag " * 10)[:LONGEST],
    ],
    ids=["words", "own name among others", "house among others", "drawn", "groups",
         "short words by chance", "another language", "long"],
)  # fmt: skip
def test_a_few_words_or_a_drawn_one_are_good(password: str) -> None:
    assert len(password) >= SHORTEST
    assert refused_for(password) == ""
