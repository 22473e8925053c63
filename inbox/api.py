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
from referrals.queue_filters import NOBODY, Wanted, Whose
from referrals.queue_view import OpenedReferral, QueueEntry, QueuePage
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
    next_attempt_at: datetime | None
    ward: str
    version: int
    spoken_language: str | None
    best_time: str | None
    needs_interpreter: bool
    municipality: str
    home_municipality: str | None
    offered_to: str | None
    assigned_to: str | None


class PageBody(BaseModel):
    """Up to fifty referrals, due first; ``next_after`` asks for the next page."""

    referrals: list[EntryBody]
    next_after: str | None


class EventBody(BaseModel):
    """One row of the history. ``corrects`` is the number of the row that this one puts right."""

    number: int
    event: str
    from_state: str | None
    to_state: str
    reason: str | None
    about: str | None
    note: str | None
    corrects: int | None
    corrected: bool
    actor: str
    at: datetime


class CommentBody(BaseModel):
    """A word between colleagues; ``text`` is null once the patient's identity is deleted."""

    text: str | None
    author: str
    at: datetime


class ReferralBody(EntryBody):
    """A referral with identity (``details``), its history and the moves that are legal now.

    ``side`` is ``working``, ``home`` or ``offered``; null once it was given away. Whoever is only
    offered it gets no identity.
    """

    side: str | None
    details: dict[str, str]
    history: list[EventBody]
    legal: list[str]
    comments: list[CommentBody]
    duplicates: list[str]
    merged_into: str | None


class MoveBody(BaseModel):
    """A move: the event, its coded reason, a note, and the version that was read.

    ``about`` is what the event names: a municipality's code, a reference, a colleague's name, or a
    time with offset. ``agreed`` says that the patient agreed to that municipality. The events,
    reasons and who may do what stand in ``docs/moves.md``.
    """

    event: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=40)
    note: str | None = Field(default=None, max_length=MAX_NOTE)
    about: str | None = Field(default=None, max_length=80)
    agreed: bool = False
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
    """Give the calls to list, to open and to move."""
    routes = APIRouter(prefix="/api/referrals", tags=["referrals"])

    @routes.get("", responses=problems(401, 403, 404, 422))
    async def list_referrals(
        request: Request,
        queue: Queue,
        status: Annotated[State | None, Query()] = None,
        overdue: Annotated[bool, Query()] = False,
        urgency: Annotated[Urgency | None, Query()] = None,
        everything: Annotated[bool, Query()] = False,
        assigned_to: Annotated[str | None, Query(max_length=80)] = None,
        ward: Annotated[str, Query(max_length=40)] = "",
        whose: Annotated[Whose, Query()] = Whose.OURS,
        language: Annotated[str, Query(max_length=10)] = "",
        interpreter: Annotated[bool, Query()] = False,
        best_time: Annotated[str, Query(max_length=20)] = "",
        after: Annotated[str | None, Query(max_length=60)] = None,
    ) -> PageBody:
        """List the municipality's referrals, due first: open ones, or those of one state.

        ``assigned_to`` is a colleague's name, or empty for those that nobody has; ``whose`` lists
        instead those that were transferred to others (``lent``) or are ``offered`` to us.
        ``language`` and ``best_time`` are codes, ``interpreter`` asks for those who need one.
        """

        def read() -> QueuePage:
            holder = None if assigned_to is None else NOBODY
            if assigned_to:
                holder = queue.colleague_id(assigned_to) or -1
            wanted = Wanted(
                state=status,
                urgency=Urgency.BREACHED if overdue else urgency,
                everything=everything,
                assigned_to=holder,
                ward_id=ward,
                whose=whose,
                language=language,
                interpreter=interpreter,
                best_time=best_time,
            )
            return queue.page(request.app.state.now(), wanted, after=after)

        page = await asyncio.to_thread(read)
        return PageBody(referrals=[entry_body(e) for e in page.entries], next_after=page.next_after)

    @routes.get("/{reference}", responses=problems(401, 403, 404, 422))
    async def open_referral(request: Request, queue: Queue, reference: str) -> ReferralBody:
        """Open one referral. The reading is written to the audit log."""
        return referral_body(
            await asyncio.to_thread(queue.open, reference, request.app.state.now())
        )

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
            about=move.about,
            agreed=move.agreed,
            version=move.version,
        )
        return referral_body(opened)

    return routes


def _fields(entry: QueueEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in EntryBody.model_fields}


def entry_body(entry: QueueEntry) -> EntryBody:
    """Write one line of the queue."""
    return EntryBody.model_validate(_fields(entry))


def referral_body(opened: OpenedReferral) -> ReferralBody:
    """Write one opened referral."""
    history = [
        EventBody(
            number=row.number,
            event=row.move,
            from_state=row.from_state,
            to_state=row.to_state,
            reason=row.reason,
            about=row.about,
            note=row.note,
            corrects=row.corrects,
            corrected=row.corrected,
            actor=row.actor,
            at=row.at,
        )
        for row in opened.history
    ]
    return ReferralBody.model_validate(
        {
            **_fields(opened.entry),
            "side": opened.side,
            "details": opened.details,
            "history": history,
            "legal": [str(move) for move in opened.legal],
            "comments": [
                CommentBody(text=each.text, author=each.author, at=each.at)
                for each in opened.comments
            ],
            "duplicates": [each.reference for each in opened.duplicates],
            "merged_into": opened.merged_into,
        }
    )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a call may answer with."""
    return {status: _PROBLEMS[status] for status in statuses}
