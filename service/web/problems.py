"""Errors as people and programs see them: problem+json for the API, a plain page for browsers.

Never repeats what was sent, so that no personal data comes back in an error.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import Scope

from bot.buttons import BadPayload
from bot.conversation import BadMessage, TooLong
from bot.engine.rasa import EngineUnavailable
from bot.web.page_words import page_words
from inbox.staff.kept_form import BadKept, sealed, sent
from inbox.staff.proof_pages import proof_page
from referrals.administration.users import NotThere
from referrals.allowances.spending import TooManyAttempts
from referrals.booking.seat_states import AlreadyConfirmed, Full, NoSeat, NotOpen
from referrals.courses.search import UnknownCourse
from referrals.feed.change_feed import UnknownCursor
from referrals.figures.ward_feedback import NoSuchWard
from referrals.notices.choices import BadAddress
from referrals.outcomes.follow_ups_due import NoFollowUp
from referrals.outcomes.rules import BadAnswer
from referrals.programs.once import KeyReused
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import ChangedMeanwhile, NotFound
from referrals.quotas.nurse import QuotaReached
from referrals.referral.moves import IllegalMove, Move, State
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.invites import NoInvite
from referrals.staff.passkeys import BadPasskey, NoPasskey
from referrals.staff.roles import NotAllowed, NotFresh, NotSignedIn
from referrals.storage.outage import DATABASE, NOT_KEPT
from referrals.turns.encounters import TooSoon, UnknownEncounter
from referrals.turns.order import BusyElsewhere
from referrals.words.labels import Labels
from service.errors import NotOffered
from service.web.faults import Fault, faults_of, reason_fault

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:problem-type:henvis:"
_LOG = logging.getLogger("henvis")

PROBLEMS: dict[str, tuple[int, tuple[type[Exception], ...]]] = {
    "not_signed_in": (401, (NotSignedIn,)),
    "not_allowed": (403, (NotAllowed,)),
    "not_fresh": (403, (NotFresh,)),
    "from_elsewhere": (403, ()),
    "no_page": (404, (NotOffered,)),
    "no_conversation": (404, (UnknownEncounter,)),
    "no_referral": (404, (NotFound,)),
    "no_course": (404, (UnknownCourse,)),
    "no_follow_up": (404, (NoFollowUp,)),
    "no_place": (404, (NoSuchWard,)),
    "no_invitation": (404, (NoInvite,)),
    "not_there": (404, (NotThere, NoPasskey)),
    "not_here": (405, ()),
    "illegal_move": (409, (IllegalMove,)),
    "wrong_reason": (409, ()),
    "too_few_tries": (409, ()),
    "changed_meanwhile": (409, (ChangedMeanwhile,)),
    "course_closed": (409, (NotOpen,)),
    "course_full": (409, (Full,)),
    "seat_elsewhere": (409, (AlreadyConfirmed,)),
    "unknown_cursor": (410, (UnknownCursor,)),
    "too_soon": (409, (TooSoon,)),
    "too_large": (413, ()),
    "unknown_host": (421, ()),
    "unreadable": (422, (RequestValidationError, DataError, UnicodeEncodeError, BadKept)),
    "bad_message": (422, (BadMessage,)),
    "bad_button": (422, (BadPayload,)),
    "bad_answer": (422, (BadAnswer,)),
    "bad_address": (422, (BadAddress,)),
    "bad_passkey": (422, (BadPasskey,)),
    "no_seat": (409, (NoSeat,)),
    "key_reused": (422, (KeyReused,)),
    "too_long": (422, (TooLong,)),
    "unsuitable": (422, (Unsuitable,)),
    "too_many_attempts": (429, (TooManyAttempts,)),
    "too_often": (429, ()),
    "quota_reached": (429, (QuotaReached,)),
    "too_much_head": (431, ()),
    "busy_elsewhere": (503, (BusyElsewhere,)),
    "engine_away": (503, (EngineUnavailable,)),
    "database_away": (503, NOT_KEPT),
    "cut_off": (400, (ClientDisconnect,)),
    "failed": (400, ()),
    "unexpected": (500, ()),
}
"""Every problem: its status, and what raises it. What is said stands in ``labels.yml``."""
_CAUSED = {cause: code for code, (_, causes) in PROBLEMS.items() for cause in causes}
EVENTS: dict[str, Event] = {
    "not_allowed": Event.REFUSED,
    "from_elsewhere": Event.ORIGIN_FORGED,
    "unknown_host": Event.HOST_FORGED,
    "no_conversation": Event.OUT_OF_REACH,
    "no_referral": Event.OUT_OF_REACH,
    "no_follow_up": Event.OUT_OF_REACH,
    "no_place": Event.OUT_OF_REACH,
    "not_there": Event.OUT_OF_REACH,
    "no_invitation": Event.LINK_WRONG,
    "too_large": Event.TOO_LARGE,
    "too_much_head": Event.TOO_LARGE,
    "unreadable": Event.MALFORMED,
    "bad_button": Event.MALFORMED,
    "too_often": Event.LIMIT_REACHED,
    "too_many_attempts": Event.LIMIT_REACHED,
    "unexpected": Event.UNEXPECTED,
}
"""Which problems whoever watches over security is told of."""
_REFUSED = {"tries": "too_few_tries"}
"""What a move is refused for besides the state."""
_HTTP = {400: "unreadable", 404: "no_page", 405: "not_here"}


class Change(BaseModel):
    """What somebody else did with a referral meanwhile."""

    event: str
    to_state: State
    actor: str
    at: datetime


class Problem(BaseModel):
    """What went wrong (RFC 9457): ``detail`` is for people, in Danish, and repeats nothing sent.

    A refused move tells the ``state`` and the moves that are ``legal``; a referral that changed
    meanwhile its state, who changed it (``changed_by``), who has it (``assigned_to``) and how;
    what cannot be used ``why``, as a code. What a request lacks stands in ``errors``, field by
    field, with the values that would do.
    """

    type: str
    title: str
    status: int
    detail: str
    state: State | None = None
    legal: list[Move] | None = None
    changed_by: str | None = None
    assigned_to: str | None = None
    changes: list[Change] | None = None
    why: str | None = None
    errors: list[Fault] | None = None


def handle_errors(app: FastAPI) -> None:
    """Answer every known error in its own words, and an unknown one without details."""
    for cause in _CAUSED:
        app.add_exception_handler(cause, _caused)
    app.add_exception_handler(NotFresh, _not_fresh)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def told(labels: Labels, code: str, language: str = "da") -> str:
    """Give the sentence of a problem; without the engine, the one that the chat says as well."""
    if code == "engine_away":
        return page_words(language)["away"]
    return labels.word("problem", code, language)


def refusal(scope: Scope, code: str, again_in_s: int = 0) -> Response:
    """Answer what stands in front of the routes: a page for a browser, else a problem."""
    return _answer(Request(scope), code, again_in_s=again_in_s)


def wants_page(request: Request) -> bool:
    """Tell whether a browser waits for a page rather than a program for JSON."""
    accepts = request.headers.get("accept", "")
    return not request.url.path.startswith("/api/") and "text/html" in accepts


def _caused(request: Request, error: Exception) -> Response:
    code = next(_CAUSED[kind] for kind in type(error).__mro__ if kind in _CAUSED)
    if isinstance(error, DATABASE):
        _log("database away:", request, error)
    match error:
        case DataError() | UnicodeEncodeError():  # such as a zero byte: no table takes it
            _LOG.warning("the database takes no such value%s", _place(error))
        case IllegalMove():
            refused: dict[str, Any] = {"state": error.state, "legal": error.legal}
            if error.why == "reason":
                return _answer(request, "wrong_reason", errors=reason_fault(error), **refused)
            return _answer(request, _REFUSED.get(error.why, code), **refused)
        case RequestValidationError():
            return _answer(request, code, errors=faults_of(error, request.app.openapi()))
        case ChangedMeanwhile():
            return _answer(
                request,
                code,
                state=error.state,
                changed_by=error.by,
                assigned_to=error.holder,
                changes=[
                    Change(event=e.event, to_state=e.to_state, actor=e.actor, at=e.at)
                    for e in error.changes
                ],
            )
        case TooManyAttempts():
            return _answer(request, code, again_in_s=error.again_in_s)
        case Unsuitable() | BadAnswer():
            return _answer(request, code, why=error.why)
        case EngineUnavailable() | TooSoon():
            return _answer(request, code, language=error.language)
    return _answer(request, code)


async def _not_fresh(request: Request, error: Exception) -> Response:
    """Ask for a proof; what was typed is carried on, and sent by a button after it."""
    known = getattr(request.state, "staff", None) or getattr(request.state, "half", None)
    if request.method == "POST" and wants_page(request) and known is not None:
        typed = sent(request.url.path, (await request.form()).multi_items())
        if typed.fields:
            kept = await run_in_threadpool(sealed, request, typed)
            back, status = unquote(_back(request)), HTTPStatus.FORBIDDEN
            return await run_in_threadpool(proof_page, request, known, back, {"kept": kept}, status)
    return _caused(request, error)


def _http_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", HTTPStatus.BAD_REQUEST)
    return _answer(request, _HTTP.get(status, "failed"), status)


def _unexpected(request: Request, error: Exception) -> Response:
    if isinstance(error, DATABASE):  # before a route was found
        return _caused(request, error)
    _log("unexpected", request, error)
    return _answer(request, "unexpected")


def _log(what: str, request: Request, error: Exception) -> None:
    route = getattr(request.scope.get("route"), "path", "no route")
    _LOG.error("%s %s at %s%s", what, type(error).__name__, route, _place(error))


def _answer(
    request: Request,
    code: str,
    status: int = 0,
    *,
    language: str = "da",
    again_in_s: int = 0,
    **more: Any,
) -> Response:
    _tell(request, code)
    status = status or PROBLEMS[code][0]
    again = _when_again(status, again_in_s)
    detail = told(request.app.state.labels, code, language)
    if not wants_page(request):
        return _problem(status, again, type=f"{TYPE}{code}", detail=detail, **more)
    if status == HTTPStatus.UNAUTHORIZED:
        return RedirectResponse(f"/log-ind?next={_back(request)}", HTTPStatus.SEE_OTHER)
    if code == "not_fresh":
        return RedirectResponse(f"/konto/bekraeft?next={_back(request)}", HTTPStatus.SEE_OTHER)
    templates = request.app.state.templates
    context = {"status": status, "detail": detail}
    page: Response = templates.TemplateResponse(
        request, "error.html", context, status_code=status, headers=again
    )
    return page


def _tell(request: Request, code: str) -> None:
    """Tell whoever watches over security; a log-in that was never tried is no event."""
    if code in EVENTS:
        tell(EVENTS[code], code)
    elif code == "not_signed_in" and hasattr(request.state, "unknown"):
        of_page = request.state.unknown == "cookie"
        tell(Event.SESSION_UNKNOWN if of_page else Event.TOKEN_WRONG)


def _back(request: Request) -> str:
    """Give where to go on after the log-in: here, or the page on which a button was pressed.

    What was sent to is no page as a rule; the page that it belongs to is the next one above.
    """
    url = request.url if request.method == "GET" else URL(request.headers.get("referer", ""))
    if request.method != "GET" and url.netloc != request.url.netloc:
        return "/"
    path = url.path
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    query = f"?{url.query}" if url.query and path == url.path else ""
    return quote(f"{path or '/'}{query}", safe="/")


def _is_page(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def _when_again(status: int, again_in_s: int) -> dict[str, str]:
    """Say after how many seconds another try is worth it, where that is known."""
    soon = 2 if status == HTTPStatus.SERVICE_UNAVAILABLE else 0
    return {"Retry-After": str(again_in_s or soon)} if again_in_s or soon else {}


def _problem(status: int, again: dict[str, str], **members: Any) -> Response:
    headers = dict(again)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = Problem(title=HTTPStatus(status).phrase, status=status, **members)
    return Response(body.model_dump_json(exclude_unset=True), status, headers, MEDIA_TYPE)


def _place(error: Exception) -> str:
    """Say in which line of the code an error arose, and nothing of what it is about."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" in {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
