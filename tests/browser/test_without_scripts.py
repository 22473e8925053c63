"""The same encounter in a browser that runs no scripts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, keep_picture
from tests.conftest import RunningHenvis


def press(page: Page, title: str) -> None:
    answers = page.get_by_role("group", name="Svarmuligheder")
    answers.get_by_role("button", name=title, exact=True).click()


def test_a_patient_is_referred_by_plain_forms(
    open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    page = open_page("demo-nurse", java_script_enabled=False)
    page.goto(f"{running_henvis.url}/chat")
    page.locator("main").get_by_role("button", name="Ny patient").click()
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
        press(page, title)
    page.get_by_label("Skriv til Henvis").fill(f"Karen Eksempel, {phone}, 2750")
    page.keyboard.press("Enter")
    for title in ("Ballerup", "Spring resten over"):
        press(page, title)
    expect(page.locator(".exchange").last).to_contain_text("Karen Eksempel")
    press(page, "Send henvisning")
    expect(page.locator(".exchange").last).to_contain_text("Sendt.")
    keep_picture(page, "without-scripts")


def test_cancelling_asks_first(open_page: OpenPage, running_henvis: RunningHenvis) -> None:
    page = open_page("demo-nurse", java_script_enabled=False)
    page.goto(f"{running_henvis.url}/chat")
    page.locator("main").get_by_role("button", name="Ny patient").click()
    tools = page.get_by_role("form", name="Styr forløbet")
    tools.get_by_role("button", name="Annullér").click()
    page.get_by_role("link", name="Nej, fortsæt").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    tools.get_by_role("button", name="Annullér").click()
    page.get_by_role("button", name="Ja, annullér").click()
    expect(page.locator(".exchange").last).to_contain_text("Patientens oplysninger er slettet.")


def test_an_adviser_works_the_queue(
    open_page: OpenPage, running_henvis: RunningHenvis, nurse: Nurse, phone: str
) -> None:
    nurse.new_patient().to_summary("Ellen Eksempel", phone).tap("Send henvisning")
    page = open_page("demo-adviser-0151", java_script_enabled=False)
    page.goto(f"{running_henvis.url}/koe/{reference_in(nurse.newest)}")
    page.get_by_role("button", name="Telefonsvarer").click()
    newest = page.get_by_role("region", name="Historik").get_by_role("listitem").last
    expect(newest).to_contain_text("Forsøgt at ringe: Telefonsvarer")
