"""The headers that every answer carries, whoever gives it, and who may act with a cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx2 import Response
from starlette.requests import Request
from starlette.testclient import TestClient

from service.engine.rasa import WEBHOOK_PATH
from service.web.app import DressedApp

Clients = Callable[..., TestClient]
BREAKS = "/gaar-i-stykker"


@pytest.fixture(scope="module")
def client(shared_client: Clients) -> TestClient:
    client = shared_client()
    assert isinstance(client.app, DressedApp)

    def breaks(_: Request) -> None:
        raise KeyError("nobody foresaw this")

    client.app.add_route(BREAKS, breaks)
    return client


def is_dressed(answer: Response) -> bool:
    told = answer.headers
    policy = set(told["content-security-policy"].split("; "))
    return (
        {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= policy
        and told["x-content-type-options"] == "nosniff"
        and told["x-frame-options"] == "DENY"
        and told["referrer-policy"] == "same-origin"
        and told["strict-transport-security"].startswith("max-age=31536000")
        and "access-control-allow-origin" not in told
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log-ind", 200),
        ("/healthz", 200),
        ("/static/inbox/print.js", 200),
        ("/findes-ikke", 404),
        (WEBHOOK_PATH, 404),
        (BREAKS, 500),
    ],
    ids=["page", "call", "script", "nothing there", "engine's door", "broken"],
)
def test_every_answer_is_dressed(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert is_dressed(answer)
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    assert answer.headers["cache-control"] == kept


def test_a_refusal_before_any_route_is_dressed(client: TestClient) -> None:
    answer = client.get("/log-ind", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert is_dressed(answer)


@pytest.mark.parametrize(
    "told",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/side"},
        {"Referer": "http://127.0.0.1:8000.evil.example/"},
        {"Referer": "http://evil.example/?127.0.0.1:8000"},
        {"Referer": "http://[::1/"},
        {"Referer": ""},
    ],
    ids=[
        "another site",
        "a neighbour",
        "another origin",
        "a hidden origin",
        "another site's page",
        "a page of a like name",
        "a page that names us",
        "no address",
        "a hidden page",
    ],
)
def test_a_change_that_another_site_sends_is_refused(
    client: TestClient, told: dict[str, str]
) -> None:
    answer = client.post("/log-ind", data={"name": "demo-nurse", "password": "x"}, headers=told)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"Referer": "http://127.0.0.1:8000/log-ind?next=/"},
        {"Origin": "http://127.0.0.1:8000", "Referer": "https://evil.example/"},
        {"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/"},
    ],
    ids=["a program", "our own page", "our own origin", "our own site"],
)
def test_a_change_from_here_is_taken(client: TestClient, told: dict[str, str]) -> None:
    answer = client.post("/log-ind", data={"name": "demo-nurse", "password": "x"}, headers=told)
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_a_method_that_no_route_has_is_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/log-ind").status_code == 405
