"""The administrator's page of municipalities' systems: who comes in, and where they are told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from inbox.administration.user_pages import Admin
from inbox.page import page
from referrals.administration.decisions import ask_for_system
from referrals.administration.places import Places
from referrals.administration.users import NotThere
from referrals.programs.addresses import LONGEST_URL, BadUrl
from referrals.programs.service_accounts import BadAccount, ServiceAccounts
from referrals.programs.webhooks import Webhooks
from referrals.staff.roles import Scope, Staff

PATH = "/admin/systemer"
AccountId = Annotated[int, Path(ge=1, le=2**62)]


def router() -> APIRouter:
    """Give the routes of systems."""
    routes = APIRouter(prefix=PATH, include_in_schema=False)
    routes.add_api_route("", show_systems, methods=["GET"])
    routes.add_api_route("", ask_for_account, methods=["POST"])
    routes.add_api_route("/{account_id}/luk", revoke_account, methods=["POST"])
    routes.add_api_route("/besked", set_webhook, methods=["POST"])
    routes.add_api_route("/besked/{code}/stop", stop_webhook, methods=["POST"])
    return routes


def show_systems(request: Request, staff: Admin, gjort: str = "") -> Response:
    """Show accounts and webhooks. ``gjort`` is what was just done."""
    return _page(request, staff, {"done": gjort})


def ask_for_account(
    request: Request,
    staff: Admin,
    name: Annotated[str, Form(max_length=60)] = "",
    municipality: Annotated[str, Form(max_length=4)] = "",
    scope: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """Ask that a system be let in; another administrator decides and is shown half of its token.

    The other half is shown here, this once.
    """
    state = request.app.state
    try:
        half = ask_for_system(
            state.database, staff, name.strip().lower(), municipality, scope or [], state.now()
        )
    except BadAccount as bad:
        return _page(request, staff, {"refused": bad.why, "typed": name}, 422)
    return _page(request, staff, {"done": "bedt", "half": half}, 202)


def revoke_account(request: Request, staff: Admin, account_id: AccountId) -> Response:
    """Let a system in no more."""
    accounts = ServiceAccounts(request.app.state.database, staff)
    if not accounts.revoke(account_id, request.app.state.now()):
        raise NotThere
    return RedirectResponse(f"{PATH}?gjort=lukket", status_code=303)


def set_webhook(
    request: Request,
    staff: Admin,
    municipality: Annotated[str, Form(max_length=4)] = "",
    url: Annotated[str, Form(max_length=LONGEST_URL)] = "",
) -> Response:
    """Set where a system is told, and show the secret that signs, this once."""
    try:
        secret = _webhooks(request, staff).set(municipality, url.strip(), request.app.state.now())
    except BadUrl as bad:
        return _page(request, staff, {"refused": bad.why, "typed_url": url}, 422)
    return _page(request, staff, {"secret": secret, "made": url.strip()}, 201)


def stop_webhook(request: Request, staff: Admin, code: str) -> Response:
    """Tell a system nothing more."""
    if not _webhooks(request, staff).stop(code, request.app.state.now()):
        raise NotThere
    return RedirectResponse(f"{PATH}?gjort=stoppet", status_code=303)


def _webhooks(request: Request, staff: Staff) -> Webhooks:
    state = request.app.state
    return Webhooks(state.database, state.vault, staff, state.webhook_networks)


def _page(request: Request, staff: Staff, told: dict[str, object], status: int = 200) -> Response:
    database = request.app.state.database
    municipalities = Places(database, staff).municipalities()
    context = {
        "accounts": ServiceAccounts(database, staff).all(),
        "webhooks": _webhooks(request, staff).all(),
        "municipalities": municipalities,
        "names": {each.code: each.name for each in municipalities},
        "scopes": list(Scope),
        **told,
    }
    return page(request, "systems.html", context, status)
