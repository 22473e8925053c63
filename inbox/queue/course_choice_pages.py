"""The page on which a course is found for one person: all that take new people, best first.

No identity here. A course is chosen by a link back to the form of the talk, which puts down for it.
"""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from inbox.access import own_follow_ups
from inbox.page import page
from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Format, TimeOfDay
from referrals.follow_up.follow_ups import FollowUps

PAGE_SIZE = 25
Work = Annotated[FollowUps, Depends(own_follow_ups)]
Text = Annotated[str, Query(max_length=60)]


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/koe/{reference}/kurser", show_choices, methods=["GET"])
    return routes


def show_choices(
    request: Request,
    work: Work,
    reference: str,
    ord: Text = "",  # noqa: A002 - name of the query
    sprog: Text = "",
    tid: Text = "",
    form: Text = "",
    maalgruppe: Text = "",
    kommune: Text = "",
    ledige: bool = False,  # noqa: FBT001 - a tick
    side: int = 1,
) -> Response:
    """Show the courses that meet every condition, twenty-five at a time. ``side`` counts from 1."""
    known = request.app.state.encounters.around.municipalities
    asked = Conditions(
        places=(kommune,) if kommune in known.partner_codes else (),
        time_of_day=TimeOfDay(tid) if tid in set(TimeOfDay) else None,
        format=Format(form) if form in set(Format) else None,
        language=sprog or None,
        audience=Audience(maalgruppe) if maalgruppe in set(Audience) else None,
        free_seats=ledige,
    )
    found = work.courses(reference, request.app.state.now(), asked, ord)
    pages = max(1, ceil(len(found.found) / PAGE_SIZE))
    number = min(max(side, 1), pages)
    chosen = {
        "ord": ord,
        "sprog": sprog,
        "tid": tid,
        "form": form,
        "maalgruppe": maalgruppe,
        "kommune": kommune,
        "ledige": "true" if ledige else "",
    }
    context = {
        "reference": reference,
        "shown": found.found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        "total": len(found.found),
        "complete": found.complete,
        "number": number,
        "pages": pages,
        "chosen": chosen,
        "here": urlencode({code: value for code, value in chosen.items() if value}),
        "own": request.state.staff.municipality_code,
        "municipality_name": known.name_of,
        **_lists(request),
    }
    return page(request, "course_choice.html", context)


def _lists(request: Request) -> dict[str, Any]:
    known = request.app.state.encounters.around.municipalities
    labels = request.app.state.labels
    return {
        "places": sorted((known.name_of(code), code) for code in known.partner_codes),
        "languages": [
            (code, labels.word("spoken_language", code))
            for code in labels.groups["spoken_language"]
        ],
        "groups": {
            "tid": ("time_of_day", [*TimeOfDay]),
            "form": ("course_format", [*Format]),
            "maalgruppe": ("course_audience", [*Audience]),
        },
    }
