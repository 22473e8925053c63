"""Errors as people and programs see them: problem+json for the API, a plain page for browsers.

Never repeats what was sent, so that no personal data comes back in an error.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from bot.buttons import BadPayload
from bot.conversation import BadMessage, TooLong
from bot.engine import EngineUnavailable
from bot.page_words import page_words
from referrals.administration import NotThere
from referrals.attempts import TooManyAttempts
from referrals.course_search import UnknownCourse
from referrals.encounters import UnknownEncounter
from referrals.invites import NoInvite
from referrals.moving import Unsuitable
from referrals.notice_choices import BadAddress
from referrals.outcome import BadAnswer
from referrals.outcomes import NoFollowUp
from referrals.queue import ChangedMeanwhile, NotFound
from referrals.referral import IllegalMove
from referrals.seat import AlreadyConfirmed, Full, NotOpen
from referrals.staff import NotAllowed, NotSignedIn
from referrals.turn_order import BusyElsewhere
from referrals.ward_feedback import NoSuchWard
from service.oidc import NotOffered

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("henvis")

_KNOWN: dict[type[Exception], tuple[int, str]] = {
    NotSignedIn: (401, "Log ind, og prøv igen."),
    NotAllowed: (403, "Din rolle har ikke adgang hertil."),
    PermissionError: (403, "Din rolle har ikke adgang hertil."),
    UnknownEncounter: (404, "Den samtale findes ikke hos dig."),
    NoSuchWard: (404, "Det sted findes ikke hos dig."),
    NotThere: (404, "Det findes ikke."),
    BadAddress: (422, "Det er ikke en mailadresse."),
    NoInvite: (404, "Den invitation findes ikke."),
    NotOffered: (404, "Siden findes ikke."),
    TooManyAttempts: (429, "Det var mange forsøg. Vent fem minutter."),
    UnknownCourse: (404, "Det kursus findes ikke hos jer."),
    NoFollowUp: (404, "Den opfølgning findes ikke."),
    BadAnswer: (422, "Svaret passer ikke sammen eller kommer på en forkert dag."),
    NotOpen: (409, "Det kursus tager ikke imod flere herfra."),
    Full: (409, "Kurset er fuldt, og der holdes en plads på et andet."),
    AlreadyConfirmed: (409, "Der er en bekræftet plads på et andet kursus."),
    NotFound: (404, "Den henvisning findes ikke hos jer."),
    BusyElsewhere: (503, "Samtalen er i gang et andet sted. Send igen om lidt."),
    ClientDisconnect: (400, "Forbindelsen blev afbrudt."),
    TooLong: (422, "Teksten er for lang. Skriv højst 1000 tegn."),
    BadMessage: (422, "Send message_id og enten text eller payload."),
    BadPayload: (422, "Den knap kender Henvis ikke."),
    RequestValidationError: (422, "Noget i forespørgslen mangler eller har forkert form."),
}


def handle_errors(app: FastAPI) -> None:
    """Answer every known error in its own words, and an unknown one without details."""
    for kind, (status, detail) in _KNOWN.items():
        app.add_exception_handler(kind, _handler(status, detail))
    app.add_exception_handler(IllegalMove, _illegal_move)
    app.add_exception_handler(ChangedMeanwhile, _changed_meanwhile)
    app.add_exception_handler(EngineUnavailable, _engine_unavailable)
    app.add_exception_handler(Unsuitable, _unsuitable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """Write an RFC 9457 problem."""
    headers = {"Retry-After": "2"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse(
        {**body, "detail": detail, **more}, status, headers=headers, media_type=MEDIA_TYPE
    )


def refusal(scope: Scope, status: int, detail: str) -> Response:
    """Answer what stands in front of the routes: a page for a browser, else a problem."""
    return _answer(Request(scope), status, detail)


def wants_page(request: Request) -> bool:
    """Tell whether a browser waits for a page rather than a program for JSON."""
    accepts = request.headers.get("accept", "")
    return not request.url.path.startswith("/api/") and "text/html" in accepts


def _handler(status: int, detail: str) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, _error: Exception) -> Response:
        return _answer(request, status, detail)

    return handle


def _answer(request: Request, status: int, detail: str) -> Response:
    if not wants_page(request):
        return problem(status, detail)
    if status == HTTPStatus.UNAUTHORIZED:
        back = quote(request.url.path, safe="/") if request.method == "GET" else "/"
        return RedirectResponse(f"/log-ind?next={back}", HTTPStatus.SEE_OTHER)
    templates = request.app.state.templates
    context = {"status": status, "detail": detail}
    page: Response = templates.TemplateResponse(request, "error.html", context, status_code=status)
    return page


def _illegal_move(_request: Request, error: Exception) -> Response:
    assert isinstance(error, IllegalMove)  # noqa: S101 - registered for this type only
    detail = (
        "Vælg en af de årsager, der hører til."
        if error.why == "reason"
        else "Det skridt er ikke muligt nu."
    )
    return problem(409, detail, state=error.state, legal=list(error.legal))


def _changed_meanwhile(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ChangedMeanwhile)  # noqa: S101 - registered for this type only
    detail = "Henvisningen er ændret imens. Hent den igen."
    changes = [
        {"event": each.move, "to_state": each.to_state, "actor": each.actor, "at": str(each.at)}
        for each in error.changes
    ]
    return problem(
        409,
        detail,
        state=error.state,
        changed_by=error.by,
        assigned_to=error.holder,
        changes=changes,
    )


def _unsuitable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unsuitable)  # noqa: S101 - registered for this type only
    return problem(422, "Det, der er valgt, kan ikke bruges her.", why=error.why)


def _engine_unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, EngineUnavailable)  # noqa: S101 - registered for this type only
    return _answer(request, 503, page_words(error.language)["away"])


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    details = {404: "Siden findes ikke.", 405: "Det kan man ikke her."}
    return _answer(request, error.status_code, details.get(error.status_code, "Det gik ikke."))


def _unexpected(request: Request, error: Exception) -> Response:
    route = getattr(request.scope.get("route"), "path", "no route")
    _LOG.error("unexpected %s at %s%s", type(error).__name__, route, _place(error))
    return _answer(request, 500, "Der skete en fejl hos os. Prøv igen.")


def _place(error: Exception) -> str:
    """Say in which line of the code an error arose, and nothing of what it is about."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" in {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
