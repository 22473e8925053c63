"""The story of a nurse's stolen log-in that fills the municipalities' queues by a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from referrals.referral.clock import now_utc
from referrals.staff import house_rules

Clients = Callable[..., TestClient]
ALLOWED_AT_ONCE = 2 * 30 // 3


@pytest.fixture
def thief(app_client: Clients) -> TestClient:
    client = app_client("demo-nurse")
    with client.app.state.database.write() as session:  # type: ignore[attr-defined]
        house_rules.change(session, "conversations_a_day", 30, "demo-admin", now_utc())
    return client


def test_the_script_is_stopped_and_what_was_begun_goes_on(thief: TestClient) -> None:
    begun = [thief.post("/api/conversations") for _ in range(ALLOWED_AT_ONCE)]
    assert {answer.status_code for answer in begun} == {201}
    refused = thief.post("/api/conversations")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 60, "so many are free again bit by bit"
    assert "usædvanligt mange samtaler" in refused.json()["detail"]
    message = {"message_id": "m1", "payload": "/help"}
    talk = f"/api/conversations/{begun[0].json()['id']}/messages"
    assert thief.post(talk, json=message).status_code == 200


def test_nor_does_it_get_on_by_asking_for_the_next_patient(thief: TestClient) -> None:
    for _ in range(ALLOWED_AT_ONCE):
        begun = thief.post("/api/conversations").json()["id"]
    message = {"message_id": "m1", "payload": "/new_patient"}
    answer = thief.post(f"/api/conversations/{begun}/messages", json=message)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    page = thief.post(
        f"/chat/{begun}",
        data={"message_id": "m2", "payload": "/new_patient"},
        headers={"Accept": "text/html"},
    )
    assert (page.status_code, "retry-after" in page.headers) == (429, True)
    assert "usædvanligt mange samtaler" in page.text


def test_a_colleague_notices_nothing(thief: TestClient, app_client: Clients) -> None:
    for _ in range(ALLOWED_AT_ONCE + 1):
        thief.post("/api/conversations")
    assert app_client("demo-nurse-2").post("/api/conversations").status_code == 201
