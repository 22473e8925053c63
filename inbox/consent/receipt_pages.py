"""The patient's receipt page. The link is the key: no log-in, no identity, no script needed."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from referrals.advice.encounter import Step
from referrals.advice.script import CHOICES
from referrals.consent.receipt import NoReceipt, Receipts, TooLate
from referrals.consent.texts import LANGUAGES
from referrals.denmark.contact_details import shown_phone
from referrals.security_events.events import Event
from referrals.security_events.telling import tell

PATH = "/kvittering/{reference}/{secret}"


def router() -> APIRouter:
    """Give the routes of the receipt."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show_receipt, methods=["GET"])
    routes.add_api_route(PATH, withdraw, methods=["POST"])
    routes.add_api_route(f"{PATH}/tidspunkt", change_best_time, methods=["POST"])
    return routes


def show_receipt(
    request: Request,
    reference: str,
    secret: str,
    language: Annotated[str, Query(alias="sprog")] = "",
    done: Annotated[str, Query(alias="gemt")] = "",
) -> Response:
    """Show what was agreed and who calls when, or that it was taken back.

    In the language of the talk, or the one chosen. ``done`` tells what came of a change.
    """
    try:
        receipt = _receipts(request).show(reference, secret)
    except NoReceipt:
        return _no_receipt(request)
    address = f"{request.app.state.public_url}/kvittering/{reference}/{secret}"
    code = segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    context = {
        "receipt": receipt,
        "phone": receipt.municipality_phone and shown_phone(receipt.municipality_phone),
        "language": language if language in LANGUAGES else receipt.language,
        "languages": LANGUAGES,
        "best_times": CHOICES[Step.BEST_TIME],
        "done": done,
        "address": address,
        "code": code,
        "path": request.url.path,
    }
    return page(request, "receipt.html", context)


def change_best_time(
    request: Request,
    reference: str,
    secret: str,
    best_time: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
) -> Response:
    """Change when to call, and show the page as it is then."""
    done = "ja"
    try:
        now = request.app.state.now()
        _receipts(request).change_best_time(reference, secret, best_time, now)
    except NoReceipt:
        return _no_receipt(request)
    except (TooLate, ValueError):
        done = "nej"
    chosen = language if language in LANGUAGES else ""
    back = request.url.path.removesuffix("/tidspunkt")
    return RedirectResponse(f"{back}?gemt={done}&sprog={chosen}", status_code=303)


def withdraw(
    request: Request,
    reference: str,
    secret: str,
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Withdraw the consent once it is confirmed, and show the page as it is then."""
    try:
        if confirmed:
            _receipts(request).withdraw(reference, secret, request.app.state.now())
    except NoReceipt:
        return _no_receipt(request)
    return RedirectResponse(request.url.path, status_code=303)


def _receipts(request: Request) -> Receipts:
    return Receipts(request.app.state.database, request.app.state.vault)


def _no_receipt(request: Request) -> Response:
    tell(Event.LINK_WRONG, "receipt")
    return page(request, "no_receipt.html", {}, 404)
