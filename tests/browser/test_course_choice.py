"""A course is found among all of them for one person, and put down for in the same talk."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis


def test_a_course_beyond_the_list_is_searched_for_and_chosen(
    nurse: Nurse, phone: str, open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    nurse.new_patient().to_summary("Ellen Eksempel", phone).tap("Send henvisning")
    page = open_page("demo-adviser-0151")
    page.goto(f"{running_henvis.url}/koe/{reference_in(nurse.newest)}")
    page.get_by_text("Fik fat i", exact=True).click()
    page.get_by_role("link", name=re.compile("Søg i alle kurser")).click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d{3} kurser, side 1 af \d"))
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "course-choice")
    page.get_by_label("Sprog").select_option("tr")
    page.get_by_role("button", name="Vis").click()
    first = page.get_by_role("listitem").first
    expect(first).to_contain_text("Kun for nogle: på tyrkisk. Spørg, om det er noget")
    title = first.get_by_role("heading").inner_text()
    first.get_by_role("link", name=re.compile("^Vælg")).click()
    chosen = page.get_by_label("Kursus", exact=True).locator("option:checked")
    expect(chosen).to_have_text(re.compile("^" + re.escape(title)))
    page.get_by_role("button", name="Gem samtalen").click()
    expect(page.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")
    expect(page.get_by_role("region", name="Forløb")).to_contain_text(title.removesuffix(" (demo)"))
