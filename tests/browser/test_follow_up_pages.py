"""An adviser with a phone: enrolling, noting who came, and writing down what came of it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER = "demo-adviser-0163"
OTHERS = re.compile("Ballerup|Egedal|Furesø|Gentofte|Gladsaxe|Lyngby|Rudersdal|Rødovre")
"""How a course of another municipality says where it is."""


def test_a_person_is_enrolled_begins_and_is_followed_up(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(ADVISER, has_touch=True)
    page.goto(f"{running_henvis.url}/koe?vis=filed")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    page.get_by_text("Fik fat i", exact=True).click()
    own = page.locator("#samtale-kursus option").filter(has_not_text=OTHERS).nth(1)
    page.get_by_label("Kursus", exact=True).select_option(own.get_attribute("value"))
    assert_accessible(page)
    page.get_by_role("button", name="Gem samtalen").click()
    expect(page.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")
    page.get_by_label("Stopdato", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Gem stopdato").click()
    expect(page.get_by_role("alert")).to_contain_text("højst et år tilbage")
    reference = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("region", name="Forløb").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fremmøde")
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "attendance")
    page.goto(f"{running_henvis.url}/koe/{reference}")
    page.get_by_role("button", name="Gem: Begyndt på kursus").click()
    page.get_by_text(re.compile("Notér svar ved kursets slut")).click()
    smoke_free = page.get_by_role("group", name="Er borgeren røgfri?")
    smoke_free.get_by_label("Ja").first.check()
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "follow-up")
    page.get_by_role("button", name="Gem svar ved kursets slut").click()
    expect(page.get_by_role("status")).to_contain_text("Svaret er gemt.")
    expect(page.get_by_role("region", name="Forløb")).to_contain_text("Røgfri")
