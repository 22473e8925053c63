"""The pages of a municipality's queue: the list, one referral, and its moves as forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_follow_ups, own_queue
from inbox.escalation_api import read_escalation
from inbox.page import page
from referrals.clock import Urgency
from referrals.contact import shown_phone
from referrals.dates import DANISH_TIME, day, local_day
from referrals.follow_ups import FollowUps
from referrals.outcome import LOST_REASONS
from referrals.queue import (
    MAX_NOTE,
    ChangedMeanwhile,
    MunicipalQueue,
)
from referrals.queue_filters import Wanted
from referrals.queue_view import OpenedReferral, QueueEntry
from referrals.referral import ATTEMPT_REASONS, MOVES, About, IllegalMove, Move, State

OPEN = "aabne"
EVERYTHING = "alle"
URGENCIES = {
    "over-fristen": Urgency.BREACHED,
    "haster": Urgency.WARNING,
    "til-tiden": Urgency.ON_TIME,
    "i-gang": Urgency.STOPPED,
}
"""What ``vis`` calls the urgencies."""

WORD_GROUPS = {
    "best_time": "best_time",
    "leave_message": "yes_no",
    "spoken_language": "spoken_language",
    "interpreter": "yes_no",
    "protected_address": "yes_no",
    "status": "status",
    "product": "product",
}
"""In which group of labels the word for a detail's code stands."""

Queue = Annotated[MunicipalQueue, Depends(own_queue)]


@dataclass(frozen=True)
class Refused:
    """A move that was not made: why, and what was filled in, so that nothing is lost.

    ``why`` is ``state``, ``reason``, ``confirm``, ``note`` or ``changed``; ``by`` says who did it.
    """

    why: str
    move: str
    reason: str
    note: str
    by: str = ""


def router() -> APIRouter:
    """Give the routes of the queue."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe", show_queue, methods=["GET"])
    routes.add_api_route("/koe/{reference}", show_referral, methods=["GET"])
    routes.add_api_route("/koe/{reference}", make_move, methods=["POST"])
    return routes


def show_queue(
    request: Request, queue: Queue, vis: str = OPEN, efter: str | None = None
) -> Response:
    """Show the municipality's referrals, due first. ``vis`` selects, ``efter`` is the cursor."""
    now = request.app.state.now()
    state = State(vis) if vis in set(State) else None
    wanted = Wanted(state, URGENCIES.get(vis), everything=vis == EVERYTHING)
    found = queue.page(now, wanted, after=efter)
    shown = vis if state or vis in (*URGENCIES, EVERYTHING) else OPEN
    looks_at_all = shown in (OPEN, "over-fristen")
    context = {
        "municipality": _municipality(request),
        "rows": [(entry, days_left(entry, now)) for entry in found.entries],
        "next_after": found.next_after,
        "counts": queue.counts(now),
        "shown": shown,
        "states": list(State),
        "first_page": efter is None,
        "escalation": read_escalation(request) if looks_at_all else None,
    }
    return page(request, "queue.html", context)


def show_referral(
    request: Request, queue: Queue, reference: str, udfoert: str | None = None
) -> Response:
    """Open one referral; that is written to the audit log. ``udfoert`` is the move just made."""
    return _show(request, queue, reference, made=udfoert if udfoert in set(Move) else None)


def make_move(
    request: Request,
    queue: Queue,
    reference: str,
    move: Annotated[str, Form()],
    version: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Make one move. A refused one shows the referral as it is now and keeps what was written."""
    now = request.app.state.now()
    if move == Move.WITHDRAW and not confirmed:
        return _refuse(request, queue, reference, Refused("confirm", move, reason, note), 422)
    if len(note) > MAX_NOTE:
        return _refuse(request, queue, reference, Refused("note", move, reason, note), 422)
    try:
        queue.move(reference, move, now, reason=reason or None, note=note or None, version=version)
    except ChangedMeanwhile as change:
        refused = Refused("changed", move, reason, note, change.by)
        return _refuse(request, queue, reference, refused, 409)
    except IllegalMove as illegal:
        refused = Refused(illegal.why, move, reason, note)
        return _refuse(request, queue, reference, refused, 422 if illegal.why == "reason" else 409)
    return RedirectResponse(f"/koe/{reference}?udfoert={move}", status_code=303)


def days_left(entry: QueueEntry, now: datetime) -> int:
    """Count the Danish calendar days to the deadline; negative when it lies behind."""
    return (local_day(entry.due_at) - local_day(now)).days


def _refuse(
    request: Request, queue: MunicipalQueue, reference: str, refused: Refused, status: int
) -> Response:
    return _show(request, queue, reference, refused=refused, status=status)


def _show(
    request: Request,
    queue: MunicipalQueue,
    reference: str,
    *,
    made: str | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    now = request.app.state.now()
    opened = queue.open(reference, now)
    context: dict[str, Any] = {
        "municipality": _municipality(request),
        "entry": opened.entry,
        "days": days_left(opened.entry, now),
        "details": _shown(opened.details),
        "groups": WORD_GROUPS,
        "shown_phone": shown_phone,
        "purged": opened.purged,
        "consent": opened.consent,
        "history": opened.history,
        "reserved": opened.reserved,
        "seat_place": _place_of_seat(request, opened),
        "after": _after(request, opened),
        "moves": [
            MOVES[move]
            for move in opened.legal
            if move is not Move.WITHDRAW
            and MOVES[move].target
            and MOVES[move].about in (None, About.TIME)
        ],
        "may_withdraw": Move.WITHDRAW in opened.legal,
        "made": made,
        "refused": refused,
        "max_note": MAX_NOTE,
    }
    return page(request, "referral.html", context, status)


def _shown(details: dict[str, str]) -> dict[str, str]:
    """Write the date among the details as people do; it is kept as ISO 8601."""
    iso = details.get("discharge_date")
    if iso is None:
        return details
    at = datetime.fromisoformat(iso).replace(tzinfo=DANISH_TIME)
    return {**details, "discharge_date": day(at)}


def _place_of_seat(request: Request, opened: OpenedReferral) -> str:
    seat = opened.reserved.seat
    return _name_of(request, seat.municipality_code if seat else None)


def _after(request: Request, opened: OpenedReferral) -> dict[str, Any]:
    """Give what the page shows of course and follow-ups; courses only where one can be chosen."""
    work: FollowUps = own_follow_ups(request)
    choosing = Move.ENROL in opened.legal
    return {
        "progress": work.progress(opened.entry.reference),
        "courses": work.courses(request.app.state.now()) if choosing else [],
        "municipality_name": request.app.state.encounters.around.municipalities.name_of,
        "own": request.state.staff.municipality_code,
        "attempt_reasons": ATTEMPT_REASONS,
        "lost_reasons": LOST_REASONS,
    }


def _municipality(request: Request) -> str:
    return _name_of(request, request.state.staff.municipality_code)


def _name_of(request: Request, code: str | None) -> str:
    name: str = request.app.state.encounters.around.municipalities.name_of(code)
    return name
