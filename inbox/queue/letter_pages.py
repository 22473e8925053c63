"""The letter to somebody whom nobody could call as promised: to print, once the case ends so."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from inbox.page import page
from inbox.queue.lines import own_municipality
from inbox.queue.pages import Queue
from referrals.denmark.contact_details import shown_phone
from referrals.referral.moves import Move, Side, State

LETTERS = frozenset({State.UNREACHABLE, State.WRONG_MUNICIPALITY})
"""The outcomes that a patient who was promised a call hears of by letter."""

NOBODY_THERE = "died_or_moved"
"""Given up for a reason that a letter cannot mend."""
NO_NUMBER = ("wrong_number", "protected")
"""Given up because the number that we had led nowhere: then nobody was called in vain."""


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/brev", show_letter, methods=["GET"])
    return routes


def show_letter(request: Request, queue: Queue, reference: str) -> Response:
    """Show the letter in the language of the consent; that the name is read is audited.

    Says so where no letter is due, or nobody is left to write to.
    """
    now = request.app.state.now()
    opened = queue.open(reference, now)
    reason = next((e.reason for e in reversed(opened.history) if e.event == Move.GIVE_UP), None)
    due = opened.entry.state in LETTERS and opened.side is Side.WORKING and reason != NOBODY_THERE
    calls = [e.at for e in opened.history if e.event == Move.ATTEMPT and not e.corrected]
    phone = queue.own_phone()
    context = {
        "language": opened.consent.language if due else "da",
        "name": opened.details.get("name") if due else None,
        "reference": opened.entry.reference,
        "filed_at": opened.entry.filed_at,
        "calls": calls,
        "nobody_there": reason == NOBODY_THERE,
        "no_number": reason in NO_NUMBER,
        "outside": opened.entry.state is State.WRONG_MUNICIPALITY,
        "municipality": own_municipality(request),
        "phone": shown_phone(phone) if phone else "",
        "today": now,
    }
    return page(request, "letter.html", context)
