"""The day's list follows what colleagues do, and says when it cannot."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER, COLLEAGUE = "demo-adviser-0151", "demo-manager-0151"
NAME = "Ellen Følgesen"


@pytest.fixture
def case(nurse: Nurse, phone: str) -> str:
    nurse.new_patient().to_summary(NAME, phone).tap("Send henvisning")
    return str(reference_in(nurse.newest))


@pytest.fixture
def day(open_page: OpenPage, running_henvis: RunningHenvis) -> Page:
    page = open_page(ADVISER)
    page.clock.install()
    page.goto(f"{running_henvis.url}/koe")
    page.wait_for_load_state()
    expect(page.get_by_text("Listen følger med af sig selv.")).to_be_visible()
    return page


def test_what_a_colleague_takes_shows_without_reloading_and_keeps_the_place(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    day, colleague = open_page(ADVISER), open_page(COLLEAGUE)
    day.clock.install()
    day.goto(f"{running_henvis.url}/koe?kun=call")
    line = day.get_by_role("row").filter(has_text=NAME)
    if line.count() == 0:
        pytest.fail("the new case is not on the day's list")
    line.get_by_role("link").first.focus()
    day.evaluate("window.notReloaded = true")
    colleague.goto(f"{running_henvis.url}/koe/{case}")
    colleague.get_by_role("button", name="Overtag").click()
    expect(colleague.get_by_role("status")).to_contain_text("Gemt")
    day.clock.fast_forward(21_000)
    expect(line).to_contain_text("Demo Kursusleder Ballerup")
    expect(line.get_by_role("link").first).to_be_focused()
    assert day.evaluate("window.notReloaded")


def test_a_list_that_cannot_follow_says_so(day: Page) -> None:
    day.context.set_offline(True)
    day.clock.fast_forward(21_000)
    expect(day.get_by_text("Ingen forbindelse til Henvis. Listen er fra kl.")).to_be_visible()
    day.context.set_offline(False)
    day.clock.fast_forward(21_000)
    expect(day.get_by_text("Listen følger med af sig selv.")).to_be_visible()
    day.context.clear_cookies()
    day.clock.fast_forward(21_000)
    expect(day.get_by_text("Du er logget ud. Listen er fra kl.")).to_be_visible()


@pytest.mark.usefixtures("case")
def test_a_first_name_finds_who_calls_back(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(ADVISER)
    page.goto(f"{running_henvis.url}/koe")
    page.get_by_label("Søg på reference, telefon eller navn").fill("ellen føl")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=NAME).first).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "names-found")
