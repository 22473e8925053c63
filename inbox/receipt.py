"""The patient's receipt page. The link is the key: no log-in, no identity, no script needed."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from referrals.contact import shown_phone
from referrals.receipt import NoReceipt, Receipts

PATH = "/kvittering/{reference}/{secret}"


def router() -> APIRouter:
    """Give the routes of the receipt."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show_receipt, methods=["GET"])
    routes.add_api_route(PATH, withdraw, methods=["POST"])
    return routes


def show_receipt(request: Request, reference: str, secret: str) -> Response:
    """Show what was agreed, or that it was taken back."""
    try:
        receipt = _receipts(request).show(reference, secret)
    except NoReceipt:
        return _no_receipt(request)
    address = f"{request.app.state.public_url}/kvittering/{reference}/{secret}"
    code = segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="#fff")
    context = {
        "receipt": receipt,
        "phone": receipt.municipality_phone and shown_phone(receipt.municipality_phone),
        "language": receipt.language,
        "address": address,
        "code": code,
        "path": request.url.path,
    }
    return page(request, "receipt.html", context)


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
    return page(request, "no_receipt.html", {}, 404)
