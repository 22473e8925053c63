"""A number that is told in pieces is found; hours, postcodes and amounts are none."""

from __future__ import annotations

import pytest

from referrals.denmark.sensitive_words import told_in_pieces


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("2030 og så 4051", ("2030", "4051")),
        ("20 30, derefter 40 og 51", ("2030", "40", "51")),
        ("203 til sidst 04051", ("203", "04051")),
        ("2030 then 4051", ("2030", "4051")),
        ("2030, and the rest is 4051", ("2030", "4051")),
        ("20 30 og 40 51", ("2030", "4051")),
        ("2030 og derefter 2730", ("2030", "2730")),
        ("2030 og 2730", ()),
        ("2015 til 2130", ()),
        ("2030, 4051", ()),
        ("ryger 20", ()),
    ],
)
def test_the_pieces_that_words_join_are_given(text: str, figures: tuple[str, ...]) -> None:
    found = list(told_in_pieces(text))
    assert [each.figures for each in found] == ([figures] if figures else [])


def test_the_pieces_may_be_told_the_other_way_round() -> None:
    (pieces,) = told_in_pieces("se: 4051 til sidst, 2030 først")
    assert pieces.numbers == ("40512030", "20304051")
    assert (pieces.start, pieces.end) == (4, 24)
