"""Everybody's own Telegram: who it is, unlocking, notices; and inviting colleagues to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import freshly_proved, signed_in
from inbox.page import page
from inbox.qr_code import qr_code
from inbox.staff.invite_pages import Inviter
from referrals.allowances.spending import Allowances
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.roles import Role, Staff
from referrals.telegram import chats, enrolment
from referrals.telegram.enrolment import CannotBind, NoTelegramInvite
from referrals.telegram.inbox import LINKED, UNLOCKED

HOME = "/telegram"
INVITES = "/telegram/invitationer"
CONFIRM = "/telegram/bekraeft/{secret}"

Somebody = Annotated[Staff, Depends(signed_in)]
Fresh = Annotated[Staff, Depends(freshly_proved)]


def router() -> APIRouter:
    """Give the routes."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(HOME, show_own, methods=["GET"])
    routes.add_api_route(f"{HOME}/laas-op", unlock, methods=["POST"])
    routes.add_api_route(f"{HOME}/laas", lock, methods=["POST"])
    routes.add_api_route(f"{HOME}/fjern", remove, methods=["POST"])
    routes.add_api_route(CONFIRM, show_confirm, methods=["GET"])
    routes.add_api_route(CONFIRM, confirm, methods=["POST"])
    routes.add_api_route(INVITES, show_invites, methods=["GET"])
    routes.add_api_route(INVITES, invite, methods=["POST"])
    routes.add_api_route(f"{INVITES}/{{invite_id}}/fortryd", take_back, methods=["POST"])
    return routes


def show_own(request: Request, staff: Somebody, gjort: str = "") -> Response:
    """Show whether one's Telegram belongs to Henvis, and whether the chat is locked."""
    state = request.app.state
    with state.database.read() as session:
        context = {
            "locked": chats.is_locked(session, staff.id, state.now()),
            "may_invite": staff.may_invite,
            "enabled": state.telegram.enabled,
            "done": gjort,
        }
    return page(request, "telegram.html", context)


def unlock(request: Request, staff: Somebody) -> Response:
    """Unlock one's own chat, and let it go on."""
    state = request.app.state
    with state.database.write() as session:
        chat_id = chats.unlock(session, staff, state.now())
        if chat_id is not None:
            state.telegram.inbox.tell(session, chat_id, UNLOCKED, {}, state.now())
    return _home("laast-op")


def lock(request: Request, staff: Somebody) -> Response:
    """Lock one's own chat."""
    with request.app.state.database.write() as session:
        chats.lock(session, staff, request.app.state.now())
    return _home("laast")


def remove(request: Request, staff: Somebody) -> Response:
    """End one's own chat for good, with what is under way in it."""
    with request.app.state.database.write() as session:
        chats.suspend(session, staff.id, request.app.state.now(), staff.name)
    return _home("fjernet")


def show_confirm(request: Request, staff: Somebody, secret: str) -> Response:
    """Ask whether this Telegram is one's own; asking uses nothing up."""
    return _confirm_page(request, staff, secret)


def confirm(
    request: Request,
    staff: Fresh,
    secret: str,
    code: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Bind the Telegram to the signed-in person, by the code that was said in its chat.

    Raises NotFresh, for it is one more way in, or TooManyAttempts.
    """
    state = request.app.state
    Allowances(state.database).spend(enrolment.CODES, enrolment.claim_key(secret), state.now())
    try:
        with state.database.write() as session:
            chat_id = enrolment.bind(session, staff, secret, code, state.now())
            state.telegram.inbox.tell(session, chat_id, LINKED, {}, state.now())
    except NoTelegramInvite:
        tell(Event.LINK_WRONG, "telegram")
        return page(request, "telegram_no_invite.html", {}, 404)
    except CannotBind as refused:
        return _confirm_page(request, staff, secret, {"refused": refused.why}, 409)
    return _home("tilknyttet")


def show_invites(request: Request, staff: Inviter) -> Response:
    """List the open invitations to Telegram and offer to make one."""
    return _invites_page(request, staff)


def invite(
    request: Request,
    staff: Inviter,
    role: Annotated[Role, Form()],
    ward: Annotated[str, Form(max_length=40)] = "",
    days: Annotated[int, Form()] = 7,
) -> Response:
    """Make an invitation and show its link, this once. Raises NotAllowed out of reach."""
    state = request.app.state
    with state.database.write() as session:
        secret = enrolment.invite(session, staff, role, ward, days, state.now())
    link = f"{state.telegram.link_base}?start={secret}"
    return _invites_page(request, staff, {"link": link, "code": qr_code(link)}, 201)


def take_back(request: Request, staff: Inviter, invite_id: str) -> Response:
    """Make an open invitation useless."""
    state = request.app.state
    with state.database.write() as session:
        known = enrolment.take_back(session, staff, invite_id, state.now())
    if not known:
        return page(request, "telegram_no_invite.html", {}, 404)
    return RedirectResponse(INVITES, status_code=303)


def _confirm_page(
    request: Request,
    staff: Staff,
    secret: str,
    told: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    state = request.app.state
    try:
        with state.database.read() as session:
            invited = enrolment.look(session, secret, state.now())
    except NoTelegramInvite:
        tell(Event.LINK_WRONG, "telegram")
        return page(request, "telegram_no_invite.html", {}, 404)
    context = {"invited": invited, "person": staff, "path": request.url.path, **(told or {})}
    return page(request, "telegram_confirm.html", context, status)


def _invites_page(
    request: Request, staff: Staff, told: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    state = request.app.state
    with state.database.read() as session:
        context = {
            "invites": enrolment.open_invites(session, staff, state.now()),
            "wards": enrolment.wards_to_invite_to(session, staff, state.now()),
            "roles": enrolment.ROLES,
            "lifetimes": list(enrolment.LIFETIMES),
            "ready": bool(state.telegram.link_base),
            "is_administrator": staff.is_administrator,
            **(told or {}),
        }
    return page(request, "telegram_invites.html", context, status)


def _home(done: str) -> Response:
    return RedirectResponse(f"{HOME}?gjort={done}", status_code=303)
