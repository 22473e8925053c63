"""The pages of an adviser's own calls: what is booked, weekly hours, days off. No identity here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import signed_in
from inbox.page import page
from referrals.booking.adviser_calls import AdviserCalls, BadDay
from referrals.booking.call_hours import SLOT_MINUTES, BadHours, Hours
from referrals.denmark.dates import calendar_day, short_start
from referrals.staff.roles import Staff

STRETCHES_A_DAY = 2
"""How many stretches of a day the form has room for: before and after lunch, say."""
_TIME = re.compile(r"([01]?[0-9]|2[0-4])(?:[.:]?([0-5][0-9]))?")


@dataclass(frozen=True)
class TypedHours:
    """One line of the form as it was typed: from when to when on a weekday."""

    weekday: int
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the hours that were typed, and on which weekday."""

    why: str
    weekday: int


def own_calls(request: Request, staff: Annotated[Staff, Depends(signed_in)]) -> AdviserCalls:
    """Give the calls of the signed-in adviser. Raises NotSignedIn or NotAllowed."""
    return AdviserCalls(request.app.state.database, staff)


Calls = Annotated[AdviserCalls, Depends(own_calls)]


def router() -> APIRouter:
    """Give the routes of an adviser's calls."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/opkald", show_calls, methods=["GET"])
    routes.add_api_route("/opkald/uge", set_week, methods=["POST"])
    routes.add_api_route("/opkald/fri", take_off, methods=["POST"])
    routes.add_api_route("/opkald/arbejde", work_again, methods=["POST"])
    return routes


def show_calls(request: Request, calls: Calls, gemt: str = "") -> Response:
    """Show what is booked, the week and the days off. ``gemt`` names what was just saved."""
    return _show(request, calls, _typed(calls.week()), saved=gemt)


def set_week(
    request: Request,
    calls: Calls,
    weekday: Annotated[list[int], Form(max_length=50)],
    begins: Annotated[list[str], Form(max_length=50)],
    ends: Annotated[list[str], Form(max_length=50)],
) -> Response:
    """Replace the week. What cannot be kept is said beside what was typed."""
    typed = [TypedHours(*line) for line in zip(weekday, begins, ends, strict=False)]
    try:
        calls.set_week(_hours(typed), request.app.state.now())
    except BadHours as bad:
        return _show(request, calls, typed, mistake=Mistake(bad.why, bad.weekday))
    return RedirectResponse("/opkald?gemt=uge#uge", status_code=303)


def take_off(
    request: Request, calls: Calls, day: Annotated[date | None, Form()] = None
) -> Response:
    """Take no calls on a day."""
    try:
        if day is None:
            raise BadDay
        calls.take_off(day, request.app.state.now())
    except BadDay:
        return _show(request, calls, _typed(calls.week()), mistake=Mistake("day", -1))
    return RedirectResponse("/opkald?gemt=fri#fri", status_code=303)


def work_again(request: Request, calls: Calls, day: Annotated[date, Form()]) -> Response:
    """Take calls on a day after all."""
    calls.work_again(day, request.app.state.now())
    return RedirectResponse("/opkald?gemt=arbejde#fri", status_code=303)


def _show(
    request: Request,
    calls: AdviserCalls,
    week: Sequence[TypedHours],
    *,
    saved: str = "",
    mistake: Mistake | None = None,
) -> Response:
    now = request.app.state.now()
    context = {
        "coming": [(short_start(call.starts_at), call) for call in calls.coming(now)],
        "week": [[line for line in week if line.weekday == day] for day in range(7)],
        "days_off": [(day, calendar_day(day)) for day in calls.days_off(now)],
        "minutes": SLOT_MINUTES,
        "saved": saved,
        "mistake": mistake,
    }
    return page(request, "calls.html", context, 422 if mistake else 200)


def _typed(week: Sequence[Hours]) -> list[TypedHours]:
    """Write the week into the lines of the form; each day has at least as many as it has room."""
    lines = [
        TypedHours(each.weekday, _time(each.from_minute), _time(each.to_minute)) for each in week
    ]
    for day in range(7):
        empty = STRETCHES_A_DAY - sum(line.weekday == day for line in lines)
        lines += [TypedHours(day)] * empty
    return lines


def _hours(typed: Sequence[TypedHours]) -> list[Hours]:
    """Read the lines; an empty one is none. Raises BadHours, as ``unreadable`` for no time."""
    filled = [line for line in typed if line.begins.strip() or line.ends.strip()]
    return [Hours(line.weekday, _minute(line, "begins"), _minute(line, "ends")) for line in filled]


def _minute(line: TypedHours, which: str) -> int:
    found = _TIME.fullmatch(getattr(line, which).strip())
    if found is None:
        raise BadHours("unreadable", line.weekday)
    return int(found[1]) * 60 + int(found[2] or 0)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
