"""What the municipality does with the seat and the call of a referral; shown on its page."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_queue
from referrals.queue import MunicipalQueue
from referrals.seat import NoSeat

Queue = Annotated[MunicipalQueue, Depends(own_queue)]


class Deed(StrEnum):
    """What a button does. The value is also what the page is told afterwards."""

    CONFIRM_SEAT = "bekraeft-plads"
    RELEASE_SEAT = "frigiv-plads"
    CANCEL_CALL = "aflys-samtale"


GONE = "ingen-plads"
"""What the page is told when the seat went to somebody else before the button was pressed."""


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/reserveret", do, methods=["POST"])
    return routes


def do(request: Request, queue: Queue, reference: str, deed: Annotated[Deed, Form()]) -> Response:
    """Confirm or release the seat, or cancel the call, and show the referral as it is then."""
    act = {
        Deed.CONFIRM_SEAT: queue.confirm_seat,
        Deed.RELEASE_SEAT: queue.release_seat,
        Deed.CANCEL_CALL: queue.cancel_call,
    }[deed]
    done: str = deed
    try:
        act(reference, request.app.state.now())
    except NoSeat:
        done = GONE
    return RedirectResponse(f"/koe/{reference}?reserveret={done}#reserveret", status_code=303)
