"""The attendance sheet of a course: one session at a time, and what was noted before."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import own_attendance
from inbox.page import page
from referrals.follow_up.attendance import Attendance, Sheet
from referrals.outcomes.rules import BadAnswer

CAME, ABSENT = "ja", "nej"
SAVED, REFUSED = "gemt", "fejl"

Sheets = Annotated[Attendance, Depends(own_attendance)]


def router() -> APIRouter:
    """Give the routes of the sheet."""
    routes = APIRouter(include_in_schema=False)
    address = "/kurser/{course_id:int}/fremmoede"
    routes.add_api_route(address, show_sheet, methods=["GET"])
    routes.add_api_route(address, note, methods=["POST"])
    return routes


def show_sheet(
    request: Request, sheets: Sheets, course_id: int, moede: str = "", udfoert: str = ""
) -> Response:
    """Show who is on the course. ``moede`` is the session to note, otherwise the latest."""
    sheet = sheets.sheet(course_id, request.app.state.now())
    known = request.app.state.encounters.around.municipalities
    context = {
        "sheet": sheet,
        "chosen": _chosen(sheet, moede),
        "made": udfoert,
        "municipality_name": known.name_of,
    }
    return page(request, "attendance.html", context)


async def note(request: Request, sheets: Sheets, course_id: int) -> Response:
    """Keep who came to one session; of who is not marked, the button says whether they came."""
    form = await request.form()
    starts_at = _moment(str(form.get("moede", "")))
    came = {
        name: value == CAME
        for name, value in form.items()
        if name.startswith("H-") and value in (CAME, ABSENT)
    }
    done = SAVED
    try:
        if starts_at is None:
            raise BadAnswer("session")
        now = request.app.state.now()
        others = form.get("resten") == CAME
        await asyncio.to_thread(sheets.record, course_id, starts_at, came, now, others_came=others)
    except BadAnswer:
        starts_at, done = None, REFUSED
    back = f"&moede={starts_at.strftime('%Y-%m-%dT%H:%MZ')}" if starts_at else ""
    address = f"/kurser/{course_id}/fremmoede?udfoert={done}{back}"
    return RedirectResponse(address, status_code=303)


def _chosen(sheet: Sheet, asked: str) -> datetime | None:
    """Give the session to note: the one asked for if it has begun, otherwise the latest."""
    at = _moment(asked)
    if at in sheet.held:
        return at
    return sheet.held[-1] if sheet.held else None


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
