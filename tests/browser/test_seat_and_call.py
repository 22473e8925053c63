"""A nurse at the bedside finds a course, holds a seat and books the call; the adviser sees both."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.browser.test_encounter import reference_in
from tests.conftest import RunningHenvis


def test_a_nurse_holds_a_seat_and_books_the_call_and_the_adviser_sees_both(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    nurse.new_patient().to_consent().tap("Ja, patienten siger ja").tap("Ja")
    nurse.type(f"Ingrid Eksempel, {phone}, 2750").tap("Ballerup")
    nurse.type("er der et hold i ballerup med ledige pladser")
    keep_picture(nurse.page, "7-courses")
    assert_accessible(nurse.page)
    assert_fits(nurse.page)
    before = nurse.taps
    nurse.tap("Hold plads 1")
    held = re.search(r"Pladsen på (.+) i Ballerup er holdt til", nurse.newest)
    assert held
    assert nurse.taps == before + 1
    keep_picture(nurse.page, "8-seat")
    nurse.tap("Book en fast tid")
    slots = nurse.page.get_by_role("group", name="Svarmuligheder").get_by_role("button")
    nurse.tap(slots.filter(has_text="kl.").first.inner_text())
    assert "Opkaldet er booket: Demo Rådgiver Ballerup ringer" in nurse.newest
    assert nurse.taps == before + 3
    keep_picture(nurse.page, "9-call")
    nurse.tap("Spring resten over")
    assert held[1] in nurse.newest
    nurse.tap("Send henvisning")
    adviser = open_page("demo-adviser-0151")
    adviser.goto(f"{running_henvis.url}/koe/{reference_in(nurse.newest)}")
    expect(adviser.get_by_role("definition").filter(has_text=held[1])).to_be_visible()
    expect(adviser.get_by_text("med Demo Rådgiver Ballerup")).to_be_visible()
    expect(adviser.get_by_text("Holdt til")).to_be_visible()
    assert_accessible(adviser)
    assert_fits(adviser)
    keep_picture(adviser, "10-reserved")
