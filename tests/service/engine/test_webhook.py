"""The engine's calls for actions: answered for who shows the token of this start, 404 else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy.exc import OperationalError
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from referrals.storage.outage import AWAY
from service.engine.rasa import WEBHOOK_PATH
from service.engine.webhook import LARGEST, EngineCalls

SHOWN = {"Authorization": "Bearer t"}
CALL = {"next_action": "action_say", "sender_id": "c", "tracker": {"sender_id": "c"}}


async def say(dispatcher: Any, tracker: Any, _domain: Any) -> list[Any]:
    dispatcher.utter_message(text=f"heard {tracker.sender_id}")
    return []


def client(token: str = "t") -> TestClient:
    executor = ActionExecutor()
    executor.register_function("action_say", say)
    pages = PlainTextResponse("a page")
    return TestClient(EngineCalls(pages, executor, token), raise_server_exceptions=False)


def test_the_engine_is_answered_with_what_the_action_said() -> None:
    answer = client().post(WEBHOOK_PATH, json=CALL, headers=SHOWN)
    assert (answer.status_code, answer.json()["responses"][0]["text"]) == (200, "heard c")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "t"}])
def test_nobody_else_learns_that_there_is_such_a_place(headers: dict[str, str]) -> None:
    assert client().post(WEBHOOK_PATH, json=CALL, headers=headers).status_code == 404


def test_without_a_token_of_this_start_nobody_is_the_engine() -> None:
    answer = client("").post(WEBHOOK_PATH, json=CALL, headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


def test_it_is_only_posted_to() -> None:
    assert client().get(WEBHOOK_PATH, headers=SHOWN).status_code == 404


def test_what_is_larger_than_any_call_is_not_read() -> None:
    large = json.dumps({"text": "x" * LARGEST}).encode()
    assert client().post(WEBHOOK_PATH, content=large, headers=SHOWN).status_code == 413


def test_an_action_that_is_not_there_is_an_error() -> None:
    unknown = {**CALL, "next_action": "action_unknown"}
    assert client().post(WEBHOOK_PATH, json=unknown, headers=SHOWN).status_code == 500


def test_pages_are_passed_on() -> None:
    assert client().get("/koe").text == "a page"


def test_a_full_disk_is_told_as_what_it_is_and_not_as_an_engine_that_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(_dispatcher: Any, _tracker: Any, _domain: Any) -> list[Any]:
        raise OperationalError("INSERT", {"name": "Zebulon"}, Exception("disk is full"))

    executor = ActionExecutor()
    executor.register_function("action_say", fails)
    engine = TestClient(EngineCalls(PlainTextResponse("a page"), executor, "t"))
    answer = engine.post(WEBHOOK_PATH, json=CALL, headers=SHOWN)
    assert answer.status_code == 200
    assert answer.json()["responses"] == [{"custom": {"kind": AWAY}}]
    assert "database away: OperationalError at test_webhook.py" in caplog.text
    assert "Zebulon" not in caplog.text
