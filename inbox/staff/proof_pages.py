"""The page on which somebody who is signed in proves again that it is them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from inbox.page import asked_to_wait, page
from inbox.staff.kept_form import NOTHING, Kept, carried, go_on
from inbox.staff.signing_in import local_path, signed_in_or_half
from referrals.allowances.spending import TooManyAttempts
from referrals.staff.roles import NotAllowed, Staff

PATH = "/konto/bekraeft"
Somebody = Annotated[Staff, Depends(signed_in_or_half)]
Carried = Annotated[Kept, Depends(carried)]


def router() -> APIRouter:
    """Give the routes of the page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show, methods=["GET"])
    routes.add_api_route(PATH, prove, methods=["POST"])
    return routes


def show(
    request: Request,
    staff: Somebody,
    next: str = "/konto",  # noqa: A002 - name of the query
) -> Response:
    """Ask for the password or a code; what somebody wanted to do waits at ``next``."""
    return proof_page(request, staff, local_path(next))


def prove(
    request: Request,
    staff: Somebody,
    kept: Carried,
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form(max_length=40)] = "",
    next: Annotated[str, Form()] = "/konto",  # noqa: A002 - name of the field
) -> Response:
    """Renew the session by a right password or code. Raises NotAllowed for a token."""
    if request.state.log_in_ends is None:
        raise NotAllowed
    state, target = request.app.state, local_path(next)
    secret, now = request.state.secret, state.now()
    try:
        if code:
            renewed = state.second_factors.prove(staff, secret, code, now)
        else:
            renewed = state.accounts.prove_again(staff, secret, password, now)
    except TooManyAttempts as limit:
        told = {"too_many": True, "kept": kept}
        return asked_to_wait(proof_page(request, staff, target, told, 429), limit)
    if renewed is None:
        return proof_page(request, staff, target, {"failed": True, "kept": kept}, 422)
    return go_on(request, target, kept, renewed)


def proof_page(
    request: Request,
    staff: Staff,
    target: str,
    told: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    """Ask for whatever somebody has: password, code or passkey."""
    state = request.app.state
    context = {
        "next": target,
        "path": PATH,
        "name": staff.name,
        "kept": NOTHING,
        "has_password": state.accounts.has_password(staff),
        "has_code": state.second_factors.is_enrolled(staff),
        "has_passkey": state.passkeys.offered and state.passkeys.has_any(staff),
        **(told or {}),
    }
    return page(request, "prove_again.html", context, status)
