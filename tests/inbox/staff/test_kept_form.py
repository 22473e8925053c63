"""What was typed before a proof was asked for comes back, but no secret and no file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.staff.kept_form import LONGEST, NOTHING, SECRETS, carried, sent

PATH = "/admin/indstillinger"


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.text(max_size=40)), min_size=1))
def test_what_is_carried_comes_back_as_it_was_typed(fields: list[tuple[str, str]]) -> None:
    kept = sent(PATH, fields)
    assert carried(kept.action, kept.typed) == kept
    assert kept.fields == tuple(fields)


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_form_with_a_secret_in_it_is_not_carried(secret: str) -> None:
    fields = [("note", "hej"), (secret, "hunter2-hunter2")]
    assert sent(PATH, fields) == NOTHING
    assert carried(PATH, json.dumps(fields)) == NOTHING


def test_nor_is_a_file_or_more_than_anybody_types() -> None:
    assert sent(PATH, [("note", "hej"), ("file", b"bytes")]) == NOTHING
    assert sent(PATH, [("note", "x" * LONGEST)]) == NOTHING


@pytest.mark.parametrize("typed", ["{", "7", "[1]", '["abc"]', "null", '{"a": 1}', '[["a"]]'])
def test_what_no_page_of_ours_could_have_carried_is_nothing(typed: str) -> None:
    assert carried(PATH, typed) == NOTHING


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example", "/\\evil", ""])
def test_it_goes_to_no_other_site(path: str) -> None:
    assert carried(path, '[["a", "b"]]').action == "/"


def test_nothing_of_it_is_shown_by_accident() -> None:
    assert "hej" not in repr(sent(PATH, [("note", "hej")]))
