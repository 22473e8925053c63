"""Which places of a message say where the patient lives."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import Words
from referrals.advice.places import of_the_patient


@pytest.mark.parametrize(
    ("text", "every", "meant"),
    [
        ("postnummeret er ikke 2750 men 2730", ["2750", "2730"], "2730"),
        ("2730, ikke 2750", ["2730", "2750"], "2730"),
        ("the postcode is not 2750 but 2730", ["2750", "2730"], "2730"),
        ("postnummeret er 2730", ["2730"], "2730"),
        ("2750 eller 2730", ["2750", "2730"], "2750"),
    ],
)
def test_a_postcode_that_is_denied_beside_another_is_not_meant(
    text: str, every: list[str], meant: str
) -> None:
    words = Words("correct_detail", (), {"postcode": every[0]}, 1.0, text, {"postcode": every})
    assert of_the_patient(words)["postcode"] == meant


def test_where_all_are_denied_none_is_meant() -> None:
    every = ["2750", "2730"]
    text = "ikke 2750 og ikke 2730"
    words = Words("correct_detail", (), {"postcode": "2750"}, 1.0, text, {"postcode": every})
    assert "postcode" not in of_the_patient(words)
