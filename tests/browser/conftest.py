"""A browser for the tests, people who are logged in, and a look at accessibility."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chatting import Nurse
from tests.conftest import RunningHenvis

PHONE = {"width": 360, "height": 800}
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
"""WCAG 2.2 AA, and what axe counts as good practice."""
COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""The one rule that can depend on the colour scheme."""
_NUMBERS = itertools.count(20_700_000 + int.from_bytes(os.urandom(1)) * 1000)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium for one file's tests.

    Not for the whole run: Playwright keeps an event loop running in this thread as long as it
    lives, and tests elsewhere run their own.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def cookies(chromium: Browser, running_henvis: RunningHenvis) -> Callable[[str], list[Any]]:
    """Log people in by the page, each once, and give their cookies."""
    known: dict[str, list[Any]] = {}

    def of(name: str) -> list[Any]:
        if name not in known:
            page = chromium.new_page()
            log_in(page, running_henvis, name)
            known[name] = page.context.cookies()
            page.context.close()
        return known[name]

    return of


def log_in(page: Page, henvis: RunningHenvis, name: str) -> None:
    """Log in as a person does."""
    page.goto(f"{henvis.url}/log-ind")
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(henvis.password)
    page.get_by_role("button", name="Log ind").click()
    page.wait_for_url(re.compile(r"/(chat|koe)?$"))


@pytest.fixture
def open_page(chromium: Browser, cookies: Callable[[str], list[Any]]) -> Iterator[OpenPage]:
    """Give pages of a phone's size, logged in by name. A script error fails the test."""
    contexts, wrong = [], []

    def new(name: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(viewport=PHONE, **options)
        contexts.append(context)
        if name is not None:
            context.add_cookies(cookies(name))
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: _note_refusals(said.text, wrong))
        return page

    yield new
    for context in contexts:
        context.close()
    assert wrong == []


def _note_refusals(text: str, wrong: list[str]) -> None:
    if "Content Security Policy" in text or "Content-Security-Policy" in text:
        wrong.append(text)


@pytest.fixture
def nurse(open_page: OpenPage, running_henvis: RunningHenvis) -> Nurse:
    """Give a nurse with a phone in the hand."""
    page = open_page("demo-nurse", has_touch=True, reduced_motion="reduce")
    return Nurse(page, running_henvis.url)


@pytest.fixture
def phone() -> str:
    """Give a phone number that no other test uses."""
    return str(next(_NUMBERS))


def assert_accessible(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA."""
    assert violations(page) == []


def let_settle(page: Page) -> None:
    """Wait for the style sheets and for what moves: before, nothing on the page has its size."""
    page.wait_for_load_state("load")
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")


def violations(page: Page, rules: Mapping[str, Any] = ALL_RULES) -> list[str]:
    """Give what is against the rules once the moving has stopped, with the elements concerned."""
    let_settle(page)
    # What passed would be listed with each of its elements, which takes longer than the looking.
    options = {"runOnly": dict(rules), "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {[node['html'][:90] for node in each['nodes']]}" for each in found]


def keep_picture(page: Page, name: str) -> None:
    """Write a picture into the folder that HENVIS_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("HENVIS_SCREENSHOTS")
    if folder:
        page.wait_for_load_state("load")
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
