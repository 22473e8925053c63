"""The day's list follows what colleagues do, and says when it cannot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from referrals.referral.tables import ReferralRow
from service.composition import open_store
from service.settings import Settings
from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER, COLLEAGUE = "demo-adviser-0151", "demo-manager-0151"
NAME = "Ellen Følgesen"
AGES = timedelta(weeks=3)


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


@pytest.fixture
def overdue(running_henvis: RunningHenvis, case: str) -> str:
    """Let the case have waited for three weeks: whatever others did, and whatever the hour."""
    with (
        open_store(Settings.load(data_dir=running_henvis.data)) as store,
        store.database.write() as session,
    ):
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == case)).one()
        row.filed_at, row.due_at = row.filed_at - AGES, row.due_at - AGES
    return case


def test_what_a_colleague_takes_shows_without_reloading_and_keeps_the_place(
    open_page: OpenPage, running_henvis: RunningHenvis, overdue: str
) -> None:
    day, colleague = open_page(ADVISER), open_page(COLLEAGUE)
    day.clock.install()
    day.goto(f"{running_henvis.url}/koe?kun=call")
    link = day.locator(f'a[href="/koe/{overdue}"]')
    line = day.get_by_role("row").filter(has=link)
    link.focus()
    day.evaluate("window.notReloaded = true")
    colleague.goto(f"{running_henvis.url}/koe/{overdue}")
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


@pytest.mark.usefixtures("overdue")
def test_what_is_overdue_is_told_in_a_box_that_leaves_room_for_the_people(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(ADVISER)
    page.goto(f"{running_henvis.url}/koe")
    box = page.get_by_role("region", name=re.compile("over fristen")).bounding_box()
    assert box is not None
    assert box["height"] < 140
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "today-overdue")


def test_at_a_phone_s_width_the_call_panel_stands_in_the_upper_part_of_the_first_screen(
    open_page: OpenPage, running_henvis: RunningHenvis, case: str
) -> None:
    page = open_page(ADVISER)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{running_henvis.url}/koe/{case}")
    name = page.get_by_text(NAME).bounding_box()
    number = page.locator("a.phone").bounding_box()
    first = page.get_by_role("button", name="Intet svar").bounding_box()
    ward = page.get_by_text("Afsnit", exact=True).bounding_box()
    assert name
    assert number
    assert first
    assert ward
    assert name["y"] < number["y"] < first["y"] < ward["y"]
    assert first["y"] + first["height"] < 0.65 * 740


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
