"""The JSON API of the courses: what is open and can be joined, for any member of staff."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator

from inbox.access import signed_in
from inbox.asked import READ
from referrals.courses.conditions import Conditions
from referrals.courses.course import (
    Audience,
    Concept,
    Course,
    CourseSession,
    Format,
    Goal,
    Intake,
    TimeOfDay,
)
from referrals.courses.search import CoursePage, listed
from referrals.denmark.dates import local_day
from referrals.words.labels import Labels


class CourseBody(BaseModel):
    """A course as its municipality published it; ``stale`` when not verified for thirty days.

    ``weekday`` counts from 0, Monday. ``seats_free`` and ``capacity`` are null without limit, and
    ``starts_at`` is for rolling intake. A made-up course says so in ``demo`` and in its title.
    """

    id: int
    key: str
    municipality: str
    open_to: list[str]
    title: str
    demo: bool
    concept: Concept
    format: Format
    goal: Goal
    audience: Audience
    language: str
    interpreter: bool
    products: list[str]
    intake: Intake
    starts_at: datetime | None
    deadline_on: date | None
    weekday: int | None
    time_of_day: TimeOfDay | None
    sessions: list[CourseSession]
    place: str
    postcode: str
    access: str
    online_link: str
    capacity: int | None
    taken: int
    held: int
    waiting: int
    seats_free: int | None
    price_dkk: int
    medicine_subsidy: str
    contact_phone: str
    contact_email: str
    verified_on: date
    stale: bool


class CoursePageBody(BaseModel):
    """Up to fifty courses, the earliest start first, rolling intake last."""

    courses: list[CourseBody]
    next_after: str | None


def _weekday(text: object) -> object:
    """Take the name of a weekday, Danish or English, for its number."""
    name = str(text).strip().casefold()
    for code, words in Labels().groups["weekday"].items():
        if name in {word.casefold() for word in words.values()}:
            return int(code)
    return text


Weekday = Annotated[
    int | None,
    BeforeValidator(_weekday),
    Query(ge=0, le=6, description="0 is Monday; names of weekdays are understood as well"),
]


def router() -> APIRouter:
    """Give the one call."""
    routes = APIRouter(prefix="/api/courses", tags=["courses"], dependencies=[Depends(signed_in)])

    @routes.get("", responses={status: {} for status in (401, 403, 422)}, openapi_extra=READ)
    async def list_courses(
        request: Request,
        municipality: Annotated[
            str | None, Query(pattern=r"^\d{4}$", description="whose course it is")
        ] = None,
        postcode: Annotated[
            str | None, Query(pattern=r"^[1-9]\d{3}$", description="held at most 6 km from there")
        ] = None,
        weekday: Weekday = None,
        from_day: Annotated[
            date | None, Query(alias="from", description="begins that day or later")
        ] = None,
        course_format: Annotated[
            Format | None, Query(alias="format", description="how people meet")
        ] = None,
        language: Annotated[
            str | None, Query(pattern=r"^[a-z]{2,3}$", description="code of the language spoken")
        ] = None,
        *,
        free: Annotated[bool, Query(description="has a free seat")] = False,
        after: Annotated[
            str | None, Query(pattern=r"^\d{0,11}-\d{1,15}$", description="next_after of a page")
        ] = None,
    ) -> CoursePageBody:
        """List open courses that can still be joined and meet every condition."""
        if municipality is not None:
            _check_municipality(request, municipality)
        asked = Conditions(
            places=(municipality,) if municipality else (),
            near=postcode,
            weekdays=(weekday,) if weekday is not None else (),
            from_day=from_day,
            format=course_format,
            language=language,
            free_seats=free,
        )
        now = request.app.state.now()
        found = await asyncio.to_thread(_listed, request, asked, now, after)
        courses = [_body(course, local_day(now)) for course in found.courses]
        return CoursePageBody(courses=courses, next_after=found.next_after)

    return routes


def _check_municipality(request: Request, code: str) -> None:
    known = request.app.state.encounters.around.municipalities.partner_codes
    if code not in known:
        where = ("query", "municipality")
        raise RequestValidationError([{"loc": where, "msg": "unknown", "type": "unknown"}])


def _listed(request: Request, asked: Conditions, now: datetime, after: str | None) -> CoursePage:
    with request.app.state.database.read() as session:
        return listed(session, asked, now, after=after)


def _body(course: Course, today: date) -> CourseBody:
    return CourseBody.model_validate(
        {
            **vars(course),
            "municipality": course.municipality_code,
            "title": course.shown_title,
            "seats_free": course.seats_free,
            "stale": course.is_stale(today),
        }
    )
