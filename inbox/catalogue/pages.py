"""The pages of a municipality's courses: the list, and one course as a form.

Advisers read, course managers change. Every form works without scripts and keeps what was typed.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from inbox.access import own_catalogue, own_catalogue_to_change
from inbox.catalogue.form import (
    MORE_ROWS,
    new_fields,
    typed_fields,
    typed_rows,
    weekly,
    with_blanks,
)
from inbox.catalogue.showing import Shown, codes_of, context_of, show_course_page
from inbox.page import page
from referrals.catalogue.catalogue import ChangedCourse, MunicipalCatalogue
from referrals.catalogue.draft import BadDraft, read_draft
from referrals.catalogue.listing import WORKED_WITH, Entry, Filter
from referrals.courses.course import CourseStatus, Format

TO_VERIFY = "skal-bekraeftes"
CURRENT = "aktuelle"

Read = Annotated[MunicipalCatalogue, Depends(own_catalogue)]
Write = Annotated[MunicipalCatalogue, Depends(own_catalogue_to_change)]


def router() -> APIRouter:
    """Give the routes of the list and of the form."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/kurser", show_courses, methods=["GET"])
    routes.add_api_route("/kurser/nyt", show_new, methods=["GET"])
    routes.add_api_route("/kurser/nyt", keep_new, methods=["POST"])
    routes.add_api_route("/kurser/{course_id:int}", show_course, methods=["GET"])
    routes.add_api_route("/kurser/{course_id:int}", keep_course, methods=["POST"])
    return routes


def show_courses(
    request: Request,
    catalogue: Read,
    vis: str = CURRENT,
    form: str = "",
    sprog: str = "",
    side: int = 1,
    *,
    ledige: bool = False,
    udfoert: str = "",
) -> Response:
    """Show the municipality's courses. ``vis`` selects a status, or what is to be verified."""
    now = request.app.state.now()
    vis = vis if vis in (TO_VERIFY, *CourseStatus) else CURRENT
    wanted = Filter(
        statuses=_statuses(vis),
        format=Format(form) if form in set(Format) else None,
        language=sprog if sprog in codes_of(request).languages else None,
        stale=vis == TO_VERIFY,
        with_room=ledige,
    )
    context = context_of(request, catalogue) | {
        "found": catalogue.page(now, wanted, side),
        "counts": catalogue.counts(now),
        "shown": vis,
        "chosen": {"form": form, "sprog": sprog, "ledige": ledige},
        "formats": list(Format),
        "made": udfoert,
    }
    return page(request, "course_list.html", context)


def show_new(request: Request, catalogue: Write) -> Response:
    """Show an empty form."""
    fields = new_fields(catalogue.municipality_code)
    return show_course_page(request, catalogue, None, Shown(fields, with_blanks([], MORE_ROWS)))


async def keep_new(request: Request, catalogue: Write) -> Response:
    """Keep a new course as a draft."""
    return await asyncio.to_thread(_keep, request, catalogue, None, await request.form())


def show_course(request: Request, catalogue: Read, course_id: int, udfoert: str = "") -> Response:
    """Show one course."""
    return show_course_page(request, catalogue, catalogue.open(course_id), Shown(made=udfoert))


async def keep_course(request: Request, catalogue: Write, course_id: int) -> Response:
    """Keep what was changed."""
    entry = await asyncio.to_thread(catalogue.open, course_id)
    return await asyncio.to_thread(_keep, request, catalogue, entry, await request.form())


def _keep(
    request: Request, catalogue: MunicipalCatalogue, entry: Entry | None, form: FormData
) -> Response:
    """Do what the button that was pressed says with what was typed."""
    fields, rows, pressed = typed_fields(form), typed_rows(form), form.get("tryk")
    if pressed == "flere":
        rows = with_blanks(rows, MORE_ROWS)
        return show_course_page(request, catalogue, entry, Shown(fields, rows))
    if pressed == "ugentligt":
        rows = with_blanks(weekly(rows, str(form.get("gentag", ""))), 1)
        return show_course_page(request, catalogue, entry, Shown(fields, rows))
    now, version = request.app.state.now(), str(form.get("version", ""))
    try:
        draft = read_draft(fields, codes_of(request))
        if entry is None:
            course_id = catalogue.create(draft, now)
        else:
            course_id = entry.course.id
            catalogue.edit(course_id, draft, int(version) if version.isdecimal() else 0, now)
    except BadDraft as error:
        shown = Shown(fields, with_blanks(rows), error.mistakes, status=422)
        return show_course_page(request, catalogue, entry, shown)
    except ChangedCourse as change:
        shown = Shown(fields, with_blanks(rows), changed_by_others=True, status=409)
        return show_course_page(request, catalogue, change.entry, shown)
    return RedirectResponse(f"/kurser/{course_id}?udfoert=gemt", status_code=303)


def _statuses(vis: str) -> frozenset[CourseStatus]:
    if vis == TO_VERIFY:
        return frozenset({CourseStatus.OPEN})
    return frozenset({CourseStatus(vis)}) if vis in set(CourseStatus) else WORKED_WITH
