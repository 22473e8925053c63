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
from referrals.follow_ups import FollowUps
from referrals.outcome import Answer, BadAnswer, Kind, Method
from referrals.outcomes import NoFollowUp
from referrals.queue import ChangedMeanwhile
from referrals.referral import IllegalMove
from referrals.seat import AlreadyConfirmed, Full, NotOpen, Waiting

Work = Annotated[FollowUps, Depends(own_follow_ups)]
Version = Annotated[int, Form()]


class Deed(StrEnum):
    """What came of a follow-up; the value of the button."""

    ANSWERED = "svar"
    IN_VAIN = "forgaeves"
    LOST = "opgiv"


class Told(StrEnum):
    """What the page of the referral is told afterwards."""

    ENROLLED = "tilmeldt"
    WAITING = "venteliste"
    QUIT_DATE = "stopdato"
    ANSWERED = "svar"
    IN_VAIN = "forgaeves"
    LOST = "opgiv"
    CHANGED = "aendret"
    ILLEGAL = "ikke-nu"
    GONE = "gone"
    FULL = "fuldt"
    NOT_OPEN = "lukket"
    CONFIRMED_ELSEWHERE = "anden-plads"


_REFUSED: dict[type[Exception], Told] = {
    ChangedMeanwhile: Told.CHANGED,
    IllegalMove: Told.ILLEGAL,
    NoFollowUp: Told.GONE,
    Full: Told.FULL,
    NotOpen: Told.NOT_OPEN,
    AlreadyConfirmed: Told.CONFIRMED_ELSEWHERE,
}


def router() -> APIRouter:
    """Give the routes of follow-ups."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/opfoelgning", show_worklist, methods=["GET"])
    routes.add_api_route("/koe/{reference}/kursus", enrol, methods=["POST"])
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


def enrol(
    request: Request, work: Work, reference: str, course: Annotated[int, Form()], version: Version
) -> Response:
    """Enrol in a course, or put on its waiting list."""

    def act() -> Told:
        now = request.app.state.now()
        given = work.enrol(reference, course, now, version=version)
        return Told.WAITING if isinstance(given, Waiting) else Told.ENROLLED

    return _do(reference, act)


def set_quit_date(
    request: Request,
    work: Work,
    reference: str,
    version: Version,
    quit_on: Annotated[date | None, Form()] = None,
) -> Response:
    """Keep the day on which the person stops."""

    def act() -> Told:
        if quit_on is None:
            raise BadAnswer("quit_date")
        work.set_quit_date(reference, quit_on, request.app.state.now(), version=version)
        return Told.QUIT_DATE

    return _do(reference, act)


def follow_up(
    request: Request,
    work: Work,
    reference: str,
    kind: Annotated[Kind, Form()],
    deed: Annotated[Deed, Form()],
    version: Version,
    smoke_free: Annotated[bool | None, Form()] = None,
    nicotine_free: Annotated[bool | None, Form()] = None,
    satisfied: Annotated[bool | None, Form()] = None,
    method: Annotated[Method | None, Form()] = None,
    reason: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Keep what came of one follow-up: an answer, a call in vain, or that it is given up."""

    def act() -> Told:
        now = request.app.state.now()
        if deed is Deed.IN_VAIN:
            work.call_in_vain(reference, kind, reason, now, version=version)
        elif deed is Deed.LOST:
            work.lose(reference, kind, reason, now, version=version)
        else:
            if smoke_free is None or method is None:
                raise BadAnswer("answer")
            told = Answer(smoke_free, method, nicotine_free, satisfied)
            work.answer(reference, kind, told, now, version=version)
        return Told(deed.value)

    return _do(reference, act)


def _do(reference: str, act: Callable[[], Told]) -> Response:
    """Act, and show the referral with what came of it."""
    told: str
    try:
        told = act()
    except BadAnswer as bad:
        told = bad.why
    except tuple(_REFUSED) as refused:
        told = _REFUSED[type(refused)]
    return RedirectResponse(f"/koe/{reference}?forloeb={told}#forloeb", status_code=303)
