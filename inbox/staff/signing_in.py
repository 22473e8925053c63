"""Logging in and out, and the second factor on the way in. ``referrals`` keeps the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import signed_in
from inbox.page import asked_to_wait, page
from inbox.qr_code import qr_code
from inbox.staff.devices import caller_of, device_name, remember_device
from referrals.allowances.spending import TooManyAttempts
from referrals.staff.roles import NotFresh, NotSignedIn, Staff
from referrals.staff.second_factor import SecondFactors

COOKIE = "__Host-henvis"
CODE_PATH = "/log-ind/kode"


def router() -> APIRouter:
    """Give the routes of the log-in page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/log-ind", show_log_in, methods=["GET"])
    routes.add_api_route("/log-ind", log_in, methods=["POST"])
    routes.add_api_route(CODE_PATH, show_code, methods=["GET"])
    routes.add_api_route(CODE_PATH, take_code, methods=["POST"])
    routes.add_api_route("/log-ind/varer", tell_time_left, methods=["GET"])
    routes.add_api_route("/log-ud", log_out, methods=["POST"])
    return routes


def half_signed_in(request: Request) -> Staff:
    """Give whoever still has to show the second factor. Raises NotSignedIn for anybody else."""
    staff: Staff | None = request.state.half
    if staff is None:
        raise NotSignedIn
    return staff


def signed_in_or_half(request: Request) -> Staff:
    """Give whoever has a session, half or whole. Raises NotSignedIn."""
    staff: Staff | None = request.state.staff or request.state.half
    if staff is None:
        raise NotSignedIn
    return staff


def show_log_in(
    request: Request,
    next: str = "/",  # noqa: A002 - name of the query
    udefra: str = "",
    oprettet: str = "",
) -> Response:
    """Show the log-in page; whoever is signed in goes on instead."""
    target = local_path(next)
    if request.state.staff is not None:
        return RedirectResponse(target, status_code=303)
    if request.state.half is not None:
        return RedirectResponse(f"{CODE_PATH}?next={quote(target, safe='/')}", status_code=303)
    told = {"failed_outside": udefra == "fejl", "welcome": oprettet == "1"}
    return log_in_page(request, target, told)


def log_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - name of the field
) -> Response:
    """Begin a session. Every failure reads the same, so that no name can be guessed."""
    state = request.app.state
    target = local_path(next)
    device = device_name(request.headers.get("user-agent", ""))
    try:
        secret = state.accounts.log_in(
            name, password, state.now(), device, caller_of(request, name)
        )
    except TooManyAttempts as limit:
        told = {"name": name, "too_many": True}
        return asked_to_wait(log_in_page(request, target, told, 429), limit)
    if secret is None:
        return log_in_page(request, target, {"name": name, "failed": True}, 401)
    response = with_session(RedirectResponse(target, status_code=303), secret)
    known = state.accounts.recognise(secret, state.now())
    if known is not None and not known.half:
        remember_device(request, response, known.staff.name)
    return response


def show_code(
    request: Request,
    next: str = "/",  # noqa: A002 - name of the query
) -> Response:
    """Ask for the second factor, or offer to enrol one; whoever is signed in goes on instead."""
    if request.state.staff is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return code_page(request, half_signed_in(request), local_path(next))


def take_code(
    request: Request,
    staff: Annotated[Staff, Depends(half_signed_in)],
    code: Annotated[str, Form(max_length=40)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - name of the field
) -> Response:
    """Let the session in by a right code; the first one enrols and gives the recovery codes.

    Raises NotFresh where the first one comes long after the password.
    """
    factors, now, target = _factors(request), request.app.state.now(), local_path(next)
    device = caller_of(request, staff.name).device
    response: Response | None = None
    try:
        if factors.is_enrolled(staff):
            if renewed := factors.prove(staff, request.state.secret, code, now, device=device):
                response = with_session(RedirectResponse(target, status_code=303), renewed)
        elif not request.state.fresh:
            raise NotFresh
        elif enrolled := factors.enrol(staff, request.state.secret, code, now, device=device):
            context = {"codes": enrolled.codes, "target": target}
            response = with_session(page(request, "recovery_codes.html", context), enrolled.secret)
    except TooManyAttempts as limit:
        return asked_to_wait(code_page(request, staff, target, {"too_many": True}, 429), limit)
    if response is None:
        return code_page(request, staff, target, {"failed": True}, 401)
    remember_device(request, response, staff.name)
    return response


def tell_time_left(
    request: Request, _: Annotated[Staff, Depends(signed_in)]
) -> dict[str, int | None]:
    """Give the seconds until the log-in ends unless something is done; None for a token.

    Asked quietly it stays as it is; otherwise asking is doing something.
    """
    ends, now = request.state.log_in_ends, request.app.state.now()
    return {"seconds": max(0, int((ends - now).total_seconds())) if ends else None}


def log_out(request: Request, _: Annotated[Staff, Depends(signed_in_or_half)]) -> Response:
    """Revoke the session and forget the cookie."""
    state = request.app.state
    state.accounts.log_out(request.state.secret, state.now())
    response = RedirectResponse("/log-ind", status_code=303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def with_session(response: Response, secret: str) -> Response:
    """Hand the session's cookie out with an answer; only our own pages can use it."""
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="strict", path="/")
    return response


def local_path(target: str) -> str:
    """Give ``target`` if it is a path on this site, else the front page."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside and target.isprintable() else "/"


def log_in_page(
    request: Request, target: str, told: Mapping[str, object], status: int = 200
) -> Response:
    """Show the log-in page with what is to be told."""
    state = request.app.state
    context = {
        "next": target,
        "outside": state.outside_log_in.label,
        "passkeys": state.passkeys.offered,
        "one_factor": not state.accounts.rules().require_second_factor,
        **told,
    }
    return page(request, "log_in.html", context, status)


def code_page(
    request: Request,
    staff: Staff,
    target: str,
    told: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    """Ask for the factor that a half session still lacks, or offer to set one up."""
    factors, passkeys = _factors(request), request.app.state.passkeys
    must = request.app.state.accounts.rules().asks_passkey(staff.role)
    enrolled, has_passkey = factors.is_enrolled(staff), passkeys.has_any(staff)
    first = not (enrolled or has_passkey)
    lacks_passkey = must and not has_passkey and request.state.twice
    context: dict[str, object] = {
        "next": target,
        "action": CODE_PATH,
        "asks_code": enrolled and not (must and request.state.twice),
        "asks_passkey": passkeys.offered and has_passkey,
        "offers_passkey": passkeys.offered and (first or lacks_passkey),
        "must_passkey": must,
        **(told or {}),
    }
    if first and not must:
        offer = factors.offer(staff, request.state.secret)
        context |= {"offer": offer, "qr": qr_code(offer.address)}
    return page(request, "second_factor.html", context, status)


def _factors(request: Request) -> SecondFactors:
    factors: SecondFactors = request.app.state.second_factors
    return factors
