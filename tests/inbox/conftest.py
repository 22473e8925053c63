"""What the tests of the inbox share: pages as a browser asks for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

ADVISER = "demo-adviser-0151"


@pytest.fixture
def browser(app_client: Callable[..., TestClient]) -> Callable[..., TestClient]:
    """Give clients that ask for pages and are logged in, as browsers are."""

    def open_browser(name: str | None = None) -> TestClient:
        client = app_client(name, by_cookie=True)
        client.headers["Accept"] = "text/html"
        return client

    return open_browser


@pytest.fixture
def adviser(browser: Callable[..., TestClient]) -> TestClient:
    """Give the browser of Ballerup's adviser."""
    return browser(ADVISER)


@pytest.fixture
def reference(adviser: TestClient) -> Callable[..., str]:
    """Give the reference of Ballerup's demo referral in a state."""

    def find(state: str) -> str:
        page = adviser.get("/api/referrals", params={"status": state}).json()
        return str(page["referrals"][0]["reference"])

    return find
