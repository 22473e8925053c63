"""What a nurse does on the ward's list: take a patient up, note room and discharge, cross off."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from bot.access import nurse
from bot.engine.rasa import EngineUnavailable
from bot.showing import WARDS_LIST
from bot.web.page_words import page_words
from bot.web.pages import BEGIN, first_page, fresh_id
from referrals.deferred.rules import CrossedOff
from referrals.deferred.wards_list import BadNote, NotListed, TakenUp, WardsList
from referrals.staff.roles import Staff

Nurse = Annotated[Staff, Depends(nurse)]
_PLACE = "/afsnittets-liste/{deferred_id}"


def router() -> APIRouter:
    """Give the three deeds; the list itself stands on the nurse's first page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(f"{_PLACE}/spoerg", take_up, methods=["POST"])
    routes.add_api_route(f"{_PLACE}/stue", note, methods=["POST"])
    routes.add_api_route(f"{_PLACE}/stryg", cross_off, methods=["POST"])
    return routes


async def take_up(request: Request, nurse: Nurse, deferred_id: str) -> Response:
    """Begin where the patient was deferred. Of two nurses one gets the patient."""
    conversations = request.app.state.conversations
    try:
        begun = await conversations.take_up(nurse, deferred_id)
    except (NotListed, TakenUp) as refused:
        return await run_in_threadpool(_refused, request, nurse, refused)
    with suppress(EngineUnavailable):
        await conversations.say(nurse, begun, fresh_id(), command=BEGIN)
    return RedirectResponse(f"/chat/{begun}#nyeste", status_code=303)


def note(
    request: Request,
    nurse: Nurse,
    deferred_id: str,
    bed: Annotated[str, Form(max_length=200)] = "",
    discharge: Annotated[date | None, Form()] = None,
) -> Response:
    """Note room or initials, and the day of discharge."""
    try:
        _list(request, nurse).note(deferred_id, bed, discharge, request.app.state.now())
    except BadNote as bad:
        words = page_words(nurse.language)
        trouble = {"said": words[f"bad_{bad}"], "id": deferred_id, "bed": bed}
        return first_page(request, nurse, 422, trouble)
    except (NotListed, TakenUp) as refused:
        return _refused(request, nurse, refused)
    return _back()


def cross_off(
    request: Request, nurse: Nurse, deferred_id: str, reason: Annotated[CrossedOff, Form()]
) -> Response:
    """Cross a patient off, with a reason."""
    try:
        _list(request, nurse).cross_off(deferred_id, reason, request.app.state.now())
    except (NotListed, TakenUp) as refused:
        return _refused(request, nurse, refused)
    return _back()


def _refused(request: Request, nurse: Staff, refused: NotListed | TakenUp) -> Response:
    words = page_words(nurse.language)
    if isinstance(refused, TakenUp):
        said = words["taken_by"].format(name=refused.by)
        return first_page(request, nurse, 409, {"said": said})
    return first_page(request, nurse, 404, {"said": words["not_listed"]})


def _back() -> RedirectResponse:
    return RedirectResponse(WARDS_LIST, status_code=303)


def _list(request: Request, nurse: Staff) -> WardsList:
    return WardsList(request.app.state.database, request.app.state.vault, nurse)
