"""The JSON API of the municipal queue, as municipalities' own systems rely on it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from inbox.access import own_queue
from referrals.clock import Urgency
from referrals.queue import MAX_NOTE, MunicipalQueue
from referrals.queue_filters import Wanted
from referrals.queue_view import OpenedReferral, QueueEntry
from referrals.referral import State

Queue = Annotated[MunicipalQueue, Depends(own_queue)]


class EntryBody(BaseModel):
    """A referral without identity."""

    reference: str
    state: str
    filed_at: datetime
    due_at: datetime
    urgency: str
    first_attempt_at: datetime | None
    first_reached_at: datetime | None
    ward: str
    version: int


class PageBody(BaseModel):
    """Up to fifty referrals, due first; ``next_after`` asks for the next page."""

    referrals: list[EntryBody]
    next_after: str | None


class EventBody(BaseModel):
    """One row of the history."""

    event: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None
    actor: str
    at: datetime


class ReferralBody(EntryBody):
    """A referral with identity (``details``), its history and the moves that are legal now."""

    details: dict[str, str]
    history: list[EventBody]
    legal: list[str]


class MoveBody(BaseModel):
    """A move: the event, its coded reason, a note, and the version that was read."""

    event: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=40)
    note: str | None = Field(default=None, max_length=MAX_NOTE)
    version: int | None = None


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        401: "Not signed in.",
        403: "Not municipal staff.",
        404: "No such referral in this municipality.",
        409: "Not legal now, or changed meanwhile; names the legal moves.",
        413: "Too large.",
        422: "The request cannot be read.",
    }.items()
}


def router() -> APIRouter:
    """Give the three calls."""
    routes = APIRouter(prefix="/api/referrals", tags=["referrals"])

    @routes.get("", responses=_select(401, 403, 404, 422))
    async def list_referrals(
        request: Request,
        queue: Queue,
        status: Annotated[State | None, Query()] = None,
        overdue: Annotated[bool, Query()] = False,
        after: Annotated[str | None, Query(max_length=60)] = None,
    ) -> PageBody:
        """List the municipality's referrals, due first: open ones, or those of one state."""
        wanted = Wanted(status, Urgency.BREACHED if overdue else None)
        now = request.app.state.now()
        page = await asyncio.to_thread(queue.page, now, wanted, after=after)
        return PageBody(referrals=[_entry(e) for e in page.entries], next_after=page.next_after)

    @routes.get("/{reference}", responses=_select(401, 403, 404, 422))
    async def open_referral(request: Request, queue: Queue, reference: str) -> ReferralBody:
        """Open one referral. The reading is written to the audit log."""
        return _opened(await asyncio.to_thread(queue.open, reference, request.app.state.now()))

    @routes.post("/{reference}/events", responses=_PROBLEMS)
    async def move(request: Request, queue: Queue, reference: str, move: MoveBody) -> ReferralBody:
        """Make a move, or learn which ones are legal (409)."""
        opened = await asyncio.to_thread(
            queue.move,
            reference,
            move.event,
            request.app.state.now(),
            reason=move.reason,
            note=move.note,
            version=move.version,
        )
        return _opened(opened)

    return routes


def _fields(entry: QueueEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in EntryBody.model_fields}


def _entry(entry: QueueEntry) -> EntryBody:
    return EntryBody.model_validate(_fields(entry))


def _opened(opened: OpenedReferral) -> ReferralBody:
    history = [
        EventBody(
            event=row.move,
            from_state=row.from_state,
            to_state=row.to_state,
            reason=row.reason,
            note=row.note,
            actor=row.actor,
            at=row.at,
        )
        for row in opened.history
    ]
    return ReferralBody.model_validate(
        {
            **_fields(opened.entry),
            "details": opened.details,
            "history": history,
            "legal": [str(move) for move in opened.legal],
        }
    )


def _select(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _PROBLEMS[status] for status in statuses}
