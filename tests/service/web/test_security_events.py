"""What is refused at the web is told to whoever watches: who, from where, and nothing personal."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from demo.people import PASSWORD
from referrals.security_events.telling import LOGGER
from referrals.staff.accounts import digest, public_id

Client = Callable[..., TestClient]
MARKERS = ("Zebulon", "20667788", "hunter2-hunter2", "demo-nurse", "demo-adviser")


class Told:
    """The events since the test began."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def all(self) -> list[dict[str, Any]]:
        records = (each for each in self._caplog.records if each.name == LOGGER)
        return [json.loads(each.message) for each in records]

    def one(self, action: str) -> dict[str, Any]:
        """Give the one of that name; fails if there is none, or several."""
        [event] = [each for each in self.all() if each["event.action"] == action]
        return event


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    caplog.set_level(logging.INFO, LOGGER)
    return Told(caplog)


def _log_in(client: TestClient, name: str, password: str) -> Any:
    form = {"name": name, "password": password}
    return client.post("/log-ind", data=form, headers={"Accept": "text/html"})


def test_a_wrong_password_is_told_with_whose_it_was_not(app_client: Client, told: Told) -> None:
    answer = _log_in(app_client(), "demo-nurse", "hunter2-hunter2")
    event = told.one("log_in_failed")
    assert (event["event.reason"], event["henvis.route"]) == ("wrong", "/log-ind")
    assert event["user.target.id"].isdecimal()
    assert event["http.request.id"] == answer.headers["x-request-id"]


def test_a_name_that_nobody_has_is_not_told(app_client: Client, told: Told) -> None:
    _log_in(app_client(), "Zebulon", "hunter2-hunter2")
    assert "user.target.id" not in told.one("log_in_failed")


def test_a_log_in_is_told_with_its_row_in_the_audit_log(app_client: Client, told: Told) -> None:
    _log_in(app_client(), "demo-nurse", PASSWORD)
    assert told.one("log_in")["henvis.audit.row"] > 0


def test_too_many_tries_are_told(app_client: Client, told: Told) -> None:
    client = app_client()
    for _ in range(11):
        _log_in(client, "nobody-of-that-name", "hunter2-hunter2")
    assert told.one("limit_reached")["event.reason"] == "log_in"


def test_a_forbidden_page_is_told_with_user_role_and_session(
    app_client: Client, told: Told
) -> None:
    nurse = app_client("demo-nurse")
    nurse.get("/admin/log")
    event = told.one("refused")
    secret = nurse.headers["Authorization"].removeprefix("Bearer ")
    assert event["henvis.session"] == public_id(digest(secret))
    assert (event["user.roles"], event["henvis.route"]) == (["nurse"], "/admin/log")
    assert event["user.id"].isdecimal()


def test_a_referral_of_another_municipality_is_told(app_client: Client, told: Told) -> None:
    own = app_client("demo-adviser-0151").get("/api/referrals").json()["referrals"][0]["reference"]
    app_client("demo-adviser-0157").get(f"/api/referrals/{own}")
    event = told.one("out_of_reach")
    assert (event["henvis.route"], own in json.dumps(event)) == (
        "/api/referrals/{reference}",
        False,
    )


def test_a_wrong_token_is_told(app_client: Client, told: Told) -> None:
    client = app_client()
    client.headers["Authorization"] = "Bearer hunter2-hunter2"
    client.get("/api/referrals")
    assert told.one("token_wrong")["http.request.method"] == "GET"


def test_a_cookie_that_ran_out_is_no_warning(app_client: Client, told: Told) -> None:
    client = app_client()
    client.cookies.set("__Host-henvis", "hunter2-hunter2")
    client.get("/api/referrals")
    assert told.one("session_unknown")["log.level"] == "info"


def test_asking_without_a_log_in_is_no_event(app_client: Client, told: Told) -> None:
    app_client().get("/api/referrals")
    assert told.all() == []


def test_a_page_that_needs_no_log_in_tells_of_no_old_cookie(app_client: Client, told: Told) -> None:
    client = app_client()
    client.cookies.set("__Host-henvis", "hunter2-hunter2")
    client.get("/log-ind")
    assert told.all() == []


def test_a_change_from_another_site_is_told(app_client: Client, told: Told) -> None:
    app_client().post("/log-ud", headers={"Origin": "https://elsewhere.example"})
    assert told.one("origin_forged")["event.category"] == ["web"]


def test_another_host_is_told(app_client: Client, told: Told) -> None:
    app_client().get("/log-ind", headers={"Host": "elsewhere.example"})
    assert told.one("host_forged")["log.level"] == "info"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/kvittering/H-7KF3-Q/" + "0" * 32, "receipt"),
        ("/kontakt/" + "x" * 43, "contact"),
        ("/invitation/" + "x" * 43, "invitation"),
    ],
    ids=lambda value: value if value.isalpha() else "",
)
def test_a_secret_link_that_opens_nothing_is_told_without_it(
    app_client: Client, told: Told, path: str, reason: str
) -> None:
    app_client().get(path)
    event = told.one("link_wrong")
    assert (event["event.reason"], path in json.dumps(event)) == (reason, False)


def test_a_body_that_is_too_large_is_told(app_client: Client, told: Told) -> None:
    app_client("demo-nurse").post("/api/conversations", content=b"x" * 70_000)
    assert told.one("too_large")["event.outcome"] == "failure"


def test_a_look_up_and_an_export_are_told(app_client: Client, told: Told) -> None:
    adviser = app_client("demo-adviser-0151")
    adviser.post("/api/referrals/search", json={"words": "20667788"})
    adviser.get("/kommunetal/tal.csv")
    assert {"looked_up", "exported"} <= {each["event.action"] for each in told.all()}


def test_no_line_holds_what_was_typed_or_who_it_was(app_client: Client, told: Told) -> None:
    _log_in(app_client(), "demo-nurse", "hunter2-hunter2")
    _log_in(app_client(), "Zebulon", "hunter2-hunter2")
    for words in ("Zebulon", "20667788"):
        app_client("demo-adviser-0151").post("/api/referrals/search", json={"words": words})
    assert len(told.all()) >= 6
    lines = json.dumps(told.all())
    assert [marker for marker in MARKERS if marker in lines] == []


def test_what_a_client_calls_its_request_is_not_believed(app_client: Client) -> None:
    answers = [
        app_client().get("/healthz", headers={"X-Request-Id": "mine"}).headers["x-request-id"]
        for _ in range(2)
    ]
    assert "mine" not in answers
    assert len(set(answers)) == 2
