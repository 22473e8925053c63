"""The page of what waits for a second administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from inbox.administration.rule_pages import shown_value
from inbox.administration.user_pages import Admin
from inbox.page import page
from inbox.staff.invite_pages import link_to
from referrals.administration import decisions
from referrals.administration.approving import Approving
from referrals.administration.users import RefusedChange
from referrals.staff.roles import Staff

PATH = "/admin/godkendelser"
DecisionId = Annotated[int, Path(ge=1, le=2**62)]


def router() -> APIRouter:
    """Give the routes of decisions."""
    routes = APIRouter(prefix=PATH, include_in_schema=False)
    routes.add_api_route("", show_waiting, methods=["GET"])
    routes.add_api_route("/{decision_id}/godkend", approve, methods=["POST"])
    routes.add_api_route("/{decision_id}/afvis", refuse, methods=["POST"])
    return routes


def show_waiting(request: Request, staff: Admin, gjort: str = "") -> Response:
    """Show what waits, and whether there is anybody else who could decide."""
    return _page(request, staff, {"done": gjort})


def approve(request: Request, staff: Admin, decision_id: DecisionId) -> Response:
    """Do what a colleague asked for; the half that comes of it is shown, this once."""
    state = request.app.state
    try:
        approved = Approving(state.database, staff).approve(decision_id, state.now())
    except RefusedChange as refused:
        return _page(request, staff, {"refused": refused.why}, 422)
    link = link_to(request, approved.invitation) if approved.invitation else ""
    if not (link or approved.token):
        return RedirectResponse(f"{PATH}?gjort=godkendt", status_code=303)
    return _page(request, staff, {"approved": approved, "link": link}, 201)


def refuse(request: Request, staff: Admin, decision_id: DecisionId) -> Response:
    """Refuse what a colleague asked for, or take back what one asked for oneself."""
    state = request.app.state
    try:
        Approving(state.database, staff).refuse(decision_id, state.now())
    except RefusedChange as refused:
        return _page(request, staff, {"refused": refused.why}, 422)
    return RedirectResponse(f"{PATH}?gjort=afvist", status_code=303)


def _page(request: Request, staff: Staff, told: dict[str, object], status: int = 200) -> Response:
    state = request.app.state
    waiting = decisions.waiting(state.database, state.now(), staff)
    context = {
        "waiting": waiting,
        "values": {
            one.id: shown_value(one.rule, one.value["value"]) for one in waiting if one.rule
        },
        "alone": decisions.administrators(state.database) < 2,
        **told,
    }
    return page(request, "decisions.html", context, status)
