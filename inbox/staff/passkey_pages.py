"""Making, using and removing passkeys. What a browser does with them is in ``passkeys.js``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import freshly_proved
from inbox.staff.devices import device_name
from inbox.staff.kept_form import go_on
from inbox.staff.proof_pages import Carried, proof_page
from inbox.staff.signing_in import (
    code_page,
    local_path,
    log_in_page,
    signed_in_or_half,
    with_session,
)
from referrals.staff.passkeys import LONGEST_NAME, LONGEST_RESPONSE, BadPasskey, Passkeys
from referrals.staff.roles import NotAllowed, NotFresh, Staff

USE, OWN = "/log-ind/noegle", "/konto/noegler"
PasskeyId = Annotated[int, Path(ge=1, le=2**62)]
Credential = Annotated[str, Form(max_length=LONGEST_RESPONSE)]


def maker(request: Request) -> Staff:
    """Give who may make a passkey: signed in or half, proved just now. Raises NotFresh."""
    staff = signed_in_or_half(request)
    if not request.state.fresh:
        raise NotFresh
    return staff


Maker = Annotated[Staff, Depends(maker)]
Owner = Annotated[Staff, Depends(freshly_proved)]


def router() -> APIRouter:
    """Give the routes of passkeys."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(USE, challenge_to_prove, methods=["GET"])
    routes.add_api_route(USE, prove, methods=["POST"])
    routes.add_api_route(f"{OWN}/ny", challenge_to_make, methods=["GET"])
    routes.add_api_route(OWN, make, methods=["POST"])
    routes.add_api_route(f"{OWN}/{{passkey_id}}/fjern", remove, methods=["POST"])
    return routes


def challenge_to_prove(request: Request) -> Response:
    """Give what the browser needs to use a passkey of whoever is known, else of anybody."""
    return _json(_passkeys(request).begin_proving(_known(request), request.app.state.now()))


def prove(
    request: Request,
    kept: Carried,
    credential: Credential = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - name of the field
) -> Response:
    """Log in with a passkey, let a half session in, or prove again that it is you."""
    passkeys, staff = _passkeys(request), _known(request)
    now, target = request.app.state.now(), local_path(next)
    if staff is not None and request.state.log_in_ends is None:
        raise NotAllowed
    try:
        if staff is None:
            device = device_name(request.headers.get("user-agent", ""))
            secret = passkeys.log_in(credential, now, device)
        else:
            secret = passkeys.prove(staff, request.state.secret, credential, now)
    except BadPasskey:
        told = {"failed_passkey": True}
        if staff is None:
            return log_in_page(request, target, told, 422)
        if request.state.half is not None:
            return code_page(request, staff, target, told, 422)
        return proof_page(request, staff, target, {"failed": True, "kept": kept}, 422)
    return go_on(request, target, kept, secret)


def challenge_to_make(request: Request, staff: Maker) -> Response:
    """Give what the browser needs to make a passkey."""
    return _json(_passkeys(request).begin_making(staff, request.app.state.now()))


def make(
    request: Request,
    staff: Maker,
    credential: Credential = "",
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    next: Annotated[str, Form()] = "/konto",  # noqa: A002 - name of the field
) -> Response:
    """Keep a passkey; a half session is whole from then on. Raises BadPasskey."""
    target = local_path(next)
    secret = _passkeys(request).make(
        staff, request.state.secret, credential, name, request.app.state.now()
    )
    told = "/konto?gjort=noegle" if target == "/konto" else target
    return with_session(RedirectResponse(told, status_code=303), secret)


def remove(request: Request, staff: Owner, passkey_id: PasskeyId) -> Response:
    """Forget one of one's own passkeys. Raises NoPasskey."""
    secret = _passkeys(request).remove(
        staff, request.state.secret, passkey_id, request.app.state.now()
    )
    return with_session(RedirectResponse("/konto?gjort=noegle-fjernet", status_code=303), secret)


def _known(request: Request) -> Staff | None:
    known: Staff | None = request.state.staff or request.state.half
    return known


def _json(options: str) -> Response:
    return Response(options, media_type="application/json")


def _passkeys(request: Request) -> Passkeys:
    passkeys: Passkeys = request.app.state.passkeys
    return passkeys
