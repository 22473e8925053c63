"""Two halves make one secret; one alone is none."""

from __future__ import annotations

import pytest

from referrals.staff.paper_codes import fingerprint
from referrals.staff.two_halves import Half, draw_for, fits, joined, parted

LINK, CODE = "hvs_Ab-_9", "abcd-efgh-ijkl"


def test_whoever_asked_is_given_a_code_of_sixty_bits_for_somebody() -> None:
    half = draw_for("Anna Nørby")
    assert half.whom == "Anna Nørby"
    bits_of_a_sign = 5
    assert len(half.code.replace("-", "")) * bits_of_a_sign == 60
    assert draw_for("Anna Nørby") != half


def test_no_half_is_shown_by_chance() -> None:
    assert "geheim" not in repr(Half("geheim", "geheim"))


def test_what_is_joined_is_parted_again() -> None:
    assert parted(joined(LINK, CODE)) == (LINK, CODE)


@pytest.mark.parametrize("nothing", ["", "  "])
def test_without_a_code_the_link_stays_as_it_is(nothing: str) -> None:
    assert joined(LINK, nothing) == LINK
    assert parted(LINK) == (LINK, "")


@pytest.mark.parametrize(
    ("code", "kept", "right"),
    [
        (CODE, fingerprint(CODE), True),
        ("ABCD EFGH IJKL", fingerprint(CODE), True),
        ("abcd-efgh-ijkm", fingerprint(CODE), False),
        ("", fingerprint(CODE), False),
        (fingerprint(CODE), fingerprint(CODE), False),
        ("", None, True),
        (CODE, None, True),
        ("", "", False),
    ],
)
def test_only_the_right_code_fits_where_one_is_asked_for(
    code: str, kept: str | None, *, right: bool
) -> None:
    assert fits(code, kept) is right
