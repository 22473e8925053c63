"""Passkeys in a real browser, with the authenticator that Chromium plays itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from demo.people import PASSWORD
from referrals.referral.clock import now_utc
from referrals.staff import house_rules
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests.service.waiting import until

ADVISER = "demo-adviser-0151"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve demo data at a name, for to an IP address no passkey can be bound."""
    listener = socket.create_server(("127.0.0.1", 0))
    name = f"http://localhost:{listener.getsockname()[1]}"
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("passkeys"),
        engine_url="http://127.0.0.1:9",
        public_url=name,
        beside=False,
    )
    preparing.prepare(settings, demo=True)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until(lambda: server.started)
    demand(settings, "require_second_factor")
    yield name
    server.should_exit = True
    thread.join()


def demand(settings: Settings, rule: str) -> None:
    store: Store = build_store(settings)
    with store.database.write() as session:
        house_rules.change(session, rule, True, "test", now_utc())
    store.database.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page of a device that has a passkey's place, whose owner is there and looks at it."""
    context = chromium.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()
    assert wrong == []


def give_password(page: Page, address: str) -> None:
    page.goto(f"{address}/log-ind?next=/koe")
    page.get_by_label("Brugernavn").fill(ADVISER)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()


def test_a_passkey_is_made_used_alone_used_as_second_factor_and_removed(
    page: Page, address: str
) -> None:
    give_password(page, address)
    page.get_by_label("Hvor ligger den nye adgangsnøgle?").fill("Min telefon")
    page.get_by_role("button", name="Opret en adgangsnøgle").click()
    page.wait_for_url(f"{address}/koe")

    page.goto(f"{address}/konto")
    expect(page.get_by_text("Min telefon", exact=True)).to_be_visible()
    log_out(page, address)
    page.goto(f"{address}/log-ind?next=/koe")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    page.wait_for_url(f"{address}/koe")

    log_out(page, address)
    give_password(page, address)
    expect(page.get_by_role("heading", name="Brug din adgangsnøgle")).to_be_visible()
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    page.wait_for_url(f"{address}/koe")

    page.goto(f"{address}/konto")
    page.get_by_role("button", name="Fjern Min telefon").click()
    expect(page.get_by_text("Adgangsnøglen er fjernet.")).to_be_visible()


def log_out(page: Page, address: str) -> None:
    page.goto(f"{address}/konto")
    page.locator("form[action='/log-ud'] button").click()
    page.wait_for_url(f"{address}/log-ind")


def test_a_device_without_the_key_is_told_and_the_password_stays_a_way(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/log-ind")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    expect(page.get_by_text("Det blev ikke til noget.")).to_be_visible()
    expect(page.get_by_label("Adgangskode")).to_be_visible()
