"""The stream of a conversation: a sign for each turn, and none once the log-in has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from fastapi import Request
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.web import following, pages
from bot.web.following import signs_of, still_in
from inbox.staff.signing_in import COOKIE
from referrals.quotas import nurse as quota
from referrals.staff.tables import UserRow

Clients = Callable[..., TestClient]

LISTENING, TURN = ": listening\n\n", "event: turn\ndata:\n\n"


class LogIn:
    """A log-in that ends after it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        self._left = looks

    async def __call__(self) -> bool:
        self._left -= 1
        return self._left >= 0


async def three_turns_and_silence() -> AsyncIterator[None]:
    for _ in range(3):
        yield
    await asyncio.Event().wait()


async def silence() -> AsyncIterator[None]:
    await asyncio.Event().wait()
    yield


async def heard(turns: AsyncIterator[None], log_in: LogIn) -> list[str]:
    return [sign async for sign in signs_of(turns, log_in)]


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_S", 0.001)


def test_a_turn_after_the_log_in_has_ended_is_not_told() -> None:
    told = asyncio.run(heard(three_turns_and_silence(), LogIn(2)))
    assert told == [LISTENING, TURN, TURN]


def test_a_stream_in_which_nothing_is_said_ends_with_the_log_in() -> None:
    assert asyncio.run(heard(silence(), LogIn(3))) == [LISTENING]


def asked_by(client: TestClient) -> Request:
    """Give the request of a stream, as it stands behind the log-in of a browser."""
    secret = client.cookies[COOKIE]
    return Request({"type": "http", "app": client.app, "state": {"secret": secret}})


def still_holds(client: TestClient) -> bool:
    return asyncio.run(still_in(asked_by(client))())


@pytest.fixture
def nurse(app_client: Clients) -> TestClient:
    """Give the demo nurse at a browser."""
    return app_client("demo-nurse", by_cookie=True)


def test_a_stream_holds_as_long_as_its_log_in(nurse: TestClient) -> None:
    assert still_holds(nurse)


def test_a_stream_does_not_outlive_the_log_out(nurse: TestClient) -> None:
    secret = nurse.cookies[COOKIE]
    nurse.post("/log-ud", follow_redirects=False)
    nurse.cookies.set(COOKIE, secret)
    assert not still_holds(nurse)


def test_a_stream_does_not_outlive_a_suspension(nurse: TestClient, app_client: Clients) -> None:
    with nurse.app.state.database.read() as session:  # type: ignore[attr-defined]
        own = session.scalars(select(UserRow.id).where(UserRow.name == "demo-nurse")).one()
    administrator = app_client("demo-admin", by_cookie=True)
    answer = administrator.post(f"/admin/brugere/{own}/spaer", follow_redirects=False)
    assert answer.status_code == 303
    assert not still_holds(nurse)


def test_looking_whether_a_log_in_holds_does_not_prolong_it(nurse: TestClient) -> None:
    def left() -> int:
        told = nurse.get("/log-ind/varer", headers={"X-Henvis-Quiet": "1"})
        return int(told.json()["seconds"])

    before = left()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=False):
        assert still_holds(nurse)
        assert before - left() > 200


def test_pages_that_are_opened_without_end_are_refused_at_the_stream_s_route(
    nurse: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_in() -> bool:
        return False  # so that a stream that is not refused ends

    monkeypatch.setattr(pages, "still_in", lambda _: not_in)
    monkeypatch.setattr(quota, "STREAMS_A_DAY", 3)
    began = nurse.post("/api/conversations").json()["id"]
    answers = [nurse.get(f"/chat/{began}/events").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
