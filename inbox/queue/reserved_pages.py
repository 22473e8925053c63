"""What the municipality does with the seat and the call of a referral; shown on its page."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_seats_and_calls
from referrals.booking.calls import Slot, Taken
from referrals.booking.seat_states import NoSeat
from referrals.follow_up.seats_and_calls import AlreadyBooked, SeatsAndCalls
from referrals.queue.moving import Unsuitable

Own = Annotated[SeatsAndCalls, Depends(own_seats_and_calls)]


class ReservedButton(StrEnum):
    """What a button does. The value is also what the page is told afterwards."""

    CONFIRM_SEAT = "bekraeft-plads"
    RELEASE_SEAT = "frigiv-plads"
    CANCEL_CALL = "aflys-samtale"
    MOVE_CALL = "flyt-samtale"
    BOOK_CALL = "book-samtale"


GONE = "ingen-plads"
"""What the page is told when the seat went to somebody else before the button was pressed."""
ENROLLED = "tilmeldt"
"""A colleague enrolled the person meanwhile: the seat is freed by a move alone."""
NO_TIME = "ingen-tid"
"""The same of the time at which a call should be."""
NO_TIME_TO_BOOK = "ingen-tid-at-booke"
BOOKED_BEFORE = "har-tid"
"""A colleague booked a call meanwhile, which stands."""


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/reserveret", do, methods=["POST"])
    return routes


def do(
    request: Request,
    own: Own,
    reference: str,
    deed: Annotated[ReservedButton, Form()],
    slot: Annotated[str, Form()] = "",
) -> Response:
    """Do something with the seat or the call, and show the referral as it is then.

    ``slot`` is the time that a call is booked at or moved to.
    """
    now = request.app.state.now()
    done: str = deed
    try:
        match deed:
            case ReservedButton.CONFIRM_SEAT:
                own.confirm_seat(reference, now)
            case ReservedButton.RELEASE_SEAT:
                own.release_seat(reference, now)
            case ReservedButton.CANCEL_CALL:
                own.cancel_call(reference, now)
            case ReservedButton.MOVE_CALL:
                own.move_call(reference, Slot.from_code(slot), now)
            case ReservedButton.BOOK_CALL:
                own.book_call(reference, Slot.from_code(slot), now, first=True)
    except NoSeat:
        done = GONE
    except Unsuitable:
        done = ENROLLED
    except AlreadyBooked:
        done = BOOKED_BEFORE
    except (Taken, ValueError):
        done = NO_TIME if deed is ReservedButton.MOVE_CALL else NO_TIME_TO_BOOK
    return RedirectResponse(f"/koe/{reference}?reserveret={done}#reserveret", status_code=303)
