"""What a course manager does with a course at one press: show, verify, copy, call off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_calling_off, own_catalogue_to_change, own_rolls
from inbox.catalogue.showing import Shown, context_of, show_course_page
from inbox.page import page
from referrals.catalogue.catalogue import ChangedCourse, MunicipalCatalogue
from referrals.catalogue.draft import BadDraft, Mistake
from referrals.catalogue.listing import WORKED_WITH, Entry
from referrals.courses.search import UnknownCourse
from referrals.follow_up.calling_off import CallingOff
from referrals.follow_up.roll import CourseRolls

SEAT, SAME = "plads-", "som-alle"
FARTHEST_YEARS = 5
"""How far ahead a season may be that a course is copied into."""

Write = Annotated[MunicipalCatalogue, Depends(own_catalogue_to_change)]
Rolls = Annotated[CourseRolls, Depends(own_rolls)]
Ends = Annotated[CallingOff, Depends(own_calling_off)]
Version = Annotated[int, Form()]


def router() -> APIRouter:
    """Give the routes of what is done with a course."""
    routes = APIRouter(include_in_schema=False)
    one = "/kurser/{course_id:int}"
    routes.add_api_route(f"{one}/vis", publish, methods=["POST"])
    routes.add_api_route(f"{one}/bekraeft", verify, methods=["POST"])
    routes.add_api_route(f"{one}/dupliker", duplicate, methods=["POST"])
    routes.add_api_route(f"{one}/aflys", show_cancel, methods=["GET"])
    routes.add_api_route(f"{one}/aflys", cancel, methods=["POST"])
    return routes


def publish(request: Request, catalogue: Write, course_id: int, version: Version) -> Response:
    """Show a draft to everybody who asks."""
    now = request.app.state.now()
    return _do(
        request,
        catalogue,
        course_id,
        lambda: catalogue.publish(course_id, version, now),
        f"/kurser/{course_id}?udfoert=vist",
    )


def verify(
    request: Request,
    catalogue: Write,
    course_id: int,
    version: Version,
    tilbage: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """State that the record is true today. ``tilbage`` is the list that it was pressed in."""
    now = request.app.state.now()
    back = f"/kurser?vis={tilbage}&udfoert=bekraeftet#kursus-{course_id}"
    stay = f"/kurser/{course_id}?udfoert=bekraeftet"
    return _do(
        request,
        catalogue,
        course_id,
        lambda: catalogue.verify(course_id, version, now),
        back if tilbage.replace("-", "").isalpha() else stay,
    )


def duplicate(
    request: Request, catalogue: Write, course_id: int, starts_on: Annotated[str, Form()] = ""
) -> Response:
    """Copy a course into another season, and open the copy."""
    entry = catalogue.open(course_id)
    try:
        first_day = _first_day(entry, starts_on, request.app.state.now().date())
        new_id = catalogue.duplicate(course_id, first_day, request.app.state.now())
    except BadDraft as error:
        shown = Shown(mistakes=error.mistakes, starts_on=starts_on, status=422)
        return show_course_page(request, catalogue, entry, shown)
    return RedirectResponse(f"/kurser/{new_id}?udfoert=kopieret", status_code=303)


def show_cancel(request: Request, catalogue: Write, rolls: Rolls, course_id: int) -> Response:
    """Ask what shall become of each who has a seat."""
    return _ask(request, catalogue, rolls, catalogue.open(course_id))


async def cancel(
    request: Request,
    catalogue: Write,
    rolls: Rolls,
    calling_off: Ends,
    course_id: int,
    version: Version,
) -> Response:
    """Call the course off, as answered for each, and show whom to call."""
    chosen = {name: str(value) for name, value in (await request.form()).items()}
    return await asyncio.to_thread(
        _cancel, request, catalogue, rolls, calling_off, course_id, version, chosen
    )


def _cancel(
    request: Request,
    catalogue: MunicipalCatalogue,
    rolls: CourseRolls,
    calling_off: CallingOff,
    course_id: int,
    version: int,
    chosen: Mapping[str, str],
) -> Response:
    entry, now = catalogue.open(course_id), request.app.state.now()
    try:
        calling_off.call_off(course_id, version, now, _moves(chosen))
    except ChangedCourse as change:
        return _ask(
            request, catalogue, rolls, change.entry, chosen=chosen, changed=True, status=409
        )
    except BadDraft as error:
        mistake = next(iter(error.mistakes.values()))
        return _ask(request, catalogue, rolls, entry, chosen=chosen, mistake=mistake, status=422)
    return RedirectResponse(f"/kurser/{course_id}?udfoert=aflyst", status_code=303)


def _moves(chosen: Mapping[str, str]) -> dict[int, int]:
    """Read where each goes: ``plads-7`` names a course, a call, or what was chosen for all."""
    moves = {}
    for name, value in chosen.items():
        seat = name.removeprefix(SEAT)
        course = chosen.get("alle", "") if value == SAME else value
        if name.startswith(SEAT) and seat.isdecimal() and course.isdecimal():
            moves[int(seat)] = int(course)
    return moves


def _do(
    request: Request,
    catalogue: MunicipalCatalogue,
    course_id: int,
    deed: Callable[[], None],
    then: str,
) -> Response:
    """Do one thing and go on, or show the course with why it could not be done."""
    try:
        deed()
    except BadDraft as error:
        shown = Shown(mistakes=error.mistakes, status=422)
        return show_course_page(request, catalogue, catalogue.open(course_id), shown)
    except ChangedCourse as change:
        shown = Shown(changed_by_others=True, status=409)
        return show_course_page(request, catalogue, change.entry, shown)
    return RedirectResponse(then, status_code=303)


def _ask(
    request: Request,
    catalogue: MunicipalCatalogue,
    rolls: CourseRolls,
    entry: Entry,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    if entry.course.status not in WORKED_WITH:
        raise UnknownCourse(entry.course.id)
    now = request.app.state.now()
    context = context_of(request, catalogue) | {
        "entry": entry,
        "roll": rolls.of(entry.course.id, now),
        "others": [each for each in catalogue.joinable(now) if each.id != entry.course.id],
        "chosen": {},
        **more,
    }
    return page(request, "course_cancel.html", context, status)


def _first_day(entry: Entry, text: str, today: date) -> date:
    """Read the day to start from. A course without sessions has none to move."""
    if not entry.course.sessions:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadDraft({"starts_on": Mistake("not_a_date")}) from error
    if day < today:
        raise BadDraft({"starts_on": Mistake("starts_in_past")})
    if day.year > today.year + FARTHEST_YEARS:
        raise BadDraft({"starts_on": Mistake("too_far", (("limit", FARTHEST_YEARS),))})
    return day
