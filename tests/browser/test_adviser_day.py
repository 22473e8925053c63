"""An adviser's day: search, take, try to call, plan, write to colleagues, transfer; with keys."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from referrals.denmark.dates import local_day
from referrals.referral.clock import now_utc
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER = "demo-adviser-0151"
NAME, PHONE = "Demo Patient To", "20 11 22 02"


def unfold(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).click()


def press_key(page: Page, key: str) -> None:
    """Press a shortcut once the script that hears it is there."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def look_at(page: Page, name: str) -> None:
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, name)


def test_an_adviser_s_day(open_page: OpenPage, running_henvis: RunningHenvis) -> None:
    page = open_page(ADVISER)
    page.goto(f"{running_henvis.url}/koe")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Henvisninger til Ballerup")
    look_at(page, "today")
    press_key(page, "/")
    expect(page.get_by_label("Søg på reference")).to_be_focused()
    page.keyboard.type(PHONE)
    page.keyboard.press("Enter")
    expect(page.get_by_text(NAME)).to_be_visible()
    press_key(page, "t")
    expect(page.get_by_role("region", name="Ansvarlig")).to_contain_text("Demo Rådgiver Ballerup")
    press_key(page, "i")
    expect(page.get_by_role("status")).to_contain_text("Gemt: intet svar. Næste forsøg")
    expect(page.get_by_text("ikke planlagt")).to_have_count(0)
    unfold(page, "Planlæg næste forsøg")
    page.locator("#plan-tid").fill(f"{local_day(now_utc()) + timedelta(days=6)}T10:00")
    page.get_by_role("button", name="Gem tidspunktet").click()
    expect(page.get_by_role("status")).to_contain_text("Næste forsøg planlagt")
    press_key(page, "k")
    page.keyboard.type("Ringer igen på mandag")
    page.get_by_role("button", name="Gem kommentaren").click()
    expect(page.get_by_text("Ringer igen på mandag")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    look_at(page, "referral-together")
    page.locator("#kommune-transfer").select_option("0163")
    transfer = page.locator("form", has=page.locator("#kommune-transfer"))
    transfer.get_by_label("Grund").select_option("near_work")
    transfer.get_by_label(re.compile("Borgeren har sagt ja")).check()
    transfer.get_by_role("button").click()
    expect(page.get_by_text("I er hjemkommune")).to_be_visible()
    look_at(page, "referral-lent")
    page.get_by_role("button", name="Tag henvisningen tilbage").click()
    expect(page.get_by_role("status")).to_contain_text("Taget tilbage af hjemkommunen")


def test_the_shortcuts_can_be_switched_off(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(ADVISER)
    page.goto(f"{running_henvis.url}/koe?vis=aabne")
    page.keyboard.press("j")
    expect(page.locator(".queue tbody th a").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    unfold(page, "Genveje på tastaturet")
    page.locator("#shortcuts-on").uncheck()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("vis=aabne"))
