"""The forms of the queue's pages: what is meant to be pressed is one button, never two."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

Find = Callable[[str], str]


class PrimaryButtons(HTMLParser):
    """Counts the primary buttons of each form of a page; ``forms`` names each by its action."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, int]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append((attributes.get("action") or "", 0))
        elif tag == "button" and "primary" in (attributes.get("class") or "").split():
            action, many = self.forms[-1]
            self.forms[-1] = (action, many + 1)


@pytest.mark.parametrize("state", ["filed", "received", "contact_attempted", "enrolled"])
def test_no_form_of_a_referral_has_two_primary_buttons(
    adviser: TestClient, reference: Find, state: str
) -> None:
    for path in ("", "/kurser", "?opkald=no_answer&videre=0"):
        page = adviser.get(f"/koe/{reference(state)}{path}")
        assert_one_primary_button(page.text)


@pytest.mark.parametrize("path", ["", "?hvem=mig", "?vis=aabne", "?vis=over-fristen", "?vis=alle"])
def test_no_form_of_the_lists_has_two_primary_buttons(adviser: TestClient, path: str) -> None:
    assert_one_primary_button(adviser.get(f"/koe{path}").text)


def test_nor_has_one_that_shows_what_was_refused(adviser: TestClient, reference: Find) -> None:
    filed = reference("filed")
    for path, form in (
        (f"/koe/{filed}", {"version": 1, "move": "attempt_contact"}),
        (f"/koe/{filed}/opkald", {"version": 1, "result": "talk"}),
        (f"/koe/{filed}/kommentar", {"text": ""}),
        ("/koe/soeg", {"words": "patient"}),
    ):
        assert_one_primary_button(adviser.post(path, data=form).text)


def assert_one_primary_button(page: str) -> None:
    forms = PrimaryButtons(page).forms
    assert forms
    assert [action for action, primary in forms if primary > 1] == []
