"""The contact page on a phone: written, read back, corrected, saved; and the choice of a number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.every_page import links
from tests.conftest import RunningHenvis


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_number_is_read_back_and_can_be_corrected_before_it_is_saved(
    open_page: OpenPage, running_henvis: RunningHenvis, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(f"{running_henvis.url}/kontakt/{links(running_henvis.data)['contact']}")
    page.get_by_label("Navn", exact=True).fill("Karla Eksempel")
    page.get_by_label("Telefon", exact=True).fill("20667799")
    page.get_by_label("Postnummer").fill("2750")
    page.get_by_label("Kommune", exact=True).select_option("0151")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_role("heading", name="Er det rigtigt?")).to_be_visible()
    expect(page.get_by_text("20 66 77 99")).to_be_visible()
    assert_accessible(page)
    keep_picture(page, f"read-back-{scheme}")
    page.get_by_role("button", name="Ret").click()
    page.get_by_label("Telefon", exact=True).fill("20667788")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("20 66 77 88")).to_be_visible()
    page.get_by_role("button", name="Ja, gem").press("Enter")
    expect(page.get_by_text("Oplysningerne er gemt.")).to_be_visible()


def test_of_two_numbers_the_nurse_taps_one(nurse: Nurse, phone: str) -> None:
    nurse.new_patient()
    nurse.tap("Ryger dagligt").tap("Ja tak").tap("Ja, patienten siger ja").tap("Ja")
    nurse.type(f"Karla Eksempel, {phone}, 22334455, 2750")
    assert "Hvilket nummer skal kommunen ringe til?" in nurse.newest
    assert_accessible(nurse.page)
    keep_picture(nurse.page, "which-number")
    nurse.tap("22 33 44 55")
    assert "telefon 22 33 44 55" in nurse.newest
