"""The administrator's pages: users and the audit log. No identity of patients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import fresh_to_change, signed_in
from inbox.page import page
from inbox.staff.invite_pages import place_of
from referrals.administration.audit_search import AuditLog, Search
from referrals.administration.places import open_places
from referrals.administration.users import Administration, RefusedChange
from referrals.audit.actors import kind_of
from referrals.denmark.dates import midnight
from referrals.notices.kinds import EMAIL
from referrals.staff.roles import PEOPLE, Role, Staff, administrators_only
from referrals.staff.two_halves import Half


def administrator(request: Request) -> Staff:
    """Give the signed-in administrator. Raises NotSignedIn or NotAllowed for anybody else.

    Whoever changes anything has proved a moment ago that it is them: NotFresh. So nobody does who
    sits down at a computer that was left alone, or has a token.
    """
    staff = signed_in(request)
    administrators_only(staff)
    return fresh_to_change(request)


Admin = Annotated[Staff, Depends(administrator)]
UserId = Annotated[int, Path(ge=1, le=2**62)]


def router() -> APIRouter:
    """Give the routes of users and log."""
    routes = APIRouter(prefix="/admin", include_in_schema=False)
    routes.add_api_route("/brugere", show_users, methods=["GET"])
    routes.add_api_route("/brugere/{user_id}", show_user, methods=["GET"])
    routes.add_api_route("/brugere/{user_id}/ret", correct, methods=["POST"])
    routes.add_api_route("/brugere/{user_id}/spaer", suspend, methods=["POST"])
    routes.add_api_route("/brugere/{user_id}/genoptag", reinstate, methods=["POST"])
    routes.add_api_route("/brugere/{user_id}/engangskode", ask_reset, methods=["POST"])
    routes.add_api_route("/brugere/{user_id}/log-ud", end_sessions, methods=["POST"])
    routes.add_api_route("/brugere/{user_id}/adgangskode", new_password, methods=["POST"])
    routes.add_api_route("/log", show_log, methods=["GET"])
    return routes


def show_users(
    request: Request,
    staff: Admin,
    q: Annotated[str, Query(max_length=80)] = "",
    rolle: str = "",
    vis: str = "aktive",
    efter: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """List users: words in the name, one role, active or suspended ones."""
    role = Role(rolle) if rolle in set(Role) else None
    suspended = {"aktive": False, "spaerrede": True}.get(vis)
    after = efter if efter.isprintable() else ""
    found = _administration(request, staff).users(
        words=q, role=role, suspended=suspended, after=after
    )
    context = {
        "found": found,
        "roles": list(PEOPLE),
        "q": q,
        "rolle": role.value if role else "",
        "vis": vis,
        "first_page": not after,
    }
    return page(request, "users.html", context)


def show_user(request: Request, staff: Admin, user_id: UserId, gjort: str = "") -> Response:
    """Show one user and what can be done. ``gjort`` is what was just done."""
    return _user_page(request, staff, user_id, {"done": gjort})


def correct(
    request: Request,
    staff: Admin,
    user_id: UserId,
    display_name: Annotated[str, Form()],
    role: Annotated[Role, Form()],
    place: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Change what a user is called; what they do and where is asked for."""
    now, where = request.app.state.now(), place_of(place)
    asked = False

    def change(all_: Administration) -> None:
        nonlocal asked
        asked = all_.correct(user_id, display_name, role, where, now)

    return _do(request, staff, user_id, lambda: "bedt" if asked else "rettet", change)


def suspend(
    request: Request,
    staff: Admin,
    user_id: UserId,
    hand_to: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Let a user in no more, at once, and hand open work over."""
    taker = int(hand_to) if hand_to.isascii() and hand_to.isdecimal() else None
    now = request.app.state.now()
    return _do(request, staff, user_id, "spaerret", lambda all_: all_.suspend(user_id, now, taker))


def reinstate(request: Request, staff: Admin, user_id: UserId) -> Response:
    """Ask that a suspended user be let in again; another administrator decides."""
    now = request.app.state.now()
    return _do(request, staff, user_id, "bedt", lambda all_: all_.ask_reinstate(user_id, now))


def ask_reset(request: Request, staff: Admin, user_id: UserId) -> Response:
    """Ask that a user's second factor be forgotten; another administrator decides."""
    now = request.app.state.now()
    return _do(request, staff, user_id, "bedt", lambda all_: all_.ask_reset(user_id, now))


def new_password(request: Request, staff: Admin, user_id: UserId) -> Response:
    """Mail the user a link to choose a new password by, or ask another administrator to show it.

    Then the code that belongs to the link is shown here, this once.
    """
    state = request.app.state
    by_mail = EMAIL in state.sending.channels
    half: Half | None = None

    def change(all_: Administration) -> None:
        nonlocal half
        half = all_.new_password(user_id, state.now(), state.vault, by_mail=by_mail)

    done = _do(request, staff, user_id, "sendt", change)
    if half is None:
        return done
    return _user_page(request, staff, user_id, {"done": "bedt", "half": half}, 202)


def end_sessions(request: Request, staff: Admin, user_id: UserId) -> Response:
    """Log a user out everywhere, without suspending them."""
    now = request.app.state.now()
    return _do(request, staff, user_id, "logget-ud", lambda all_: all_.end_sessions(user_id, now))


def show_log(
    request: Request,
    staff: Admin,
    hvem: Annotated[str, Query(max_length=90)] = "",
    hvad: Annotated[str, Query(max_length=40)] = "",
    post: Annotated[str, Query(max_length=80)] = "",
    fra: str = "",
    til: str = "",
    foer: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    bevis: str = "",
) -> Response:
    """Search the audit log; with ``bevis`` it is read whole, and what is proven told."""
    log = AuditLog(request.app.state.database, staff)
    first, last = _day(fra), _day(til)
    search = Search(
        actor=hvem,
        action=hvad,
        record=post,
        since=midnight(first) if first else None,
        until=midnight(last + timedelta(days=1)) if last else None,
        before=foer,
    )
    context = {
        "found": log.search(search),
        "kind_of": kind_of,
        "actions": log.actions(),
        "proof": log.proof(request.app.state.anchors) if bevis == "ja" else None,
        "asked": {"hvem": hvem, "hvad": hvad, "post": post, "fra": fra, "til": til},
        "first_page": foer is None,
        "clock_waits_h": ceil(log.clock_waits_s() / 3600),
    }
    return page(request, "audit.html", context)


def _do(
    request: Request,
    staff: Staff,
    user_id: int,
    done: str | Callable[[], str],
    change: Callable[[Administration], object],
) -> Response:
    try:
        change(_administration(request, staff))
    except RefusedChange as refused:
        return _user_page(request, staff, user_id, {"refused": refused.why}, 422)
    told = done if isinstance(done, str) else done()
    return RedirectResponse(f"/admin/brugere/{user_id}?gjort={told}", status_code=303)


def _user_page(
    request: Request, staff: Staff, user_id: int, told: dict[str, object], status: int = 200
) -> Response:
    card = _administration(request, staff).user(user_id, request.app.state.now())
    context = {
        "card": card,
        "own": user_id == staff.id,
        "roles": list(PEOPLE),
        "places": open_places(request.app.state.database, staff, request.app.state.now()),
        **told,
    }
    return page(request, "user.html", context, status)


def _administration(request: Request, staff: Staff) -> Administration:
    return Administration(request.app.state.database, staff)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
