"""Two referrals of perhaps one person, side by side: what agrees and what differs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.page import page
from inbox.queue.lines import days_left
from inbox.queue.pages import Queue
from inbox.queue.referral_pages import WORD_GROUPS, shown_details
from referrals.advice.encounter import SKIPPED
from referrals.denmark.contact_details import folded, shown_phone
from referrals.queue.municipal_queue import NotFound
from referrals.referral.moves import Move

COMPARED = (
    *("name", "phone", "postcode", "second_contact", "best_time", "spoken_language"),
    *("discharge_date", "status", "product"),
)
"""What tells whether two referrals are of one person, the most telling first."""


def router() -> APIRouter:
    """Give the routes of a pair."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/dublet/{other}", compare, methods=["GET"])
    routes.add_api_route("/koe/{reference}/dublet/{other}", tell_apart, methods=["POST"])
    return routes


def compare(request: Request, queue: Queue, reference: str, other: str) -> Response:
    """Show two referrals of one person side by side; both readings are written to the log."""
    now = request.app.state.now()
    pair = [queue.open(each, now) for each in (reference, other)]
    [first, second] = pair
    told = next((p for p in first.parted if p.reference == second.entry.reference), None)
    alike = {each.reference for each in first.duplicates}
    if told is None and second.entry.reference not in alike:
        raise NotFound(other)
    shown = [
        {
            "opened": opened,
            "details": shown_details(opened.details),
            "days": days_left(opened.entry, now),
            "other": another.entry.reference,
            "may_close": Move.MERGE in opened.legal and not another.merged_into,
        }
        for opened, another in (pair, reversed(pair))
    ]
    context = {
        "pair": shown,
        "alike": {code: _alike(code, first.details, second.details) for code in COMPARED},
        "told": told,
        "names": first.names,
        "groups": WORD_GROUPS,
        "shown_phone": shown_phone,
    }
    return page(request, "duplicate.html", context)


def tell_apart(
    request: Request,
    queue: Queue,
    reference: str,
    other: str,
    same: Annotated[bool, Form()],
) -> Response:
    """Remember that two referrals are not of one person, or that they may be after all."""
    queue.tell_apart(reference, other, request.app.state.now(), same=same)
    where = f"/koe/{reference}/dublet/{other}" if same else f"/koe/{reference}?adskilt={other}"
    return RedirectResponse(where, status_code=303)


def _alike(code: str, one: dict[str, str], other: dict[str, str]) -> str:
    """Tell whether a detail agrees, as ``same``, ``differs``, or ``unknown`` where one lacks it."""
    told = [details.get(code, "") for details in (one, other)]
    if not all(told) or SKIPPED in told:
        return "unknown"
    return "same" if folded(told[0]) == folded(told[1]) else "differs"
