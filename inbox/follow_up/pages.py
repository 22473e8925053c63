"""The worklist of follow-ups, and what is written down on the page of a referral about its course.

Every form works without scripts. What is refused is told on the referral's page; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_follow_ups
from inbox.page import page
from referrals.follow_up.follow_ups import FollowUps
from referrals.outcomes.follow_ups_due import NoFollowUp
from referrals.outcomes.rules import BadAnswer, FollowUpAnswer, FollowUpKind, VerificationMethod
from referrals.queue.municipal_queue import ChangedMeanwhile
from referrals.referral.moves import IllegalMove

Work = Annotated[FollowUps, Depends(own_follow_ups)]
Version = Annotated[int, Form()]


class FollowUpButton(StrEnum):
    """What came of a follow-up; the value of the button."""

    ANSWERED = "svar"
    IN_VAIN = "forgaeves"
    LOST = "opgiv"
    RESUMED = "alligevel"


class FollowUpMessage(StrEnum):
    """What the page of the referral is told afterwards."""

    QUIT_DATE = "stopdato"
    ANSWERED = "svar"
    IN_VAIN = "forgaeves"
    LOST = "opgiv"
    RESUMED = "alligevel"
    CHANGED = "aendret"
    ILLEGAL = "ikke-nu"
    GONE = "gone"


_REFUSED: dict[type[Exception], FollowUpMessage] = {
    ChangedMeanwhile: FollowUpMessage.CHANGED,
    IllegalMove: FollowUpMessage.ILLEGAL,
    NoFollowUp: FollowUpMessage.GONE,
}


def router() -> APIRouter:
    """Give the routes of follow-ups."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/opfoelgning", show_worklist, methods=["GET"])
    routes.add_api_route("/koe/{reference}/stopdato", set_quit_date, methods=["POST"])
    routes.add_api_route("/koe/{reference}/opfoelgning", follow_up, methods=["POST"])
    return routes


def show_worklist(request: Request, work: Work) -> Response:
    """Show what is due, which courses are over, and what comes within two weeks."""
    known = request.app.state.encounters.around.municipalities
    context = {
        "municipality": known.name_of(request.state.staff.municipality_code),
        "work": work.worklist(request.app.state.now()),
    }
    return page(request, "follow_ups.html", context)


def set_quit_date(
    request: Request,
    work: Work,
    reference: str,
    version: Version,
    quit_on: Annotated[date | None, Form()] = None,
) -> Response:
    """Keep the day on which the person stops."""

    def act() -> FollowUpMessage:
        if quit_on is None:
            raise BadAnswer("quit_date")
        work.set_quit_date(reference, quit_on, request.app.state.now(), version=version)
        return FollowUpMessage.QUIT_DATE

    return _do(reference, act)


def follow_up(
    request: Request,
    work: Work,
    reference: str,
    kind: Annotated[FollowUpKind, Form()],
    deed: Annotated[FollowUpButton, Form()],
    version: Version,
    smoke_free: Annotated[bool | None, Form()] = None,
    nicotine_free: Annotated[bool | None, Form()] = None,
    satisfied: Annotated[bool | None, Form()] = None,
    method: Annotated[VerificationMethod | None, Form()] = None,
    reason: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Keep what came of one follow-up: an answer, a call in vain, or that it is given up or not."""

    def act() -> FollowUpMessage:
        now = request.app.state.now()
        if deed is FollowUpButton.IN_VAIN:
            work.call_in_vain(reference, kind, reason, now, version=version)
        elif deed is FollowUpButton.LOST:
            work.lose(reference, kind, reason, now, version=version)
        elif deed is FollowUpButton.RESUMED:
            work.resume(reference, kind, now, version=version)
        else:
            if smoke_free is None or method is None:
                raise BadAnswer("answer")
            told = FollowUpAnswer(smoke_free, method, nicotine_free, satisfied)
            work.answer(reference, kind, told, now, version=version)
        return FollowUpMessage(deed.value)

    return _do(reference, act)


def _do(reference: str, act: Callable[[], FollowUpMessage]) -> Response:
    """Act, and show the referral with what came of it."""
    told: str
    try:
        told = act()
    except BadAnswer as bad:
        told = bad.why
    except tuple(_REFUSED) as refused:
        told = _REFUSED[type(refused)]
    return RedirectResponse(f"/koe/{reference}?forloeb={told}#forloeb", status_code=303)
