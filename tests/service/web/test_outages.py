"""A full disk, a lock, a database that is gone: 503, when to try again, and one honest line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.testclient import TestClient

from referrals.storage.database import Database
from referrals.storage.outage import AWAY

Client = Callable[..., TestClient]
PAGE = {"Accept": "text/html"}


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """Let the file grow no more, as SQLite sees it."""

    def stop_growing(connection: Any, _record: object, _proxy: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def grow(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1000000")

    engines = [each for each in (database.engine, database._hasty) if each is not None]
    for engine in engines:
        event.listen(engine, "checkout", stop_growing)
        event.listen(engine, "checkin", grow)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "checkout", stop_growing)
            event.remove(engine, "checkin", grow)


def say(nurse: TestClient, conversation: str, message_id: str, text: str) -> httpx.Response:
    body = {"message_id": message_id, "text": text}
    return nurse.post(f"/api/conversations/{conversation}/messages", json=body)


def test_a_full_disk_is_told_as_what_it_is_and_the_same_message_works_after_it(
    app_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    nurse = app_client("demo-nurse")
    conversation = nurse.post("/api/conversations").json()["id"]
    with full_disk(nurse.app.state.database):  # type: ignore[attr-defined]
        # Each message takes room until there is no more.
        tried = (say(nurse, conversation, f"m{number}", "2750 " * 180) for number in range(400))
        answer = next(each for each in tried if each.status_code == 503 and _is_away(each))
    assert answer.headers["Retry-After"] == "2"
    assert "kan ikke gemme" in answer.json()["detail"]
    assert "fri tekst" not in answer.text
    assert "database away: OperationalError at /api/conversations/" in caplog.text
    assert nurse.post("/api/conversations").status_code == 201


def _is_away(answer: httpx.Response) -> bool:
    return str(answer.json()["type"]).endswith(AWAY)


OUTAGES = {
    "locked, full or gone": OperationalError("SELECT", None, Exception("Zebulon")),
    "a line that broke": InterfaceError("SELECT", None, Exception("Zebulon")),
    "a replica that takes no writing": InternalError("SELECT", None, Exception("Zebulon")),
    "no connection free": NoConnection("Zebulon"),
}


@pytest.mark.parametrize("what", OUTAGES)
def test_an_outage_before_anybody_is_known_is_a_page_that_says_so(
    app_client: Client, what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nurse = app_client("demo-nurse")

    def away(*_: object, **__: object) -> None:
        raise OUTAGES[what]

    monkeypatch.setattr(nurse.app.state.accounts, "recognise", away)  # type: ignore[attr-defined]
    page = nurse.get("/chat", headers=PAGE)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "kan ikke gemme" in page.text
    assert caplog.text.count("database away: ") == 1
    assert "Zebulon" not in caplog.text


def test_what_an_action_could_not_keep_stands_in_the_box_again(
    app_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = app_client("demo-nurse")
    conversation = nurse.post("/api/conversations").json()["id"]

    async def said(*_: object) -> list[dict[str, Any]]:
        return [{"recipient_id": conversation, "custom": {"kind": AWAY}}]

    monkeypatch.setattr(nurse.app.state.engine, "send", said)  # type: ignore[attr-defined]
    assert _is_away(say(nurse, conversation, "m1", "ryger dagligt"))
    typed = {"message_id": "m2", "text": "ryger dagligt"}
    page = nurse.post(f"/chat/{conversation}", data=typed, headers=PAGE)
    assert page.status_code == 503
    assert "ryger dagligt" in page.text
    told = [page.text.count(words) for words in ("kan ikke gemme", "kan ikke læse fri tekst")]
    assert told == [2, 1], "each stands there once for the script"
