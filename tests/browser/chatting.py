"""A nurse at the chat page: taps, types and waits for the answer; counts the taps."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

STARTED = "#chat[aria-busy=false] button[value^='/answer']"
"""The first answers, once the page's script listens."""


class Nurse:
    """Drives a chat page that is open in ``page``, with scripts."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.taps = 0

    def new_patient(self) -> Nurse:
        """Begin a conversation from the list and wait until Henvis asks."""
        self.page.goto(f"{self.url}/chat")
        self.page.locator("main").get_by_role("button", name="Ny patient").click()
        self.taps += 1
        self.page.locator(STARTED).first.wait_for()
        return self

    def tap(self, title: str) -> Nurse:
        """Tap an answer of the present step."""
        before = self.exchanges
        answers = self.page.get_by_role("group", name="Svarmuligheder")
        answers.get_by_role("button", name=title, exact=True).click()
        self.taps += 1
        return self._answered(before)

    def type(self, text: str) -> Nurse:
        """Type a message and send it with Enter."""
        before = self.exchanges
        self.page.get_by_label("Skriv til Henvis").fill(text)
        self.page.keyboard.press("Enter")
        return self._answered(before)

    def to_consent(self) -> Nurse:
        """Take the script to the first consent."""
        return self.tap("Ryger dagligt").tap("Ja tak")

    def to_summary(self, name: str, phone: str) -> Nurse:
        """Take the script to the summary by the shortest way."""
        self.to_consent().tap("Ja, patienten siger ja").tap("Ja")
        self.type(f"{name}, {phone}, 2750").tap("Ballerup")
        return self.tap("Spring resten over")

    @property
    def exchanges(self) -> int:
        """How much was said so far."""
        return self.page.locator(".exchange").count()

    @property
    def newest(self) -> str:
        """What Henvis said last."""
        return self.page.locator(".exchange").last.inner_text()

    def _answered(self, before: int) -> Nurse:
        expect(self.page.locator(".exchange")).to_have_count(before + 1)
        expect(self.page.locator(".exchange").last.locator(".reply").first).to_be_visible()
        return self


def reference_in(text: str) -> str:
    """Give the reference that a text names."""
    found = re.search(r"H-[0-9A-Z]{4,6}-[0-9A-Z]", text)
    assert found
    return found[0]
