"""Inviting colleagues, and the page behind the link that the invited opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import fresh_to_change, signed_in_as
from inbox.page import page
from referrals.administration.decisions import ask_for_invitations
from referrals.administration.places import open_places
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.invites import MOST_AT_ONCE, BadInvite, Invitations, NoInvite
from referrals.staff.passwords import SHORTEST, WeakPassword
from referrals.staff.places import Place
from referrals.staff.roles import INVITERS, PEOPLE, Role, Staff
from referrals.staff.two_halves import joined

LINK = "/invitation/{secret}"
KINDS = {"afsnit": "ward_id", "hospital": "hospital_id", "kommune": "municipality_code"}


def inviter(request: Request) -> Staff:
    """Give a signed-in administrator or lead. Raises NotSignedIn or NotAllowed.

    To invite somebody takes a fresh proof: NotFresh.
    """
    signed_in_as(request, *INVITERS)
    return fresh_to_change(request)


Inviter = Annotated[Staff, Depends(inviter)]


def router() -> APIRouter:
    """Give the routes of invitations."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/invitationer", show_invitations, methods=["GET"])
    routes.add_api_route("/invitationer", invite, methods=["POST"])
    routes.add_api_route("/invitationer/{invite_id}/fortryd", take_back, methods=["POST"])
    routes.add_api_route(LINK, show_invitation, methods=["GET"])
    routes.add_api_route(LINK, accept, methods=["POST"])
    return routes


def show_invitations(request: Request, staff: Inviter) -> Response:
    """List the open invitations and offer to make one."""
    return _invitations_page(request, staff)


def invite(
    request: Request,
    staff: Inviter,
    role: Annotated[Role, Form()],
    place: Annotated[str, Form(max_length=60)] = "",
    invited: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Make an invitation for each line of ``invited`` and show the links, this once.

    What an administrator wants another one decides on, who is shown the links; here stand the codes
    that belong to them, this once.
    """
    people = [line for line in invited.splitlines() if line.strip()] or [""]
    now = request.app.state.now()
    try:
        if staff.is_administrator:
            database = request.app.state.database
            halves = ask_for_invitations(database, staff, role, place_of(place), people, now)
            return _invitations_page(request, staff, {"halves": halves}, 202)
        made = _invitations(request).invite_all(staff, role, place_of(place), people, now)
    except BadInvite as bad:
        told = {
            "refused": bad.why,
            "chosen_role": role.value,
            "chosen_place": place,
            "typed": invited,
        }
        return _invitations_page(request, staff, told, 422)
    links = [(each.invited, link_to(request, each.secret)) for each in made]
    return _invitations_page(request, staff, {"links": links}, 201)


def place_of(text: str) -> Place:
    """Read ``kind:id`` as a form sends it; anything else is nowhere."""
    kind, _, key = text.partition(":")
    return Place(**{KINDS[kind]: key}) if kind in KINDS and key.isprintable() else Place()


def take_back(request: Request, staff: Inviter, invite_id: str) -> Response:
    """Make an open invitation useless. Raises NoInvite for one that is not within reach."""
    if not _invitations(request).take_back(staff, invite_id, request.app.state.now()):
        raise NoInvite
    return RedirectResponse("/invitationer", status_code=303)


def show_invitation(request: Request, secret: str, kode: str = "") -> Response:
    """Show what the link offers; opening it uses nothing up. ``kode`` says that one was wrong."""
    return _invitation_page(request, secret, {"refused": "code"} if kode else None)


def accept(
    request: Request,
    secret: str,
    name: Annotated[str, Form()] = "",
    display_name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Choose name and password; goes on to the log-in page."""
    typed = {"name": name, "display_name": display_name}
    now = request.app.state.now()
    try:
        whole = joined(secret, code)
        _invitations(request).accept(whole, name, display_name, password, now)
    except (BadInvite, WeakPassword) as error:
        if error.why == "code":
            tell(Event.LINK_WRONG, "code")
        return _invitation_page(request, secret, {**typed, "refused": error.why}, 422)
    except NoInvite:
        return _no_invitation(request)
    return RedirectResponse("/log-ind?oprettet=1", status_code=303)


def _no_invitation(request: Request) -> Response:
    tell(Event.LINK_WRONG, "invitation")
    return page(request, "no_invitation.html", {}, 404)


def link_to(request: Request, secret: str) -> str:
    """Write the address that the invited opens."""
    return f"{request.app.state.public_url}{LINK.format(secret=secret)}"


def _invitations_page(
    request: Request, staff: Staff, told: Mapping[str, object] | None = None, status: int = 200
) -> Response:
    now = request.app.state.now()
    roles = list(PEOPLE) if staff.is_administrator else [Role.NURSE]
    context = {
        "roles": roles,
        "places": open_places(request.app.state.database, staff, now),
        "invites": _invitations(request).open_ones(staff, now),
        "is_administrator": staff.is_administrator,
        "most": MOST_AT_ONCE,
        **(told or {}),
    }
    return page(request, "invitations.html", context, status)


def _invitation_page(
    request: Request, secret: str, told: Mapping[str, object] | None = None, status: int = 200
) -> Response:
    try:
        invitation = _invitations(request).read(secret, request.app.state.now())
    except NoInvite:
        return _no_invitation(request)
    context = {
        "invite": invitation,
        "path": request.url.path,
        "secret": secret,
        "shortest": SHORTEST,
        "outside": request.app.state.outside_log_in.label,
        **(told or {}),
    }
    return page(request, "invitation.html", context, status)


def _invitations(request: Request) -> Invitations:
    invitations: Invitations = request.app.state.invitations
    return invitations
