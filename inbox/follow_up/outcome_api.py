"""The JSON API of what comes after the first talk: enrolment, attendance, follow-ups."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AwareDatetime, BaseModel, Field

from inbox.access import own_attendance, own_follow_ups
from referrals.attendance import Attendance, Sheet
from referrals.course_search import LARGEST_ID
from referrals.follow_ups import FollowUps, Progress, Task
from referrals.outcome import Answer, BadAnswer, Kind, Method, OutcomeState
from referrals.seat import Waiting

Work = Annotated[FollowUps, Depends(own_follow_ups)]
Sheets = Annotated[Attendance, Depends(own_attendance)]
CourseId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Version = Annotated[int | None, Field(default=None, ge=0, le=LARGEST_ID)]


class TaskBody(BaseModel):
    """One thing to do. ``kind`` is null for a course that is over without an end being noted."""

    reference: str
    kind: Kind | None
    on: date
    days: int
    attempts: int
    state: str
    course: str | None
    best_time: str | None
    spoken_language: str | None


class WorklistBody(BaseModel):
    """What is due, what is over and what comes; each at most fifty."""

    due: list[TaskBody]
    due_in_all: int
    to_finish: list[TaskBody]
    coming: list[TaskBody]


class FollowUpBody(BaseModel):
    """One follow-up as it stands."""

    kind: Kind
    due_on: date
    call_on: date
    attempts: int
    state: OutcomeState
    reason: str | None
    smoke_free: bool | None
    nicotine_free: bool | None
    satisfied: bool | None
    method: str | None
    recorded_at: datetime | None


class ProgressBody(BaseModel):
    """How far a referred person has come, without identity."""

    course_id: int | None
    course: str | None
    sessions_planned: int
    sessions_attended: int
    quit_on: date | None
    follow_ups: list[FollowUpBody]


class EnrolBody(BaseModel):
    """In which course, and the version that was read."""

    course_id: int = Field(ge=1, le=LARGEST_ID)
    version: Version


class SeatBody(BaseModel):
    """What came of it: ``confirmed``, or ``waiting`` with the place in line."""

    seat: str
    position: int | None


class OutcomeBody(BaseModel):
    """What came of a follow-up.

    ``answered`` needs ``smoke_free`` and ``method``; ``lost`` and ``due`` (in vain) need a reason.
    """

    kind: Kind
    state: OutcomeState
    smoke_free: bool | None = None
    nicotine_free: bool | None = None
    satisfied: bool | None = None
    method: Method | None = None
    reason: str = Field(default="", max_length=40)
    version: Version


class QuitDateBody(BaseModel):
    """The day on which the person stops, and the version that was read."""

    quit_on: date
    version: Version


class ParticipantBody(BaseModel):
    """One person on a course; ``name`` is null unless the reader may have it."""

    reference: str
    name: str | None
    municipality: str
    state: str
    marks: dict[str, bool]


class SheetBody(BaseModel):
    """A course's sessions and people."""

    course_id: int
    sessions: list[datetime]
    participants: list[ParticipantBody]


class MarksBody(BaseModel):
    """Who came to one session, by reference."""

    session_starts_at: AwareDatetime
    came: dict[str, bool] = Field(max_length=500)


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        401: "Not signed in.",
        403: "Not municipal staff.",
        404: "Not there for this municipality.",
        409: "Not possible now, or changed meanwhile.",
        413: "Too large.",
        422: "Cannot be read, or contradicts itself.",
    }.items()
}


def router() -> APIRouter:
    """Give the calls."""
    routes = APIRouter(prefix="/api", tags=["follow-ups"], responses=_PROBLEMS)

    @routes.get("/follow-ups")
    async def list_follow_ups(request: Request, work: Work) -> WorklistBody:
        """List what has to be done after the first talk, the longest overdue first."""
        found = await asyncio.to_thread(work.worklist, request.app.state.now())
        return WorklistBody(
            due=[_task(each) for each in found.due],
            due_in_all=found.due_in_all,
            to_finish=[_task(each) for each in found.to_finish],
            coming=[_task(each) for each in found.coming],
        )

    @routes.get("/referrals/{reference}/progress")
    async def show_progress(work: Work, reference: str) -> ProgressBody:
        """Tell how far a referred person has come."""
        return _progress(await asyncio.to_thread(work.progress, reference))

    @routes.post("/referrals/{reference}/enrolment")
    async def enrol(request: Request, work: Work, reference: str, body: EnrolBody) -> SeatBody:
        """Enrol in a course; where it is full, stand in line."""
        now = request.app.state.now()
        given = await asyncio.to_thread(
            work.enrol, reference, body.course_id, now, version=body.version
        )
        if isinstance(given, Waiting):
            return SeatBody(seat="waiting", position=given.position)
        return SeatBody(seat="confirmed", position=None)

    @routes.post("/referrals/{reference}/outcomes")
    async def follow_up(
        request: Request, work: Work, reference: str, body: OutcomeBody
    ) -> ProgressBody:
        """Keep what came of a follow-up; a correction is kept beside what it corrects."""
        now = request.app.state.now()
        return _progress(await asyncio.to_thread(_follow_up, work, reference, body, now))

    @routes.post("/referrals/{reference}/quit-date")
    async def set_quit_date(
        request: Request, work: Work, reference: str, body: QuitDateBody
    ) -> ProgressBody:
        """Keep the day on which the person stops."""
        now = request.app.state.now()
        await asyncio.to_thread(
            work.set_quit_date, reference, body.quit_on, now, version=body.version
        )
        return _progress(await asyncio.to_thread(work.progress, reference))

    @routes.get("/courses/{course_id}/attendance")
    async def show_sheet(request: Request, sheets: Sheets, course_id: CourseId) -> SheetBody:
        """Give the attendance of an own course. Every name read is written to the audit log."""
        return _sheet(await asyncio.to_thread(sheets.sheet, course_id, request.app.state.now()))

    @routes.post("/courses/{course_id}/attendance")
    async def note(
        request: Request, sheets: Sheets, course_id: CourseId, body: MarksBody
    ) -> SheetBody:
        """Note who came to a session that has begun."""
        now = request.app.state.now()
        await asyncio.to_thread(sheets.record, course_id, body.session_starts_at, body.came, now)
        return _sheet(await asyncio.to_thread(sheets.sheet, course_id, now))

    return routes


def _follow_up(work: FollowUps, reference: str, body: OutcomeBody, now: datetime) -> Progress:
    if body.state is OutcomeState.DUE:
        work.call_in_vain(reference, body.kind, body.reason, now, version=body.version)
    elif body.state is OutcomeState.LOST:
        work.lose(reference, body.kind, body.reason, now, version=body.version)
    else:
        if body.smoke_free is None or body.method is None:
            raise BadAnswer("answer")
        told = Answer(body.smoke_free, body.method, body.nicotine_free, body.satisfied)
        work.answer(reference, body.kind, told, now, version=body.version)
    return work.progress(reference)


def _task(task: Task) -> TaskBody:
    return TaskBody.model_validate(asdict(task))


def _progress(progress: Progress) -> ProgressBody:
    return ProgressBody(
        course_id=progress.course_id,
        course=progress.course,
        sessions_planned=progress.planned,
        sessions_attended=progress.attended.present,
        quit_on=progress.quit_on,
        follow_ups=[FollowUpBody.model_validate(asdict(each)) for each in progress.follow_ups],
    )


def _sheet(sheet: Sheet) -> SheetBody:
    return SheetBody(
        course_id=sheet.course.id,
        sessions=list(sheet.starts),
        participants=[
            ParticipantBody(
                reference=each.reference,
                name=each.name,
                municipality=each.municipality_code,
                state=each.state,
                marks={at.isoformat(): present for at, present in each.marks.items()},
            )
            for each in sheet.participants
        ],
    )
