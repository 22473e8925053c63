"""The pages of a municipality's queue: what must be done today, the list, a search, giving out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_queue, search_own_names
from inbox.page import page
from inbox.queue.escalation_api import read_escalation
from inbox.queue.lines import lines, own_municipality
from inbox.queue.today_pages import due, show_today, tell_pulse
from referrals.denmark.contact_details import shown_phone
from referrals.queue.filters import NOBODY, Wanted, Whose
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.search import CannotSearch, SearchKind, read
from referrals.referral.clock import Urgency
from referrals.referral.moves import State

OPEN = "aabne"
EVERYTHING = "alle"
URGENCIES = {
    "over-fristen": Urgency.BREACHED,
    "haster": Urgency.WARNING,
    "til-tiden": Urgency.ON_TIME,
    "i-gang": Urgency.STOPPED,
}
"""What ``vis`` calls the urgencies."""
ELSEWHERE = {"hos-andre": Whose.LENT, "tilbudt": Whose.OFFERED}
"""What ``vis`` calls the referrals that another municipality has."""
ME, NONE, INTERPRETER = "mig", "ingen", "tolk"
UNKNOWN = -1
"""No user has this id: a filter by somebody who is not a colleague finds nothing."""

Queue = Annotated[MunicipalQueue, Depends(own_queue)]


def router() -> APIRouter:
    """Give the routes of the queue."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe", show_queue, methods=["GET"])
    routes.add_api_route("/koe/puls", show_pulse, methods=["GET"])
    routes.add_api_route("/koe/soeg", search, methods=["POST"])
    routes.add_api_route("/koe/fordel", assign, methods=["POST"])
    return routes


def show_queue(
    request: Request,
    queue: Queue,
    vis: str = "",
    hvem: str = "",
    afsnit: str = "",
    sprog: str = "",
    ringes: str = "",
    efter: str | None = None,
    fordelt: int | None = None,
    ladt: int = 0,
    udfoert: str = "",
    kun: str = "",
) -> Response:
    """Show today's work, or what is selected, due first; ``efter`` is the cursor.

    ``kun`` is one section of today's work. ``sprog`` is the code of a language, or ``tolk`` for
    those who need an interpreter.
    """
    if not any((vis, afsnit, sprog, ringes)) and efter is None:
        return show_today(request, queue, mine=hvem == ME, only=kun, made=udfoert)
    now = request.app.state.now()
    state = State(vis) if vis in set(State) else None
    known = state or vis in (*URGENCIES, *ELSEWHERE, EVERYTHING)
    wanted = Wanted(
        state,
        URGENCIES.get(vis),
        everything=vis == EVERYTHING,
        assigned_to=_user_id(request, queue, hvem),
        ward_id=afsnit,
        whose=ELSEWHERE.get(vis, Whose.OURS),
        language="" if sprog == INTERPRETER else sprog,
        interpreter=sprog == INTERPRETER,
        best_time=ringes,
    )
    found = queue.page(now, wanted, after=efter)
    shown = vis if known else OPEN
    chosen = {"vis": shown, "hvem": hvem, "afsnit": afsnit, "sprog": sprog, "ringes": ringes}
    looks_at_all = shown in (OPEN, "over-fristen")
    context = {
        "municipality": own_municipality(request),
        "rows": lines(found.entries, now),
        "next_after": found.next_after,
        "counts": queue.counts(now),
        "shown": shown,
        "who": hvem,
        "ward": afsnit,
        "spoken": sprog,
        "best_time": ringes,
        "languages": _words(request, "spoken_language"),
        "best_times": _words(request, "best_time"),
        "chosen": {code: value for code, value in chosen.items() if value},
        "here": f"/koe?{urlencode({k: v for k, v in chosen.items() if v})}",
        "states": list(State),
        "first_page": efter is None,
        "colleagues": queue.colleagues(),
        "wards": queue.wards(),
        "me": request.state.staff.name,
        "may_assign": wanted.whose is Whose.OURS,
        "assigned": fordelt,
        "left": ladt,
        "escalation": read_escalation(request) if looks_at_all else None,
    }
    return page(request, "queue.html", context)


def show_pulse(request: Request, queue: Queue, hvem: str = "", kun: str = "") -> Response:
    """Tell by a fingerprint whether the day's list is still the one that a page shows."""
    return tell_pulse(request, queue, mine=hvem == ME, only=kun)


def search(
    request: Request, queue: Queue, words: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Find by reference, phone or name; a single hit is opened. Never part of an address.

    Where nobody has exactly that name, those whose names begin so are shown, and never opened.
    """
    now = request.app.state.now()
    try:
        sought = read(words)
    except CannotSearch:
        context = {"words": words, "unreadable": True}
        return page(request, "found.html", context, 422)
    found = queue.search(words, now)
    if len(found) == 1:
        return RedirectResponse(f"/koe/{found[0].reference}", status_code=303)
    context = {"words": words, "rows": lines(found, now)}
    if not found and sought.kind is SearchKind.NAME:
        named = search_own_names(request, words)
        context |= {
            "rows": lines(named.entries, now),
            "named": named,
            "people": named.people,
            "due": lambda step: due(step, now),
            "shown_phone": shown_phone,
        }
    return page(request, "found.html", context)


def assign(
    request: Request,
    queue: Queue,
    to: Annotated[str, Form(max_length=80)] = "",
    chosen: Annotated[list[str], Form(max_length=200)] = [],  # noqa: B006 - never changed
    back: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Give the chosen referrals to a colleague; what changed meanwhile is left and told."""
    read = [_reference_and_version(each) for each in chosen]
    try:
        given = queue.assign(read, to or None, request.app.state.now())
        done, left = len(given.done), len(given.left)
    except Unsuitable:
        done, left = 0, len(read)
    where = back if back.startswith("/koe?") else f"/koe?vis={OPEN}"
    return RedirectResponse(f"{where}&fordelt={done}&ladt={left}", status_code=303)


def _words(request: Request, group: str) -> list[tuple[str, str]]:
    """Give the codes of a group with their words, as they are listed there."""
    labels = request.app.state.labels
    return [(code, labels.word(group, code)) for code in labels.groups[group]]


def _user_id(request: Request, queue: MunicipalQueue, who: str) -> int | None:
    if not who:
        return None
    if who == NONE:
        return NOBODY
    name = request.state.staff.name if who == ME else who
    found = queue.colleague_id(name)
    return UNKNOWN if found is None else found


def _reference_and_version(chosen: str) -> tuple[str, int | None]:
    reference, _, version = chosen.partition(":")
    known = version.isascii() and version.isdigit() and len(version) < 10
    return reference, int(version) if known else None
