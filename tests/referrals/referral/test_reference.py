"""References: short, without look-alikes, and checked."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referrals.referral.reference import ALPHABET, new_reference, normal_reference

REFERENCES = st.builds(new_reference, st.integers(0, 9))
SWAPPABLE = "TYXVF4"
"""It has the same sum when Y and X change places, as three of a thousand have."""


@given(REFERENCES)
def test_a_new_reference_is_its_own_normal_form(reference: str) -> None:
    assert normal_reference(reference) == reference


@given(REFERENCES)
def test_a_reference_has_only_signs_that_nobody_mixes_up(reference: str) -> None:
    assert set(reference.removeprefix("H-").replace("-", "")) <= set(ALPHABET)


def test_a_reference_is_drawn_from_this_alphabet() -> None:
    assert ALPHABET == "234567ACDEFHJKMNPQRTUVWXY"


@pytest.mark.parametrize("alike", ["0OQ", "1IL", "2Z", "5S", "8B", "6G"])
def test_of_signs_that_look_alike_the_alphabet_has_one_at_most(alike: str) -> None:
    assert len(set(alike) & set(ALPHABET)) <= 1


@pytest.mark.parametrize(("clashes", "length"), [(0, 4), (2, 4), (3, 5), (5, 5), (6, 6), (60, 6)])
def test_a_reference_grows_when_short_ones_run_out(clashes: int, length: int) -> None:
    assert len(new_reference(clashes).split("-")[1]) == length


@given(REFERENCES)
def test_a_reference_is_read_however_it_is_written(reference: str) -> None:
    written = reference.lower().replace("-", " ")
    assert normal_reference(f"  {written} ") == reference


@given(REFERENCES, st.data())
def test_one_wrong_sign_is_noticed(reference: str, data: st.DataObject) -> None:
    signs = reference.replace("-", "")
    at = data.draw(st.integers(1, len(signs) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assume(wrong != signs[at])
    assert normal_reference(signs[:at] + wrong + signs[at + 1 :]) is None


@given(REFERENCES, st.data())
def test_two_neighbours_that_changed_places_are_noticed(
    reference: str, data: st.DataObject
) -> None:
    signs = reference.replace("-", "")
    at = data.draw(st.integers(1, len(signs) - 2))
    assume(signs[at] != signs[at + 1])
    swapped = signs[:at] + signs[at + 1] + signs[at] + signs[at + 2 :]
    assert normal_reference(swapped) is None


def test_a_reference_that_hides_a_change_of_places_is_not_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signs = iter(SWAPPABLE + "KKKKKK")
    monkeypatch.setattr("referrals.referral.reference.secrets.choice", lambda _: next(signs))
    assert new_reference(clashes=6).startswith("H-KKKKKK-")


@pytest.mark.parametrize(
    "text",
    ["", "H", "H-", "hej", "H-7KF3", "H-7KF3-Q-Q", "X-7KF3-Q", "\x00", "'; --", "H" * 10_000],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert normal_reference(text) is None


@given(st.text() | st.from_regex(r"[Hh][- ]?[0-9A-Za-z]{3,7}[- ]?[0-9A-Za-z]", fullmatch=True))
def test_whatever_is_read_as_a_reference_has_the_normal_form(text: str) -> None:
    read = normal_reference(text)
    assert read is None or re.fullmatch(r"H-[0-9A-Z]{4,6}-[0-9A-Z]", read)
    assert read is None or normal_reference(read) == read


def test_a_reference_that_nothing_is_known_about_is_a_short_one() -> None:
    assert len(new_reference()) == len("H-7KF3-Q")


def test_references_do_not_repeat_soon() -> None:
    assert len({new_reference() for _ in range(200)}) > 190
