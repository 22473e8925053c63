"""The administrator's page of systems: what is secret is shown once, and a slip says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

PATH = "/admin/systemer"


@pytest.fixture
def admin(browser: Callable[..., TestClient]) -> TestClient:
    return browser("demo-admin")


def _token(page: str) -> str:
    found = re.search(r'value="(hvs_[\w-]+)"', page)
    assert found is not None
    return found[1]


def test_a_system_is_let_in_used_and_shut_out(
    admin: TestClient, browser: Callable[..., TestClient], app_client: Callable[..., TestClient]
) -> None:
    sent = {"name": "Nexus-Ballerup", "municipality": "0151", "scope": ["read"]}
    asked_for = admin.post(PATH, data=sent).text
    assert "anden administrator" in asked_for
    [code] = re.findall(r'value="((?:[a-z2-7]{4}-){2}[a-z2-7]{4})"', asked_for)
    second = app_client("demo-admin-2", by_cookie=True)
    second.headers["Accept"] = "text/html"
    waiting = second.get("/admin/godkendelser").text
    [asked] = re.findall(r'action="(/admin/godkendelser/\d+/godkend)"', waiting)
    made = second.post(asked)
    token = _token(made.text)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    shown = admin.get(PATH).text
    assert "nexus-ballerup" in shown
    assert token not in shown
    system = browser()
    system.headers["Authorization"] = f"Bearer {token}"
    assert system.get("/api/referrals").status_code == 401, "half of it opens nothing"
    system.headers["Authorization"] = f"Bearer {token}.{code}"
    assert system.get("/api/referrals").status_code == 200
    refused = system.post("/api/referrals/assign", json={"referrals": []})
    assert refused.status_code == 403
    assert system.get("/koe", follow_redirects=False).headers["location"].startswith("/log-ind")
    [account] = re.findall(rf'action="{PATH}/(\d+)/luk"', shown)
    assert "ikke adgang mere" in admin.post(f"{PATH}/{account}/luk").text
    assert system.get("/api/referrals").status_code == 401


SLIPS = {
    "no name": ({"name": "", "municipality": "0151", "scope": "read"}, "Skriv et navn"),
    "no scope": ({"name": "nexus", "municipality": "0151"}, "læse, skrive"),
    "no municipality": ({"name": "nexus", "municipality": "", "scope": "read"}, "Vælg en kommune"),
}


@pytest.mark.parametrize(("sent", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_says_what_to_do(admin: TestClient, sent: dict[str, str], told: str) -> None:
    answer = admin.post(PATH, data=sent)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_webhook_is_set_with_its_secret_shown_once_and_stopped(admin: TestClient) -> None:
    url = "https://fagsystem.example.dk/henvis"
    made = admin.post(f"{PATH}/besked", data={"municipality": "0151", "url": url})
    assert made.status_code == 201
    assert "whsec_" in made.text
    shown = admin.get(PATH).text
    assert url in shown
    assert "whsec_" not in shown
    assert "ikke flere beskeder" in admin.post(f"{PATH}/besked/0151/stop").text
    assert url not in admin.get(PATH).text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("fagsystem", "hel adresse"),
        ("http://fagsystem.example.dk/", "https://"),
        ("https://10.0.0.1/", "lukket net"),
    ],
)
def test_an_address_that_will_not_do_says_why(admin: TestClient, url: str, told: str) -> None:
    answer = admin.post(f"{PATH}/besked", data={"municipality": "0151", "url": url})
    assert answer.status_code == 422
    assert told in answer.text
