"""The story of an administrator's computer that was left alone, and of a token that got away.

Whoever sits down at it looks around, and wants a way back in later: a user, a rule, a place, a
system, a message. Whoever found a token of ``./henvis token`` wants the same by a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.staff.signing_in import COOKIE
from referrals.referral.clock import now_utc
from referrals.staff.accounts import FRESH
from service.web.app import bare_app

Clients = Callable[..., TestClient]
INVITING = ("/invitationer", "/telegram/invitationer")
PROOF = "/konto/bekraeft"


def changes_of_administrators() -> list[str]:
    """Give the path of every route that changes something of the house."""
    found: set[str] = set()

    def walk(routes: list[Any]) -> None:
        for route in routes:
            if hasattr(route, "original_router"):
                walk(route.original_router.routes)
            elif getattr(route, "methods", None) and route.methods - {"GET", "HEAD"}:
                found.add(route.path)
                if route.path.startswith("/admin/"):
                    assert route.methods == {"POST"}, route.path

    walk(bare_app().routes)
    return sorted(path for path in found if path.startswith(("/admin/", *INVITING)))


def at_a_page(client: TestClient) -> TestClient:
    client.headers["Accept"] = "text/html"
    client.follow_redirects = False
    return client


def test_there_is_much_to_change() -> None:
    assert len(changes_of_administrators()) >= 28


@pytest.mark.parametrize("path", changes_of_administrators())
def test_nothing_is_changed_at_a_computer_that_was_left_alone(
    shared_client: Clients, path: str
) -> None:
    admin = at_a_page(shared_client("demo-admin", by_cookie=True))
    address = re.sub(r"\{[^}]+\}", "1", path)
    with time_machine.travel(now_utc() + FRESH + timedelta(seconds=1), tick=False):
        answer = admin.post(address)
        program = admin.post(address, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, PROOF)
    assert (program.status_code, program.json()["type"].rpartition(":")[2]) == (403, "not_fresh")


@pytest.mark.parametrize("path", changes_of_administrators())
def test_nothing_is_changed_by_a_token_that_got_away(shared_client: Clients, path: str) -> None:
    thief = at_a_page(shared_client("demo-admin"))
    assert thief.post(re.sub(r"\{[^}]+\}", "1", path)).headers["location"].startswith(PROOF)
    assert thief.post(PROOF, data={"password": PASSWORD}).status_code == 403


def test_whoever_is_it_proves_it_comes_back_to_the_page_and_does_it(shared_client: Clients) -> None:
    admin = at_a_page(shared_client("demo-admin", by_cookie=True))
    form = {"name": "Nyt Hospital"}
    with time_machine.travel(now_utc() + FRESH + timedelta(seconds=1), tick=False):
        assert "Bekræft, før du skriver" in admin.get("/admin/steder").text
        page = {"Referer": "http://127.0.0.1:8000/admin/steder"}
        asked = admin.post("/admin/steder/hospitaler", data=form, headers=page)
        assert (asked.status_code, "<dd>Nyt Hospital</dd>" in asked.text) == (403, True)
        proved = admin.post(PROOF, data={"password": PASSWORD, "next": "/admin/steder"})
        assert proved.headers["location"] == "/admin/steder"
        [secret] = re.findall(rf"{COOKIE}=([^;]+)", proved.headers["set-cookie"])
        admin.cookies.set(COOKIE, secret)
        assert admin.post("/admin/steder/hospitaler", data=form).status_code == 303
        assert "Nyt Hospital" in admin.get("/admin/steder").text
        assert "Bekræft, før du skriver" not in admin.get("/admin/steder").text


def test_looking_around_takes_no_proof(shared_client: Clients) -> None:
    admin = at_a_page(shared_client("demo-admin", by_cookie=True))
    with time_machine.travel(now_utc() + FRESH + timedelta(seconds=1), tick=False):
        for path in ("/admin/brugere", "/admin/log", "/invitationer", "/admin/godkendelser"):
            assert admin.get(path).status_code == 200


@pytest.mark.parametrize("path", [PROOF, "/log-ind/noegle"])
@pytest.mark.parametrize(
    "carried",
    [
        {"goes_to": "/admin/godkendelser/1/godkend", "typed": '[["x", "y"]]'},
        {"goes_to": "/admin/indstillinger", "typed": '[["session_idle", "240"]]'},
        {"goes_to": "/admin/indstillinger", "typed": "[" * 3000},
        {"goes_to": "/nowhere", "typed": '[["x", "y"]]', "seal": "9999999999.00"},
    ],
    ids=["approval", "rule", "deep", "nowhere"],
)
def test_nobody_has_the_owner_send_what_they_put_into_the_page_of_the_proof(
    shared_client: Clients, path: str, carried: dict[str, str]
) -> None:
    admin = at_a_page(shared_client("demo-admin", by_cookie=True))
    answer = admin.post(path, data={"password": PASSWORD, **carried})
    assert answer.status_code == 422
    assert carried["goes_to"] not in answer.text
