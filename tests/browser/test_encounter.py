"""The whole way at the bedside, on a phone: from the first question to the municipality's queue."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.conftest import RunningHenvis

MOST_TAPS = 8


def test_a_nurse_refers_a_patient_and_the_adviser_takes_the_referral(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    nurse.new_patient()
    keep_picture(nurse.page, "1-ask")
    nurse.tap("Ryger dagligt")
    keep_picture(nurse.page, "2-advise")
    nurse.tap("Ja tak")
    keep_picture(nurse.page, "3-consent")
    nurse.tap("Ja, patienten siger ja").tap("Ja")
    nurse.type(f"Karla Eksempel, {phone}, 2750").tap("Ballerup").tap("Spring resten over")
    assert "Karla Eksempel" in nurse.newest
    keep_picture(nurse.page, "4-summary")
    nurse.tap("Send henvisning")
    assert "Sendt. Henvisningen står i køen hos Ballerup Kommune." in nurse.newest
    keep_picture(nurse.page, "5-filed")
    assert nurse.taps <= MOST_TAPS
    adviser = open_page("demo-adviser-0151")
    take(adviser, running_henvis.url, reference_in(nurse.newest))
    keep_picture(adviser, "6-taken")


def take(adviser: Page, url: str, reference: str) -> None:
    """Find the referral, wherever in a long list it may stand, and log a first call."""
    adviser.goto(f"{url}/koe?vis=filed")
    search = adviser.get_by_label("Søg på reference")
    search.fill(reference)
    search.press("Enter")
    expect(adviser.get_by_text("Karla Eksempel")).to_be_visible()
    adviser.get_by_text("Fik fat i", exact=True).click()
    adviser.get_by_label("Ja", exact=True).check()
    adviser.get_by_role("button", name="Gem samtalen").click()
    expect(adviser.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")
    assert_accessible(adviser)


def test_the_patient_withdraws_on_the_own_page_and_the_adviser_sees_no_name(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    nurse.new_patient().to_summary("Dagny Eksempel", phone).tap("Send henvisning")
    link = nurse.page.get_by_role("link", name="Åbn kvitteringen").get_attribute("href")
    assert link
    patient = open_page()
    patient.goto(link)
    assert "Dagny" not in patient.inner_text("body")
    patient.locator("summary").click()
    patient.get_by_role("button", name="Ja, træk samtykket tilbage").click()
    expect(patient.get_by_role("status")).to_contain_text("Henvisningen er trukket tilbage.")
    adviser = open_page("demo-adviser-0151")
    adviser.goto(f"{running_henvis.url}/koe/{reference_in(nurse.newest)}")
    assert "Dagny" not in adviser.inner_text("body")
    expect(adviser.get_by_text("personoplysninger er slettet")).to_be_visible()


def test_the_journal_line_is_copied_with_one_tap(nurse: Nurse, phone: str) -> None:
    nurse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nurse.new_patient().to_summary("Ebbe Eksempel", phone).tap("Send henvisning")
    nurse.page.get_by_role("button", name="Kopiér").click()
    expect(nurse.page.get_by_role("button", name="Kopieret")).to_be_visible()
    expect(nurse.page.get_by_role("status")).to_have_text("Kopieret")
    copied = nurse.page.evaluate("navigator.clipboard.readText()")
    assert "VBA givet" in copied
    assert "Kopiér" not in copied
    assert "Ebbe" not in copied


def test_where_copying_is_not_allowed_the_line_is_selected(nurse: Nurse, phone: str) -> None:
    nurse.page.add_init_script("delete Navigator.prototype.clipboard")
    nurse.new_patient().to_summary("Frode Eksempel", phone).tap("Send henvisning")
    nurse.page.get_by_role("button", name="Kopiér").click()
    expect(nurse.page.get_by_role("status")).to_contain_text("Teksten er markeret.")
    assert "VBA givet" in nurse.page.evaluate("getSelection().toString()")


def test_cancelling_asks_first_and_can_be_thought_better_of(nurse: Nurse) -> None:
    nurse.new_patient().tap("Ryger dagligt")
    said, page = nurse.exchanges, nurse.page
    tools = page.get_by_role("form", name="Styr forløbet")
    tools.get_by_role("button", name="Annullér").click()
    page.get_by_role("link", name="Nej, fortsæt").click()
    assert nurse.exchanges == said
    tools.get_by_role("button", name="Annullér").click()
    assert_accessible(page)
    page.get_by_role("button", name="Ja, annullér").click()
    expect(page.get_by_text("Patientens oplysninger er slettet.")).to_be_visible()


def test_the_next_patient_gets_a_page_without_the_last_one(nurse: Nurse, phone: str) -> None:
    nurse.new_patient().to_summary("Gerda Eksempel", phone)
    first = nurse.page.url
    tools = nurse.page.get_by_role("form", name="Styr forløbet")
    tools.get_by_role("button", name="Ny patient").click()
    nurse.page.wait_for_url(lambda url: "/chat/" in url and url != first)
    expect(nurse.page.get_by_role("button", name="Ryger dagligt")).to_be_visible()
    assert "Gerda" not in nurse.page.inner_text("body")


def test_a_paused_conversation_goes_on_on_another_device(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    nurse.new_patient().to_summary("Helga Eksempel", phone)
    conversation = nurse.page.url.partition("#")[0].rsplit("/", 1)[1]
    nurse.page.get_by_role("button", name="Pause").click()
    expect(nurse.page.locator(".exchange").last).to_contain_text("pause", ignore_case=True)
    other = Nurse(open_page("demo-nurse"), running_henvis.url)
    other.page.goto(f"{running_henvis.url}/chat")
    expect(other.page.get_by_text("På pause").first).to_be_visible()
    other.page.locator(f"form[action$='{conversation}'] button").click()
    other.page.wait_for_url(f"**/chat/{conversation}*")
    expect(other.page.locator(".exchange").last).to_contain_text("Helga Eksempel")


def test_what_is_said_on_one_device_shows_on_the_other(nurse: Nurse, open_page: OpenPage) -> None:
    nurse.new_patient()
    other = open_page("demo-nurse")
    with other.expect_response(re.compile("/events$")):
        other.goto(nurse.page.url)
    nurse.tap("Ryger dagligt")
    expect(other.get_by_role("button", name="Ja tak")).to_be_visible()
    expect(other.locator(".exchange")).to_have_count(nurse.exchanges)
    expect(other.get_by_role("button", name="Ryger dagligt")).to_have_count(0)
