"""A call with an idempotency key is carried out once, and answered alike each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

LIST = "/api/referrals"
KEY = {"Idempotency-Key": "b0a7c6de-0001"}


@pytest.fixture
def system(app_client: Callable[..., TestClient]) -> TestClient:
    return app_client("demo-adviser-0151")


@pytest.fixture
def path(system: TestClient) -> str:
    [fresh, *_] = system.get(LIST, params={"status": "filed"}).json()["referrals"]
    return f"{LIST}/{fresh['reference']}"


def _history(system: TestClient, path: str) -> list[str]:
    return [each["event"] for each in system.get(path).json()["history"]]


CALLS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "a move": ("events", {"event": "attempt_contact", "reason": "busy"}, 200, "attempt_contact"),
    "an attempt": ("attempts", {"result": "voicemail"}, 201, "attempt_contact"),
    "a quit date": ("quit-date", {"quit_on": "2026-11-23"}, 200, "quit_date"),
}


@pytest.mark.parametrize(("call", "sent", "status", "event"), CALLS.values(), ids=CALLS)
def test_the_same_call_twice_is_made_once(
    system: TestClient, path: str, call: str, sent: dict[str, Any], status: int, event: str
) -> None:
    answers = [system.post(f"{path}/{call}", json=sent, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, status], answers[0].text
    assert _history(system, path).count(event) == 1
    other = {"Idempotency-Key": "another-key-2"}
    system.post(f"{path}/{call}", json=sent, headers=other)
    assert _history(system, path).count(event) == 2


def test_a_comment_sent_twice_stands_once(system: TestClient, path: str) -> None:
    for _ in range(2):
        answer = system.post(f"{path}/comments", json={"text": "Ring sent"}, headers=KEY)
    assert [each["text"] for each in answer.json()["comments"]] == ["Ring sent"]


def test_a_retry_with_the_version_that_was_read_is_no_conflict(
    system: TestClient, path: str
) -> None:
    move = {"event": "receive", "version": system.get(path).json()["version"]}
    for _ in range(2):
        answer = system.post(f"{path}/events", json=move, headers=KEY)
        assert (answer.status_code, answer.json()["state"]) == (200, "received")


def test_a_key_of_another_call_is_refused(system: TestClient, path: str) -> None:
    system.post(f"{path}/attempts", json={"result": "busy"}, headers=KEY)
    answer = system.post(f"{path}/attempts", json={"result": "no_answer"}, headers=KEY)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "key_reused")


def test_a_call_that_was_refused_may_be_sent_again_with_its_key(
    system: TestClient, path: str
) -> None:
    early = system.post(f"{path}/events", json={"event": "accept"}, headers=KEY)
    system.post(f"{path}/events", json={"event": "reach"})
    late = system.post(f"{path}/events", json={"event": "accept"}, headers=KEY)
    assert (early.status_code, late.status_code) == (409, 200)


def test_two_people_may_draw_the_same_key(app_client: Callable[..., TestClient], path: str) -> None:
    people = [app_client(f"demo-{role}-0151") for role in ("adviser", "manager")]
    sent = {"result": "busy"}
    assert [
        person.post(f"{path}/attempts", json=sent, headers=KEY).status_code for person in people
    ] == [201, 201]
    assert _history(people[0], path).count("attempt_contact") == 2


@pytest.mark.parametrize("key", ["short", "blank in it", "x" * 201], ids=["short", "blank", "long"])
def test_a_key_that_will_not_do_is_told(system: TestClient, path: str, key: str) -> None:
    answer = system.post(
        f"{path}/attempts", json={"result": "busy"}, headers={"Idempotency-Key": key}
    )
    assert answer.json()["errors"][0]["field"] == "header.idempotency-key"
