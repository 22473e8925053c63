"""What may stand in a gap: marks that our own code put there, and of all else the plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.showing import MARK
from referrals.turns.saying import PUT_APART, Button, Say

TOKEN = "[[name:3f9a2c1b7d60]]"
RECEIPT = "[[receipt:H-7KF3-Q]]"
MARKS = (TOKEN, RECEIPT, "[[wards_list]]")
PIECES = st.sampled_from([*MARKS, "[", "[[", "]", "Rygestop", " ", PUT_APART, TOKEN[2:], TOKEN[1:]])
WRITTEN = st.lists(PIECES, max_size=6).map("".join)


def exchanged(text: str) -> list[str]:
    """Give what a text would be exchanged for something else at, but for what was put apart."""
    return [found[0] for found in MARK.finditer(text) if found[0] != PUT_APART]


def shown(text: str) -> str:
    """Show a text that holds no mark."""
    return MARK.sub("[", text)


@given(WRITTEN.filter(lambda text: PUT_APART not in text))
def test_what_was_stored_is_shown_as_it_was_written(written: str) -> None:
    value = Say("utter_seat_held", {"title": written}).values["title"]
    assert exchanged(value) == []
    assert shown(value) == written


@given(WRITTEN)
def test_where_our_own_code_puts_tokens_nothing_but_tokens_is_exchanged(written: str) -> None:
    value = Say("utter_noted", {"noted": written}).values["noted"]
    title = Button(written, "/resume").title
    assert {*exchanged(value), *exchanged(title)} <= {TOKEN}
    assert value.count(TOKEN) == written.count(TOKEN)


@pytest.mark.parametrize(
    ("gap", "mark"),
    [
        pytest.param("name", TOKEN, id="a sealed value"),
        pytest.param("noted", f"navn {TOKEN}", id="a sealed value among words"),
        pytest.param("receipt", RECEIPT, id="the receipt"),
    ],
)
def test_marks_of_our_own_stay(gap: str, mark: str) -> None:
    assert Say("utter_any", {gap: mark}).values[gap] == mark


@given(st.dictionaries(st.sampled_from(["title", "noted", "receipt"]), WRITTEN), WRITTEN)
def test_what_is_kept_and_read_again_is_the_same(values: dict[str, str], title: str) -> None:
    said = Say("utter_any", values, (Button(title, "/resume"),))
    assert Say.from_json(said.to_json()) == said
