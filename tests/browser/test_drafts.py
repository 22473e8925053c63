"""What was typed is not lost: an ended log-in, a closed tab, a case that moved on meanwhile."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER, COLLEAGUE = "demo-adviser-0151", "demo-manager-0151"
NOTE = "Taler helst med datteren først"
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('henvis-draft:'))"


def keeps(page: Page, number: int) -> None:
    """Wait until the browser keeps so many drafts. The page forbids what Playwright waits by."""
    for _ in range(200):
        if page.evaluate(f"{KEPT}.length") == number:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the browser does not keep {number} drafts")


@pytest.fixture
def case(nurse: Nurse, phone: str) -> str:
    nurse.new_patient().to_summary("Ellen Eksempel", phone).tap("Send henvisning")
    return str(reference_in(nurse.newest))


def kept(page: Page) -> list[str]:
    names: list[str] = page.evaluate(KEPT)
    return names


def write_note(page: Page, url: str, case: str) -> None:
    page.goto(f"{url}/koe/{case}")
    page.wait_for_load_state()
    page.get_by_text("Andet tidspunkt, note").click()
    page.locator("#opkald-note").fill(NOTE)
    keeps(page, 1)


def test_a_note_survives_an_ended_log_in_and_goes_once_it_is_saved(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    page = open_page(ADVISER)
    write_note(page, running_henvis.url, case)
    page.context.clear_cookies()
    page.get_by_role("button", name="Telefonsvarer").click()
    page.get_by_label("Brugernavn").fill(ADVISER)
    page.get_by_label("Adgangskode").fill(running_henvis.password)
    page.get_by_role("button", name="Log ind").click()
    expect(page).to_have_url(re.compile(f"/koe/{case}$"))
    expect(page.locator("#opkald-note")).to_have_value(NOTE)
    expect(page.get_by_text("Den ligger kun i denne browser")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "draft")
    page.get_by_role("button", name="Telefonsvarer").click()
    expect(page.get_by_role("region", name="Historik")).to_contain_text(NOTE)
    keeps(page, 0)
    expect(page.locator("#opkald-note")).to_have_value("")


def test_a_note_survives_a_closed_tab_for_its_writer_alone_and_unreadable(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    page = open_page(ADVISER)
    write_note(page, running_henvis.url, case)
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert NOTE not in stored
    colleague = open_page(COLLEAGUE)
    colleague.goto(f"{running_henvis.url}/log-ind")
    colleague.evaluate("(all) => Object.assign(localStorage, JSON.parse(all))", stored)
    colleague.goto(f"{running_henvis.url}/koe/{case}")
    colleague.wait_for_load_state("networkidle")
    expect(colleague.locator("#opkald-note")).to_have_value("")
    tab = page.context.new_page()
    page.close()
    tab.goto(f"{running_henvis.url}/koe/{case}")
    expect(tab.locator("#opkald-note")).to_have_value(NOTE)
    tab.get_by_role("button", name="Slet kladden").click()
    expect(tab.locator("#opkald-note")).to_have_value("")
    assert kept(tab) == []


def test_a_note_to_a_case_that_moved_on_is_shown_and_not_lost(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    page, colleague = open_page(ADVISER), open_page(COLLEAGUE)
    write_note(page, running_henvis.url, case)
    colleague.goto(f"{running_henvis.url}/koe/{case}")
    colleague.get_by_text("Fik fat i", exact=True).click()
    colleague.get_by_label("Ja", exact=True).check()
    colleague.get_by_role("button", name="Gem samtalen").click()
    page.get_by_role("button", name="Intet svar").click()
    expect(page.get_by_role("alert")).to_contain_text("En anden nåede at ændre henvisningen")
    left = page.get_by_role("region", name="Skrevet, men ikke gemt")
    expect(left).to_contain_text(NOTE)
    assert_accessible(page)
    left.get_by_role("button", name="Slet kladden").click()
    assert kept(page) == []


def test_what_is_a_week_old_is_gone(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    page = open_page(ADVISER)
    write_note(page, running_henvis.url, case)
    page.evaluate(
        "(name) => { const kept = JSON.parse(localStorage[name]);"
        " kept.at -= 7 * 24 * 3600 * 1000; localStorage[name] = JSON.stringify(kept); }",
        kept(page)[0],
    )
    page.goto(f"{running_henvis.url}/koe/{case}")
    page.wait_for_load_state()
    keeps(page, 0)
    expect(page.locator("#opkald-note")).to_have_value("")


def test_the_end_of_a_log_in_is_told_before_and_after(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    """The server's part is ``/log-ind/varer``; here it says what the clock of a test would."""
    left: list[int | None] = [200]
    quiet: list[bool] = []

    def answer(route: Route) -> None:
        quiet.append("x-henvis-quiet" in route.request.headers)
        if left[0] is None:
            route.fulfill(status=401, body="{}")
        else:
            route.fulfill(content_type="application/json", body=json.dumps({"seconds": left[0]}))

    page = open_page(ADVISER)
    page.clock.install()
    page.route("**/log-ind/varer", answer)
    page.goto(f"{running_henvis.url}/koe")
    page.wait_for_load_state()
    page.clock.fast_forward("29:00")
    expect(page.get_by_text("Du bliver snart logget ud")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "log-in-ends")
    left[0] = 1800
    page.get_by_role("button", name="Bliv logget ind").click()
    expect(page.get_by_text("Du bliver snart logget ud")).to_be_hidden()
    assert quiet[-1] is False
    assert all(quiet[:-1])
    left[0] = None
    page.clock.fast_forward("29:00")
    expect(page.get_by_role("link", name="Log ind igen")).to_have_attribute(
        "href", "/log-ind?next=/koe"
    )
