"""How far postcode areas lie apart."""

from __future__ import annotations

import pytest

from referrals.denmark.distances import load_distances
from referrals.denmark.municipalities import load_municipalities

DISTANCES = load_distances()


def test_every_postcode_of_the_nine_has_a_place_on_the_map() -> None:
    assert set(DISTANCES.centres) == set(load_municipalities().by_postcode)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [("2750", "2740", 1.5, 3.5), ("2730", "2800", 5, 8), ("3650", "2900", 24, 28)],
)
def test_distances_are_about_those_on_a_map(
    one: str, other: str, least: float, most: float
) -> None:
    away = DISTANCES.km(one, other)
    assert away is not None
    assert least < away < most
    assert DISTANCES.km(other, one) == away


def test_an_unknown_postcode_is_near_itself_only() -> None:
    assert DISTANCES.km("8000", "2750") is None
    assert DISTANCES.km("8000", "8000") == 0
    assert DISTANCES.within(6, "8000") == ("8000",)


def test_the_nearest_postcodes_come_first() -> None:
    near = DISTANCES.within(6, "2800")
    assert near[0] == "2800"
    assert "2830" in near
    assert "2750" not in near
