"""The JSON API of what comes after the first talk: enrolment, attendance, follow-ups."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AwareDatetime, BaseModel, Field

from inbox.access import own_attendance, own_follow_ups
from inbox.asked import READ, WRITE, Asked, carried_out_once, once
from referrals.booking.seat_states import Waiting
from referrals.courses.search import LARGEST_ID
from referrals.follow_up.attendance import Attendance, Sheet
from referrals.follow_up.follow_ups import FollowUp, FollowUps, Progress, Worklist
from referrals.outcomes.rules import (
    LOST_REASONS,
    BadAnswer,
    FollowUpAnswer,
    FollowUpKind,
    OutcomeState,
    VerificationMethod,
)
from referrals.referral.moves import ATTEMPT_REASONS, State

Work = Annotated[FollowUps, Depends(own_follow_ups)]
Sheets = Annotated[Attendance, Depends(own_attendance)]
Reference = Annotated[str, Path(description="the reference of a referral, such as H-7KF3-Q")]
CourseId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="id of an own course")]
Version = Annotated[int | None, Field(default=None, ge=0, le=LARGEST_ID)]


class ProgressBody(BaseModel):
    """How far a referred person has come, without identity."""

    course_id: int | None
    course: str | None
    sessions_planned: int
    sessions_attended: int
    quit_on: date | None
    follow_ups: list[FollowUp]


class EnrolBody(Asked):
    """In which course, and the version that was read."""

    course_id: int = Field(ge=1, le=LARGEST_ID)
    version: Version


class SeatBody(BaseModel):
    """What came of it: ``confirmed``, or ``waiting`` with the place in line."""

    seat: Literal["confirmed", "waiting"]
    position: int | None


class OutcomeBody(Asked):
    """What came of a follow-up.

    ``answered`` needs ``smoke_free`` and ``method``; ``lost`` and ``due`` (in vain) need a reason.
    ``due`` without one takes back that it was ``lost``.
    """

    kind: FollowUpKind
    state: OutcomeState
    smoke_free: bool | None = None
    nicotine_free: bool | None = None
    satisfied: bool | None = None
    method: VerificationMethod | None = None
    reason: str = Field(
        default="",
        max_length=40,
        json_schema_extra={"enum": [*sorted({"", *ATTEMPT_REASONS, *LOST_REASONS})]},
    )
    version: Version


class QuitDateBody(Asked):
    """The day on which the person stops, and the version that was read."""

    quit_on: date
    version: Version


class ParticipantBody(BaseModel):
    """One person on a course; ``name`` is null unless the reader may have it."""

    reference: str
    name: str | None
    municipality: str
    state: State
    marks: dict[str, bool]


class SheetBody(BaseModel):
    """A course's sessions and people."""

    course_id: int
    sessions: list[datetime]
    participants: list[ParticipantBody]


class MarksBody(Asked):
    """Who came to one session, by reference."""

    session_starts_at: AwareDatetime
    came: dict[str, bool] = Field(max_length=500)


def router() -> APIRouter:
    """Give the calls."""
    refusals: dict[int | str, dict[str, Any]] = {
        status: {} for status in (401, 403, 404, 409, 413, 422)
    }
    routes = APIRouter(prefix="/api", tags=["follow-ups"], responses=refusals)

    @routes.get("/follow-ups", openapi_extra=READ)
    async def list_follow_ups(request: Request, work: Work) -> Worklist:
        """List what has to be done after the first talk, the longest overdue first."""
        return await asyncio.to_thread(work.worklist, request.app.state.now())

    @routes.get("/referrals/{reference}/progress", openapi_extra=READ)
    async def show_progress(work: Work, reference: Reference) -> ProgressBody:
        """Tell how far a referred person has come."""
        return _progress(await asyncio.to_thread(work.progress, reference))

    @routes.post(
        "/referrals/{reference}/enrolment",
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def enrol(
        request: Request, work: Work, reference: Reference, body: EnrolBody
    ) -> SeatBody:
        """Enrol in a course; where it is full, stand in line."""
        now = request.app.state.now()
        given = await once(
            lambda: work.enrol(reference, body.course_id, now, version=body.version),
            lambda: work.seat(reference),
        )
        if isinstance(given, Waiting):
            return SeatBody(seat="waiting", position=given.position)
        return SeatBody(seat="confirmed", position=None)

    @routes.post(
        "/referrals/{reference}/outcomes",
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def record_outcome(
        request: Request, work: Work, reference: Reference, body: OutcomeBody
    ) -> ProgressBody:
        """Keep what came of a follow-up; a correction is kept beside what it corrects."""
        now = request.app.state.now()
        return _progress(
            await once(
                lambda: _follow_up(work, reference, body, now), lambda: work.progress(reference)
            )
        )

    @routes.post(
        "/referrals/{reference}/quit-date",
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def set_quit_date(
        request: Request, work: Work, reference: Reference, body: QuitDateBody
    ) -> ProgressBody:
        """Keep the day on which the person stops."""
        now = request.app.state.now()
        await once(
            lambda: work.set_quit_date(reference, body.quit_on, now, version=body.version),
            lambda: None,
        )
        return _progress(await asyncio.to_thread(work.progress, reference))

    @routes.get("/courses/{course_id}/attendance", openapi_extra=READ)
    async def show_attendance(request: Request, sheets: Sheets, course_id: CourseId) -> SheetBody:
        """Give the attendance of an own course. Every name read is written to the audit log."""
        return _sheet(await asyncio.to_thread(sheets.sheet, course_id, request.app.state.now()))

    @routes.post("/courses/{course_id}/attendance", openapi_extra=WRITE)
    async def record_attendance(
        request: Request, sheets: Sheets, course_id: CourseId, body: MarksBody
    ) -> SheetBody:
        """Note who came to a session that has begun."""
        now = request.app.state.now()
        await asyncio.to_thread(sheets.record, course_id, body.session_starts_at, body.came, now)
        return _sheet(await asyncio.to_thread(sheets.sheet, course_id, now))

    return routes


def _follow_up(work: FollowUps, reference: str, body: OutcomeBody, now: datetime) -> Progress:
    if body.state is OutcomeState.DUE and not body.reason:
        work.resume(reference, body.kind, now, version=body.version)
    elif body.state is OutcomeState.DUE:
        work.call_in_vain(reference, body.kind, body.reason, now, version=body.version)
    elif body.state is OutcomeState.LOST:
        work.lose(reference, body.kind, body.reason, now, version=body.version)
    else:
        if body.smoke_free is None or body.method is None:
            raise BadAnswer("answer")
        told = FollowUpAnswer(body.smoke_free, body.method, body.nicotine_free, body.satisfied)
        work.answer(reference, body.kind, told, now, version=body.version)
    return work.progress(reference)


def _progress(progress: Progress) -> ProgressBody:
    return ProgressBody(
        course_id=progress.course_id,
        course=progress.course,
        sessions_planned=progress.planned,
        sessions_attended=progress.attended.present,
        quit_on=progress.quit_on,
        follow_ups=[*progress.follow_ups],
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
