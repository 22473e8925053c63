"""The two addresses of the log-in by a service outside: on the way there, and on the way back."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from inbox.staff.signing_in import local_path, with_session
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff.invites import BadInvite, NoInvite
from referrals.staff.two_halves import joined
from service.errors import NotOffered
from service.web.oidc import CALLBACK, FLOW_LIFETIME, Failed, OutsideLogIn

BEGIN = "/log-ind/udefra"
COOKIE = "__Host-henvis-udefra"


def router() -> APIRouter:
    """Give the two routes."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(BEGIN, begin, methods=["GET"])
    routes.add_api_route(CALLBACK, finish, methods=["GET"])
    return routes


async def begin(
    request: Request,
    next: str = "/",  # noqa: A002 - name of the query
    invitation: str = "",
    kode: str = "",
) -> Response:
    """Send the person to the provider. Raises NotOffered if there is none.

    An invitation whose code is wrong goes nowhere.
    """
    outside, now = _outside(request), request.app.state.now()
    whole = joined(invitation, kode)
    try:
        if kode:
            await run_in_threadpool(request.app.state.invitations.read_whole, whole, now)
        response, value = await outside.begin(request, local_path(next), whole, now)
    except (NoInvite, BadInvite):
        tell(Event.LINK_WRONG, "code")
        back = f"/invitation/{quote(invitation, safe='')}?kode=forkert"
        return RedirectResponse(back, status_code=303)
    except Failed:
        return _back()
    # Lax, for the person comes back by a link of another site.
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(FLOW_LIFETIME.total_seconds()),
        secure=True,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response


async def finish(request: Request) -> Response:
    """Begin a session, or say on the log-in page that it did not work.

    Answers with a page that goes on by itself: after a redirect that another site began, the
    browser would keep our strict cookie back.
    """
    outside, cookie = _outside(request), request.cookies.get(COOKIE, "")
    try:
        secret, target = await outside.finish(request, cookie, request.app.state.now())
    except (Failed, NoInvite, BadInvite) as error:
        why = "provider" if isinstance(error, Failed) else "invitation"
        tell(Event.LOG_IN_OUTSIDE_FAILED, why)
        response = _back()
    else:
        context = {"target": local_path(target)}
        templates = request.app.state.templates
        response = with_session(
            templates.TemplateResponse(request, "going_on.html", context), secret
        )
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax", path="/")
    return response


def _back() -> Response:
    return RedirectResponse("/log-ind?udefra=fejl", status_code=303)


def _outside(request: Request) -> OutsideLogIn:
    outside: OutsideLogIn = request.app.state.outside_log_in
    if not outside.label:
        raise NotOffered
    return outside
