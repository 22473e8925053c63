"""What was typed before a proof was asked for comes back, sealed; no secret, file or approval."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.staff.kept_form import (
    LONGEST,
    LONGEST_PATH,
    NOTHING,
    SECRETS,
    STANDS,
    BadKept,
    Kept,
    carried,
    sealed,
    sent,
)

PATH = "/admin/indstillinger"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Seals:
    def link_secrets(self, purpose: str, record: str) -> list[str]:
        return [f"{purpose} {record}"]


def request(secret: str = "mine", after: timedelta = timedelta()) -> Any:
    state = SimpleNamespace(vault=Seals(), now=lambda: NOW + after)
    return SimpleNamespace(app=SimpleNamespace(state=state), state=SimpleNamespace(secret=secret))


def back(kept: Kept, at: Any = None) -> Kept:
    return carried(at or request(), kept.action, kept.typed, kept.seal)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.text(max_size=40)), min_size=1))
def test_what_is_carried_comes_back_as_it_was_typed(fields: list[tuple[str, str]]) -> None:
    kept = sealed(request(), sent(PATH, fields))
    assert back(kept) == kept
    assert kept.fields == tuple(fields)


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_form_with_a_secret_in_it_is_not_carried(secret: str) -> None:
    assert sent(PATH, [("note", "hej"), (secret, "hunter2-hunter2")]) == NOTHING


def test_nor_is_a_file_or_more_than_anybody_types() -> None:
    assert sent(PATH, [("note", "hej"), ("file", b"bytes")]) == NOTHING
    assert sent(PATH, [("note", "x" * LONGEST)]) == NOTHING
    assert sent("/" + "x" * LONGEST_PATH, [("note", "hej")]) == NOTHING


@pytest.mark.parametrize("press", ["godkend", "afvis"])
def test_nor_is_an_approval_which_is_pressed_where_it_is_read(press: str) -> None:
    assert sent(f"/admin/godkendelser/7/{press}", [("note", "hej")]) == NOTHING


@pytest.mark.parametrize(
    "typed", ["[" * 3000, "{", "7", "null", json.dumps([["session_idle", "240"]])], ids=range(5)
)
@pytest.mark.parametrize("seal", ["", "x", "9999999999.x", "\u00b2.", "."])
def test_what_we_did_not_seal_is_refused(typed: str, seal: str) -> None:
    with pytest.raises(BadKept):
        carried(request(), PATH, typed, seal)


@pytest.mark.parametrize(
    "other", [{"action": "/admin/systemer"}, {"fields": (("a", "c"),)}, {"seal": "9999999999.x"}]
)
def test_nothing_of_it_can_be_exchanged(other: dict[str, Any]) -> None:
    kept = sealed(request(), sent(PATH, [("a", "b")]))
    changed = {"action": kept.action, "fields": kept.fields, "seal": kept.seal} | other
    with pytest.raises(BadKept):
        back(Kept(**changed))


def test_what_was_sealed_for_another_log_in_is_refused() -> None:
    kept = sealed(request("another"), sent(PATH, [("a", "b")]))
    with pytest.raises(BadKept):
        back(kept)


def test_it_is_forgotten_after_a_while() -> None:
    kept = sealed(request(), sent(PATH, [("a", "b")]))
    assert back(kept, request(after=STANDS - timedelta(seconds=1))) == kept
    assert back(kept, request(after=STANDS)) == NOTHING


def test_nothing_of_it_is_shown_by_accident() -> None:
    assert "hej" not in repr(sent(PATH, [("note", "hej")]))
