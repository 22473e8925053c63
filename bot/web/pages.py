"""The chat pages. They work by plain form posts; ``chat.js`` talks to the JSON calls instead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from bot.access import nurse
from bot.conversation import Conversations, TooLong
from bot.engine.rasa import EngineUnavailable
from bot.web.bubble import parts
from bot.web.following import signs_of, still_in
from bot.web.page_words import page_words
from referrals.advice.encounter import Step
from referrals.deferred.rules import CrossedOff
from referrals.deferred.wards_list import WardsList
from referrals.denmark.dates import local_day
from referrals.quotas.nurse import QuotaReached
from referrals.staff.roles import Staff
from referrals.storage.outage import NOT_KEPT
from referrals.turns.encounters import TooSoon
from referrals.turns.practice import Patient

_ASK = (Step.STATUS, Step.PRODUCT, Step.EVER_SMOKED, Step.EX_SMOKER, Step.DEFER_REASON)
_ADVISE = (Step.OFFER,)
_AFTER = (Step.FILED, Step.CLOSED)
STAGES: dict[str, tuple[Step, ...]] = {
    "ask": _ASK,
    "advise": _ADVISE,
    "refer": tuple(step for step in Step if step not in (*_ASK, *_ADVISE, *_AFTER)),
}
"""Spørg, Rådgiv, Henvis: which steps belong to which."""

KEYBOARDS = {Step.PHONE: "tel", Step.POSTCODE: "numeric"}
TYPED = (Step.NAME, Step.PHONE, Step.POSTCODE, Step.SECOND_CONTACT, Step.DISCHARGE_DATE)
BEGIN = "/resume"
CANCEL = "/cancel"

NO_TROUBLE: Mapping[str, str] = MappingProxyType({})

Nurse = Annotated[Staff, Depends(nurse)]


@dataclass(frozen=True)
class Unsent:
    """A message that did not get through, kept so that it can be sent again as it was.

    A tap that came too soon is not kept: it is to be made again by whoever has read.
    """

    message_id: str
    why: str
    text: str = ""
    payload: str = ""


def router() -> APIRouter:
    """Give the routes of the chat."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/chat", show_chats, methods=["GET"])
    routes.add_api_route("/chat", begin_chat, methods=["POST"])
    routes.add_api_route("/chat/{conversation_id}", show_chat, methods=["GET"])
    routes.add_api_route("/chat/{conversation_id}", say, methods=["POST"])
    routes.add_api_route("/chat/{conversation_id}/events", follow, methods=["GET"])
    return routes


def show_chats(request: Request, nurse: Nurse) -> Response:
    """Show the next patient's button, the ward's list and the nurse's unfinished conversations."""
    return first_page(request, nurse)


def first_page(
    request: Request, nurse: Staff, status: int = 200, trouble: Mapping[str, str] = NO_TROUBLE
) -> Response:
    """Show a nurse's first page. ``trouble`` is what went wrong with the ward's list, in words."""
    unfinished = _conversations(request).open_ones(nurse)
    state = request.app.state
    stages = {step: stage for stage, steps in STAGES.items() for step in steps}
    wards_list = WardsList(state.database, state.vault, nurse)
    more = {
        "unfinished": unfinished,
        "beds": wards_list.beds_in_hand(state.now()),
        "stages": stages,
        "fresh_id": fresh_id,
        "patients": list(Patient),
        "listed": wards_list.show(state.now()),
        "reasons_to_cross_off": list(CrossedOff),
        "today": local_day(state.now()),
        "trouble": trouble,
    }
    return _page(request, nurse, "chats.html", more, status)


async def begin_chat(
    request: Request, nurse: Nurse, practice: Annotated[Patient | None, Form()] = None
) -> Response:
    """Begin an encounter and let Henvis speak first. If it cannot yet, the page offers to begin.

    ``practice`` names the made-up patient to practise with.
    """
    conversations = _conversations(request)
    conversation_id = await conversations.start(nurse, patient=practice)
    with suppress(EngineUnavailable):
        await conversations.say(nurse, conversation_id, fresh_id(), command=BEGIN)
    return _to(conversation_id)


async def show_chat(
    request: Request,
    nurse: Nurse,
    conversation_id: str,
    annuller: Annotated[bool, Query()] = False,
) -> Response:
    """Show one conversation; with ``annuller`` the question whether to cancel it."""
    return await _show(request, nurse, conversation_id, asks_cancel=annuller)


async def say(
    request: Request,
    nurse: Nurse,
    conversation_id: str,
    message_id: Annotated[str, Form(min_length=1, max_length=64)],
    text: Annotated[str, Form()] = "",
    payload: Annotated[str, Form()] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Take one message of the form. What did not get through stands in the box again."""
    if payload == CANCEL and not confirmed:
        return _to(conversation_id, "?annuller=1#annuller")
    if not payload and not text.strip():
        return _to(conversation_id)
    words = page_words(nurse.language)
    try:
        answer = await _conversations(request).say(
            nurse, conversation_id, message_id, text=text or None, payload=payload or None
        )
    except EngineUnavailable:
        unsent = Unsent(message_id, words["away"], text, payload)
        return await _show(request, nurse, conversation_id, 503, unsent=unsent)
    except NOT_KEPT:
        unsent = Unsent(message_id, words["not_kept"], text, payload)
        return await _show(request, nurse, conversation_id, 503, unsent=unsent)
    except TooLong:
        unsent = Unsent(fresh_id(), words["too_long"], text, payload)
        return await _show(request, nurse, conversation_id, 422, unsent=unsent)
    except QuotaReached:
        unsent = Unsent(fresh_id(), words["quota_reached"])
        return await _show(request, nurse, conversation_id, 429, unsent=unsent)
    except TooSoon:
        unsent = Unsent(fresh_id(), words["too_soon"])
        return await _show(request, nurse, conversation_id, 409, unsent=unsent)
    return _to(answer.conversation_id)


async def follow(request: Request, nurse: Nurse, conversation_id: str) -> Response:
    """Stream a sign for each turn, so that a page open elsewhere can catch up.

    Raises QuotaReached.
    """
    await run_in_threadpool(request.app.state.encounters.listen, nurse, conversation_id)
    turns = _conversations(request).listen(nurse, conversation_id)
    unbuffered = {"X-Accel-Buffering": "no"}
    return StreamingResponse(
        signs_of(turns, still_in(request)), media_type="text/event-stream", headers=unbuffered
    )


async def _show(
    request: Request,
    nurse: Staff,
    conversation_id: str,
    status: int = 200,
    *,
    unsent: Unsent | None = None,
    asks_cancel: bool = False,
) -> Response:
    exchanges = await _conversations(request).transcript(nurse, conversation_id)
    practice = (await _conversations(request).awaiting(nurse, conversation_id)).practice
    newest = exchanges[-1].replies if exchanges else ()
    awaits = newest[-1].awaits if newest else Step.STATUS
    more = {
        "conversation_id": conversation_id,
        "exchanges": exchanges,
        "choices": [button for reply in newest for button in reply.buttons],
        "awaits": awaits,
        "practice": practice,
        "stages": STAGES,
        "done": _done(awaits),
        "keyboards": KEYBOARDS,
        "typed": TYPED,
        "begin": BEGIN,
        "after_ms": _conversations(request).taps.seen_after // timedelta(milliseconds=1),
        "message_id": unsent.message_id if unsent else fresh_id(),
        "fresh_id": fresh_id,
        "unsent": unsent,
        "asks_cancel": asks_cancel,
        "own_url": request.app.state.public_url,
        "parts": parts,
    }
    return _page(request, nurse, "chat.html", more, status)


def _done(awaits: str) -> list[str]:
    """Tell which stages lie behind: all once filed, none of a conversation that ended otherwise."""
    order = list(STAGES)
    if awaits == Step.FILED:
        return order
    now = [number for number, steps in enumerate(STAGES.values()) if awaits in steps]
    return order[: now[0]] if now else []


def _page(
    request: Request, nurse: Staff, name: str, more: dict[str, Any], status: int = 200
) -> Response:
    context = {"words": page_words(nurse.language), "language": nurse.language, **more}
    response: Response = request.app.state.templates.TemplateResponse(
        request, name, context, status_code=status
    )
    return response


def _conversations(request: Request) -> Conversations:
    conversations: Conversations = request.app.state.conversations
    return conversations


def fresh_id() -> str:
    """Draw the id of a message."""
    return str(uuid.uuid4())


def _to(conversation_id: str, where: str = "#nyeste") -> RedirectResponse:
    return RedirectResponse(f"/chat/{conversation_id}{where}", status_code=303)
