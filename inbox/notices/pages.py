"""Two pages about notices: what one wants to hear of, and what could not be sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import fresh_to_change, freshly_proved, signed_in
from inbox.page import asked_to_wait, page
from referrals.administration.dead_letters import DeadLetters
from referrals.allowances.spending import TooManyAttempts
from referrals.notices.choices import LONGEST_ADDRESS, BadAddress, NoticeChoices

LetterId = Annotated[int, Path(ge=1, le=2**62)]


def own_choices(request: Request) -> NoticeChoices:
    """Give the choices of whoever is signed in. Raises NotSignedIn."""
    state = request.app.state
    return NoticeChoices(state.database, signed_in(request), state.sending.notice_channels)


def dead_letters(request: Request) -> DeadLetters:
    """Give what could not be sent. Raises NotSignedIn, or NotAllowed but for administrators.

    To have something sent again takes a fresh proof: NotFresh.
    """
    dead = DeadLetters(request.app.state.database, signed_in(request))
    fresh_to_change(request)
    return dead


Choosing = Annotated[NoticeChoices, Depends(own_choices)]
Dead = Annotated[DeadLetters, Depends(dead_letters)]


def router() -> APIRouter:
    """Give the routes of both pages."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/konto/beskeder", show_choices, methods=["GET"])
    routes.add_api_route("/konto/beskeder", change_choices, methods=["POST"])
    routes.add_api_route("/konto/beskeder/kode", confirm_address, methods=["POST"])
    routes.add_api_route("/admin/beskeder", show_dead, methods=["GET"])
    routes.add_api_route("/admin/beskeder/{letter_id}", send_again, methods=["POST"])
    return routes


def show_choices(request: Request, choosing: Choosing, gjort: str = "") -> Response:
    """Show what somebody is told of, and by which channel."""
    return _choices_page(request, choosing, done=gjort)


def change_choices(
    request: Request,
    choosing: Choosing,
    email: Annotated[str, Form(max_length=LONGEST_ADDRESS + 40)] = "",
    wanted: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Take over what is ticked; what is not, is off. ``wanted`` holds ``kind:channel``.

    Another address takes a fresh proof: NotFresh.
    """
    now = request.app.state.now()
    read = choosing.read(now)
    values = {
        (one.kind, one.channel): f"{one.kind}:{one.channel}" in wanted for one in read.choices
    }
    if email.strip() not in (read.email, read.unconfirmed):
        freshly_proved(request)  # links to a new password go there
    try:
        choosing.change(values, email, now)
    except BadAddress as bad:
        return _choices_page(request, choosing, refused=bad.why, typed=email, status=422)
    except TooManyAttempts as limit:
        asked = _choices_page(request, choosing, refused="many", typed=email, status=429)
        return asked_to_wait(asked, limit)
    return RedirectResponse("/konto/beskeder?gjort=1", status_code=303)


def confirm_address(
    request: Request, choosing: Choosing, code: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Have notices go to the address from now on, by the code of the mail that went there."""
    try:
        confirmed = choosing.confirm(code, request.app.state.now())
    except TooManyAttempts as limit:
        return asked_to_wait(_choices_page(request, choosing, refused="many", status=429), limit)
    if not confirmed:
        return _choices_page(request, choosing, refused="code", status=422)
    return RedirectResponse("/konto/beskeder?gjort=adresse", status_code=303)


def show_dead(
    request: Request,
    dead: Dead,
    foer: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    gjort: str = "",
) -> Response:
    """Show what could not be sent, the latest first."""
    context = {
        "found": dead.page(foer),
        "channels": sorted(request.app.state.sending.channels),
        "first_page": foer is None,
        "done": gjort == "1",
    }
    return page(request, "dead_letters.html", context)


def send_again(request: Request, dead: Dead, letter_id: LetterId) -> Response:
    """Have one letter tried anew."""
    dead.send_again(letter_id, request.app.state.now())
    return RedirectResponse("/admin/beskeder?gjort=1", status_code=303)


def _choices_page(
    request: Request,
    choosing: NoticeChoices,
    *,
    done: str = "",
    refused: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    read = choosing.read(request.app.state.now())
    by_kind: dict[str, list[object]] = {}
    for one in read.choices:
        by_kind.setdefault(one.kind, []).append(one)
    context = {
        "email": typed or read.unconfirmed or read.email,
        "unconfirmed": read.unconfirmed,
        "confirmed": read.email,
        "domains": request.app.state.accounts.rules().mail_domains,
        "by_kind": by_kind,
        "channels": sorted(request.app.state.sending.notice_channels),
        "longest": LONGEST_ADDRESS,
        "done": done,
        "refused": refused,
    }
    return page(request, "notice_choices.html", context, status)
