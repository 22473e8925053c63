"""Everybody's own page: sessions, password and second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import at_a_browser, freshly_proved, signed_in
from inbox.page import asked_to_wait, page
from inbox.qr_code import qr_code
from inbox.staff.signing_in import with_session
from referrals.allowances.spending import TooManyAttempts
from referrals.staff.passwords import SHORTEST, WeakPassword
from referrals.staff.roles import Staff

Somebody = Annotated[Staff, Depends(signed_in)]
Fresh = Annotated[Staff, Depends(freshly_proved)]
OTHERS = "andre"


def router() -> APIRouter:
    """Give the routes of the own page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/konto", show_account, methods=["GET"])
    routes.add_api_route("/konto/sessioner", end_sessions, methods=["POST"])
    routes.add_api_route("/konto/adgangskode", change_password, methods=["POST"])
    routes.add_api_route("/konto/engangskode", show_second_factor, methods=["GET"])
    routes.add_api_route("/konto/engangskode", enrol_second_factor, methods=["POST"])
    return routes


def show_account(request: Request, staff: Somebody, gjort: str = "") -> Response:
    """Show who is signed in, from where, and how safely. ``gjort`` is what was just done."""
    return _account(request, staff, done=gjort)


def end_sessions(
    request: Request, staff: Fresh, session: Annotated[str, Form(max_length=40)]
) -> Response:
    """End one own session, or with ``andre`` all but this one. An unknown one is left alone."""
    accounts, now = request.app.state.accounts, request.app.state.now()
    response = RedirectResponse("/konto?gjort=session", status_code=303)
    if session == OTHERS:
        return with_session(response, accounts.end_other_sessions(staff, request.state.secret, now))
    accounts.end_session(staff, session, now)
    return response


def change_password(
    request: Request,
    staff: Annotated[Staff, Depends(at_a_browser)],
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """Change the own password; all other sessions end."""
    state = request.app.state
    try:
        changed = state.accounts.change_password(staff, request.state.secret, old, new, state.now())
    except WeakPassword as weak:
        return _account(request, staff, refused=weak.why, status=422)
    except TooManyAttempts as limit:
        return asked_to_wait(_account(request, staff, refused="too_many", status=429), limit)
    if changed is None:
        return _account(request, staff, refused="wrong", status=422)
    return with_session(RedirectResponse("/konto?gjort=adgangskode", status_code=303), changed)


def show_second_factor(request: Request, staff: Fresh) -> Response:
    """Offer a second factor, or another phone in place of the one that is used now."""
    return _second_factor(request, staff)


def enrol_second_factor(
    request: Request,
    staff: Fresh,
    code: Annotated[str, Form(max_length=40)] = "",
    current: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Enrol the phone that gives the right code, and show the recovery codes once."""
    state = request.app.state
    try:
        enrolled = state.second_factors.enrol(
            staff, request.state.secret, code, state.now(), current=current
        )
    except TooManyAttempts as limit:
        return asked_to_wait(_second_factor(request, staff, {"too_many": True}, 429), limit)
    if enrolled is None:
        return _second_factor(request, staff, {"failed": True}, 422)
    context = {"codes": enrolled.codes, "target": "/konto"}
    return with_session(page(request, "recovery_codes.html", context), enrolled.secret)


def _account(
    request: Request, staff: Staff, *, done: str = "", refused: str = "", status: int = 200
) -> Response:
    state = request.app.state
    rules = state.accounts.rules()
    context = {
        "staff_member": staff,
        "sessions": state.accounts.own_sessions(staff, request.state.secret, state.now()),
        "enrolled": state.second_factors.is_enrolled(staff),
        "codes_left": state.second_factors.recovery_codes_left(staff),
        "passkeys": state.passkeys.of(staff),
        "passkeys_offered": state.passkeys.offered,
        "fresh": request.state.fresh,
        "must_twice": rules.asks_twice(staff.role),
        "may_invite": staff.may_invite,
        "is_administrator": staff.is_administrator,
        "shortest": SHORTEST,
        "done": done,
        "refused": refused,
        "others": OTHERS,
    }
    return page(request, "account.html", context, status)


def _second_factor(
    request: Request, staff: Staff, told: dict[str, object] | None = None, status: int = 200
) -> Response:
    factors = request.app.state.second_factors
    offer = factors.offer(staff, request.state.secret)
    context = {
        "action": "/konto/engangskode",
        "next": "/konto",
        "offer": offer,
        "qr": qr_code(offer.address),
        "replaces": factors.is_enrolled(staff),
        **(told or {}),
    }
    return page(request, "second_factor.html", context, status)
