"""The front page: sends people to their work, or says what there is for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import signed_in
from inbox.page import page
from referrals.staff.roles import Staff


def router() -> APIRouter:
    """Give the route of the front page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", show_home, methods=["GET"])
    return routes


def show_home(request: Request, staff: Annotated[Staff, Depends(signed_in)]) -> Response:
    """Send nurses to the chat and municipal staff to their queue; tell others what they can do."""
    if staff.is_nurse:
        return RedirectResponse("/chat", status_code=303)
    if staff.is_municipal:
        return RedirectResponse("/koe", status_code=303)
    return page(request, "home.html", {"role": staff.role.value})
