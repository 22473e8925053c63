"""What goes wrong is one row of the table: a problem for programs, a page for people."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError
from starlette.testclient import TestClient

from bot.engine.rasa import EngineUnavailable
from bot.web.page_words import page_words
from referrals.allowances.spending import TooManyAttempts
from referrals.outcomes.rules import BadAnswer
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import ChangedMeanwhile
from referrals.queue.view import HistoryEntry
from referrals.quotas.nurse import QuotaReached
from referrals.referral.moves import IllegalMove, Move, State
from referrals.words.labels import Labels
from service.web.page_templates import page_templates
from service.web.problems import MEDIA_TYPE, PROBLEMS, TYPE, handle_errors
from tests.conftest import FORENOON

LABELS = Labels()
MADE = {
    **{
        each: each("SELECT", None, Exception())
        for each in (OperationalError, InterfaceError, InternalError)
    },
    IllegalMove: IllegalMove("close", State.FILED, [Move.RECEIVE]),
    ChangedMeanwhile: ChangedMeanwhile("nurse:demo-nurse", State.FILED, None, []),
    Unsuitable: Unsuitable("time"),
    BadAnswer: BadAnswer("too_early"),
    EngineUnavailable: EngineUnavailable("da"),
    RequestValidationError: RequestValidationError([]),
    DataError: DataError("INSERT", {}, ValueError("NUL")),
    UnicodeEncodeError: UnicodeEncodeError("utf-8", "", 0, 1, "surrogate"),
}
"""Those that cannot be made out of nothing."""
CAUSES = [
    pytest.param(code, MADE.get(cause) or cause(), id=f"{code} by {cause.__name__}")
    for code, (_, causes) in PROBLEMS.items()
    for cause in causes
]


def client(error: Exception, path: str = "/api/thing") -> TestClient:
    """Give a client of an app whose one route fails."""
    app = FastAPI()
    app.state.labels, app.state.templates = LABELS, page_templates()
    handle_errors(app)

    @app.get(path)
    async def thing() -> None:
        raise error

    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.mark.parametrize(("code", "error"), CAUSES)
def test_a_cause_is_told_by_status_type_title_and_detail(code: str, error: Exception) -> None:
    status, _ = PROBLEMS[code]
    answer = client(error).get("/api/thing")
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert (told["status"], told["title"]) == (status, HTTPStatus(status).phrase)
    assert told["type"] == f"{TYPE}{code}"
    detail = page_words("da")["away"] if code == "engine_away" else LABELS.word("problem", code)
    assert told["detail"] == detail


@pytest.mark.parametrize("error", [TooManyAttempts(17), QuotaReached(17)], ids=type)
@pytest.mark.parametrize("accepts", ["text/html", "application/json"])
def test_a_limit_tells_when_to_come_again(error: Exception, accepts: str) -> None:
    answer = client(error, "/page").get("/page", headers={"Accept": accepts})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")


def test_what_nobody_foresaw_is_told_without_details() -> None:
    answer = client(ZeroDivisionError("Kirsten")).get("/api/thing")
    assert (answer.status_code, answer.json()["type"]) == (500, f"{TYPE}unexpected")
    assert "Kirsten" not in answer.text


def test_a_refused_move_tells_which_ones_are_legal() -> None:
    told = client(MADE[IllegalMove]).get("/api/thing").json()
    assert (told["state"], told["legal"]) == ("filed", ["receive"])


def test_a_move_without_its_reason_says_so() -> None:
    error = IllegalMove("decline", State.REACHED, [Move.DECLINE], why="reason")
    assert client(error).get("/api/thing").json()["type"] == f"{TYPE}wrong_reason"


def test_who_came_too_late_reads_what_changed_and_no_note() -> None:
    row = HistoryEntry(
        *(2, "receive", State.FILED, State.RECEIVED, None, None, "Spørg efter Kirsten"),
        *(None, False, "adviser:demo-adviser-0151", FORENOON),
    )
    error = ChangedMeanwhile("adviser:demo-adviser-0151", State.RECEIVED, None, [row])
    told = client(error).get("/api/thing").json()
    assert (told["changed_by"], told["assigned_to"]) == ("adviser:demo-adviser-0151", None)
    assert [(c["event"], c["to_state"]) for c in told["changes"]] == [("receive", "received")]
    assert "Kirsten" not in str(told)


def test_what_cannot_be_used_says_why() -> None:
    assert client(MADE[Unsuitable]).get("/api/thing").json()["why"] == "time"


@pytest.mark.parametrize(("path", "kind"), [("/side", "text/html"), ("/api/thing", MEDIA_TYPE)])
def test_a_browser_reads_a_page_but_never_from_the_api(path: str, kind: str) -> None:
    answer = client(MADE[Unsuitable], path).get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize(("verb", "code"), [("POST", "not_here"), ("GET", "no_page")])
def test_an_address_that_is_not_there_is_a_problem_too(verb: str, code: str) -> None:
    path = "/api/thing" if code == "not_here" else "/api/nowhere"
    answer = client(ZeroDivisionError()).request(verb, path)
    assert answer.json()["type"] == f"{TYPE}{code}"


def test_a_body_that_is_no_text_is_told_as_one_that_cannot_be_read() -> None:
    app = FastAPI()
    app.state.labels = LABELS
    handle_errors(app)

    @app.post("/api/thing")
    def take(body: dict[str, str]) -> None:
        raise AssertionError(body)

    told = TestClient(app).post(
        "/api/thing", content=b"\xff", headers={"Content-Type": "application/json"}
    )
    assert (told.status_code, told.json()["type"]) == (400, f"{TYPE}unreadable")
