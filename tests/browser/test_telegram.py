"""The whole way through Telegram, on three phones: the nurse's, the patient's, the adviser's page.

Telegram is the stand-in, by polling and by webhook; the one-time link is opened in a real browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from demo.people import WARD_OF_DEMO_NURSE
from tests.browser.conftest import PHONE, assert_accessible, keep_picture, log_in
from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.system.a_nurse import Patient

PATIENT = Patient.number(870_001)
NewPage = Callable[..., Page]


@pytest.fixture(scope="module", params=["polling", "webhook"])
def henvis(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained_model: Path
) -> Iterator[RunningHenvis]:
    """Run a whole Henvis with the stand-in for Telegram."""
    webhook = str(request.param == "webhook").lower()
    folder = tmp_path_factory.mktemp("telegram")
    running = start_henvis(folder, "--telegram-demo", HENVIS_TELEGRAM_WEBHOOK=webhook)
    try:
        yield running
    finally:
        stop_henvis(running)


@pytest.fixture
def telegram(henvis: RunningHenvis) -> str:
    """Give the address of the made-up phones, from what ``up`` printed."""
    assert henvis.process.stdout is not None
    for line in henvis.process.stdout:
        found = re.match(r"telegram demo: (\S+)/ is", line)
        if found:
            return found[1]
    raise AssertionError("nothing was said about Telegram")


@pytest.fixture
def new_page(chromium: Browser, henvis: RunningHenvis) -> Iterator[NewPage]:
    """Give pages of a phone's size; who is named is logged in, others are nobody."""
    contexts = []

    def new(name: str = "") -> Page:
        context = chromium.new_context(viewport=PHONE)
        contexts.append(context)
        page = context.new_page()
        if name:
            log_in(page, henvis, name)
        return page

    yield new
    for context in contexts:
        context.close()


class Chat:
    """A chat on a made-up phone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.newest = page.locator(".message:not(.own)").last

    def write(self, text: str) -> None:
        self.page.get_by_label("Skriv en besked").fill(text)
        self.page.keyboard.press("Enter")

    def code(self) -> str:
        """Read the code that was said."""
        found = re.search(r"\d{3} \d{3}", self.newest.inner_text())
        assert found
        return found[0]

    def press(self, title: str) -> None:
        self.page.get_by_role("button", name=title, exact=True).last.click()

    def says(self, words: str) -> None:
        expect(self.newest).to_contain_text(words, timeout=20_000)

    def link(self, title: str) -> str:
        found = self.page.get_by_role("link", name=title).last
        found.wait_for()
        address = found.get_attribute("href")
        assert address
        return address


def test_a_nurse_is_invited_and_refers_a_patient_who_writes_on_the_own_phone(
    henvis: RunningHenvis, telegram: str, new_page: NewPage
) -> None:
    nurse = new_page("demo-nurse-2")
    invited = invitation(henvis, new_page)
    phone = new_page()
    phone.goto(invited)
    chat = Chat(phone)
    nurse.goto(chat.link("Bekræft på Henvis"))
    assert_accessible(nurse)
    expect(nurse.get_by_text("Telegram-kontoen hedder")).to_be_visible()
    nurse.get_by_label("Kode fra chatten").fill(chat.code())
    nurse.get_by_role("button", name="Ja, det er min Telegram").click()
    expect(nurse.get_by_role("status")).to_contain_text("hører nu til Henvis")
    assert_accessible(nurse)
    chat.says("Velkommen. Din Telegram er nu knyttet til Henvis.")
    chat.write("/ny")
    chat.says("Ryger du")
    for title, words in (("Ryger dagligt", "RÅDGIV"), ("Ja tak", "SAMTYKKE")):
        chat.press(title)
        chat.says(words)
    fill_in(new_page, chat.link("Patienten læser og skriver selv"))
    chat.says("Skal henvisningen sendes?")
    keep_picture(phone, "telegram-1-summary")
    chat.press("Send henvisning")
    chat.says("Du kan fortryde")
    said = phone.locator("main").inner_text()
    keep_picture(phone, "telegram-2-filed")
    assert PATIENT.name not in said
    reference = re.search(r"H-[0-9A-Z]{4,6}-[0-9A-Z]", said)
    assert reference
    adviser = new_page("demo-adviser-0151")
    adviser.goto(f"{henvis.url}/koe/{reference[0]}")
    expect(adviser.get_by_text(PATIENT.name).first).to_be_visible()


def fill_in(new_page: NewPage, link: str) -> None:
    """Open the one-time link, show its code, and let the patient read and write in English."""
    contact = new_page()
    contact.goto(link)
    assert_accessible(contact)
    keep_picture(contact, "telegram-3-link")
    code = contact.get_by_alt_text("QR-kode").get_attribute("src")
    address = f"{link}/patient"
    assert code == segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    own = new_page()
    own.goto(address)
    own.get_by_role("link", name="English").click()
    assert_accessible(own)
    own.get_by_label("Yes, I agree").check()
    own.get_by_label("Name").fill(PATIENT.name)
    own.get_by_label("Phone").fill(PATIENT.phone)
    own.get_by_label("Postcode").fill(PATIENT.postcode)
    own.get_by_role("button", name="Send").click()
    expect(own.get_by_role("alert")).to_contain_text("Municipality")
    assert_accessible(own)
    keep_picture(own, "telegram-4-patient")
    own.get_by_label("Municipality", exact=True).select_option(label=PATIENT.municipality)
    own.get_by_role("button", name="Send").click()
    expect(own.get_by_text(PATIENT.shown_phone)).to_be_visible()
    assert_accessible(own)
    own.get_by_role("button", name="Yes, send").click()
    expect(own.get_by_role("status")).to_contain_text("The staff will now send your referral")
    assert_accessible(own)
    contact.reload()
    expect(contact.get_by_role("heading", level=1)).to_have_text("Linket virker ikke mere")


def invitation(henvis: RunningHenvis, new_page: NewPage) -> str:
    """Invite a nurse of the demo's ward, and give the link into Telegram."""
    lead = new_page("demo-lead")
    lead.goto(f"{henvis.url}/telegram/invitationer")
    lead.get_by_label("Afsnit").select_option(WARD_OF_DEMO_NURSE)
    lead.get_by_role("button", name="Lav en invitation").click()
    shown = lead.get_by_label("Link")
    assert_accessible(lead)
    return shown.input_value()
