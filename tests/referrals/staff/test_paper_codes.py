"""Codes on paper: drawn from enough, read aloud without mistakes, known however they are typed."""

from __future__ import annotations

import re

import pytest

from referrals.staff import paper_codes
from referrals.staff.sessions import digest


@pytest.mark.parametrize(
    ("signs", "groups"), [(1, r"."), (4, r"\w{4}"), (5, r"\w{4}-."), (12, r"\w{4}-\w{4}-\w{4}")]
)
def test_a_code_has_so_many_signs_in_groups_of_four(signs: int, groups: str) -> None:
    assert re.fullmatch(groups, paper_codes.draw(signs))


def test_each_sign_has_five_bits_and_is_hard_to_mix_up() -> None:
    drawn = set(paper_codes.draw(4000).replace("-", ""))
    assert drawn == set("abcdefghijklmnopqrstuvwxyz234567")


def test_no_two_codes_are_the_same() -> None:
    assert len({paper_codes.draw(12) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("typed", ["abcd-efgh", "ABCD EFGH", " abcdefgh\t", "a-b c\nd-EF gh"])
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert paper_codes.fingerprint(typed) == digest("abcdefgh")


@pytest.mark.parametrize("other", ["abcd-efgi", "abcd", "", "abcd_efgh"])
def test_another_one_is_not(other: str) -> None:
    assert paper_codes.fingerprint(other) != digest("abcdefgh")
