"""The pages about one's own Telegram, the invitations, and the webhook's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.telegram.intake import SECRET_HEADER, WEBHOOK_PATH
from inbox.staff.signing_in import COOKIE
from referrals.staff.accounts import FRESH
from referrals.staff.tables import SessionRow
from referrals.telegram import chats, enrolment

Clients = Callable[..., TestClient]
BOT = "https://t.me/henvis_bot"


@pytest.fixture
def lead(shared_client: Clients) -> TestClient:
    client = shared_client("demo-admin", by_cookie=True)
    client.app.state.telegram.link_base = BOT  # type: ignore[attr-defined]
    return client


def invite(lead: TestClient, ward: str) -> str:
    made = lead.post("/telegram/invitationer", data={"role": "nurse", "ward": ward, "days": "7"})
    assert made.status_code == 201
    found = re.search(rf"{re.escape(BOT)}\?start=([\w-]+)", made.text)
    assert found
    return found[1]


def claim(client: TestClient, secret: str, telegram_id: int = 1001) -> enrolment.Claim:
    """Follow the deep link, as the bot does for whoever opened it."""
    now = datetime.now(UTC)
    with client.app.state.database.write() as session:  # type: ignore[attr-defined]
        claimed = enrolment.claim(session, secret, telegram_id, "Anne <b> (@anne)", now)
    assert claimed
    return claimed


def confirmed(client: TestClient, claimed: enrolment.Claim, code: str = "") -> httpx.Response:
    path = f"/telegram/bekraeft/{claimed.confirm}"
    return client.post(path, data={"code": code or claimed.code})


def ward_of(client: TestClient) -> str:
    accounts = client.app.state.accounts  # type: ignore[attr-defined]
    ward: str = accounts.recognise(client.cookies[COOKIE], datetime.now(UTC)).staff.ward_id
    return ward


def test_an_invitation_becomes_a_chat_that_its_owner_locks_and_unlocks(
    shared_client: Clients, lead: TestClient
) -> None:
    nurse = shared_client("demo-nurse", by_cookie=True)
    assert "Ikke tilknyttet" in nurse.get("/telegram").text
    claimed = claim(nurse, invite(lead, ward_of(nurse)))
    page = nurse.get(f"/telegram/bekraeft/{claimed.confirm}").text
    assert "Er det dig i Telegram?" in page
    assert "Anne &lt;b&gt; (@anne)" in page
    assert claimed.code not in page
    assert "Koden passer ikke" in confirmed(nurse, claimed, "12").text
    assert "hører nu til Henvis" in confirmed(nurse, claimed).text
    assert "Chatten er åben" in nurse.get("/telegram").text
    assert "Chatten er låst" in nurse.post("/telegram/laas").text
    assert "Chatten er låst op" in nurse.post("/telegram/laas-op").text
    assert "hører ikke længere" in nurse.post("/telegram/fjern").text
    assert "Ikke tilknyttet" in nurse.get("/telegram").text


def test_a_token_and_a_computer_left_alone_bind_no_telegram(
    shared_client: Clients, lead: TestClient
) -> None:
    """It would be one more way in, which stays when the log-in has ended."""
    nurse, program = shared_client("demo-nurse", by_cookie=True), shared_client("demo-nurse")
    claimed = claim(nurse, invite(lead, ward_of(nurse)))
    assert confirmed(program, claimed).status_code == 403
    with nurse.app.state.database.write() as session:  # type: ignore[attr-defined]
        session.execute(update(SessionRow).values(proved_at=datetime.now(UTC) - FRESH))
    assert confirmed(nurse, claimed).status_code == 403


def test_another_ward_s_nurse_cannot_use_the_invitation(
    shared_client: Clients, lead: TestClient
) -> None:
    nurse, other = (
        shared_client("demo-nurse", by_cookie=True),
        shared_client("demo-nurse-gentofte", by_cookie=True),
    )
    refused = confirmed(other, claim(nurse, invite(lead, ward_of(nurse))))
    assert refused.status_code == 409
    assert "en anden rolle eller et andet afsnit" in refused.text


def test_an_invitation_is_listed_and_can_be_taken_back(
    shared_client: Clients, lead: TestClient
) -> None:
    nurse = shared_client("demo-nurse", by_cookie=True)
    secret = invite(lead, ward_of(nurse))
    found = re.search(
        r"/telegram/invitationer/(\w+)/fortryd", lead.get("/telegram/invitationer").text
    )
    assert found
    assert lead.post(f"/telegram/invitationer/{found[1]}/fortryd").status_code == 200
    with nurse.app.state.database.write() as session:  # type: ignore[attr-defined]
        assert enrolment.claim(session, secret, 1001, "Anne", datetime.now(UTC)) is None


def test_the_code_of_a_chat_is_not_guessed(shared_client: Clients, lead: TestClient) -> None:
    nurse = shared_client("demo-nurse", by_cookie=True)
    claimed = claim(nurse, invite(lead, ward_of(nurse)))
    answers = [confirmed(nurse, claimed, "wrong").status_code for _ in range(6)]
    assert answers == [409] * 5 + [429]
    assert confirmed(nurse, claimed).status_code == 429


def test_the_confirmation_needs_a_log_in(shared_client: Clients) -> None:
    page = shared_client().get(
        "/telegram/bekraeft/0000", headers={"Accept": "text/html"}, follow_redirects=False
    )
    assert page.headers["location"].startswith("/log-ind?next=")


def test_the_webhook_is_closed_without_its_secret(shared_client: Clients) -> None:
    client = shared_client()
    state = client.app.state  # type: ignore[attr-defined]
    for expected in ("", "right"):
        state.telegram_secret = expected
        for shown in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}):
            assert client.post(WEBHOOK_PATH, json={}, headers=shown).status_code == 404


def test_unlocking_somebody_without_a_chat_does_nothing(shared_client: Clients) -> None:
    nurse = shared_client("demo-nurse", by_cookie=True)
    assert nurse.post("/telegram/laas-op").status_code == 200
    with nurse.app.state.database.read() as session:  # type: ignore[attr-defined]
        assert chats.is_locked(session, 1, datetime.now(UTC)) is None
