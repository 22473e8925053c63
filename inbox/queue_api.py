"""The JSON API beside the list of referrals: today, search, giving out, comments, partners."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from inbox.api import EntryBody, Queue, ReferralBody, entry_body, problems, referral_body
from referrals.queue import MAX_NOTE, MOST_AT_ONCE
from referrals.queue_search import CannotSearch
from referrals.work_today import Stack, Today

Reference = Annotated[str, Field(max_length=12)]


class StackBody(BaseModel):
    """Up to ten referrals and how many there are in all; 1,000 means more than 999."""

    referrals: list[EntryBody]
    count: int


class CallBody(BaseModel):
    """A call that is booked for today; ``reference`` is null until the referral is filed."""

    starts_at: datetime
    adviser: str
    reference: str | None


class FollowUpBody(BaseModel):
    """A follow-up that is due: ``end`` of the course or ``six_months`` later."""

    reference: str
    kind: str
    due_on: date


class TodayBody(BaseModel):
    """What must be done today, in the order in which it should be."""

    breached: StackBody
    planned: StackBody
    calls: list[CallBody]
    warning: StackBody
    unassigned: StackBody
    offered: StackBody
    follow_ups: list[FollowUpBody]
    follow_ups_due: int


class SearchBody(BaseModel):
    """A reference, a phone number or a whole name. Sent as a body, so that no address holds it."""

    words: str = Field(min_length=1, max_length=100)


class FoundBody(BaseModel):
    """Up to fifty referrals, the newest first, without identity."""

    referrals: list[EntryBody]


class Chosen(BaseModel):
    """A referral and the version that was read."""

    reference: Reference
    version: int | None = None


class AssignBody(BaseModel):
    """Referrals to be given to a colleague by name, or, without one, back to everybody."""

    referrals: list[Chosen] = Field(max_length=MOST_AT_ONCE)
    to: str | None = Field(default=None, max_length=80)


class AssignedBody(BaseModel):
    """What was given, and what was left because it changed meanwhile, ended or is not ours."""

    done: list[str]
    left: list[str]


class NewComment(BaseModel):
    """What to tell colleagues of one's own municipality."""

    text: str = Field(min_length=1, max_length=MAX_NOTE, pattern=r"\S")


class PartnerBody(BaseModel):
    """Another municipality, the calls it can take in a week (up to 40), and the patient's yes."""

    code: str
    name: str
    free_calls: int
    agreed: bool


def router() -> APIRouter:
    """Give the calls. They stand before the one that opens a referral by its reference."""
    routes = APIRouter(prefix="/api/referrals", tags=["referrals"])
    routes.add_api_route("/today", today, methods=["GET"], responses=problems(401, 403, 422))
    refusals = problems(401, 403, 413, 422)
    routes.add_api_route("/search", search, methods=["POST"], responses=refusals)
    routes.add_api_route("/assign", assign, methods=["POST"], responses=refusals)
    routes.add_api_route(
        "/{reference}/comments",
        comment,
        methods=["POST"],
        status_code=201,
        responses=problems(401, 403, 404, 413, 422),
    )
    routes.add_api_route(
        "/{reference}/partners",
        partners,
        methods=["GET"],
        responses=problems(401, 403, 404, 422),
    )
    return routes


async def today(
    request: Request, queue: Queue, mine: Annotated[bool, Query()] = False
) -> TodayBody:
    """Give what the municipality, or the reader, must do today."""
    found = await asyncio.to_thread(queue.today, request.app.state.now(), mine=mine)
    return _today(found)


async def search(request: Request, queue: Queue, sought: SearchBody) -> FoundBody:
    """Find referrals exactly; words that are no reference, number or name find nothing."""
    try:
        found = await asyncio.to_thread(queue.search, sought.words, request.app.state.now())
    except CannotSearch:
        found = []
    return FoundBody(referrals=[entry_body(entry) for entry in found])


async def assign(request: Request, queue: Queue, given: AssignBody) -> AssignedBody:
    """Give referrals out; each alone, so that one that changed does not stop the others."""
    chosen = [(each.reference, each.version) for each in given.referrals]
    became = await asyncio.to_thread(queue.assign, chosen, given.to, request.app.state.now())
    return AssignedBody(done=became.done, left=became.left)


async def comment(request: Request, queue: Queue, reference: str, said: NewComment) -> ReferralBody:
    """Write to colleagues and give the referral with all comments."""
    now = request.app.state.now()
    await asyncio.to_thread(queue.comment, reference, said.text, now)
    return referral_body(await asyncio.to_thread(queue.open, reference, now))


async def partners(request: Request, queue: Queue, reference: str) -> list[PartnerBody]:
    """List the municipalities to which the referral could be transferred or offered."""
    found = await asyncio.to_thread(queue.partners, reference, request.app.state.now())
    return [
        PartnerBody(code=each.code, name=each.name, free_calls=each.free_calls, agreed=each.agreed)
        for each in found
    ]


def _today(found: Today) -> TodayBody:
    return TodayBody(
        breached=_stack(found.breached),
        planned=_stack(found.planned),
        calls=[
            CallBody(starts_at=each.starts_at, adviser=each.adviser, reference=each.reference)
            for each in found.calls
        ],
        warning=_stack(found.warning),
        unassigned=_stack(found.unassigned),
        offered=_stack(found.offered),
        follow_ups=[
            FollowUpBody(reference=each.reference, kind=each.kind, due_on=each.due_on)
            for each in found.follow_ups
        ],
        follow_ups_due=found.follow_ups_due,
    )


def _stack(found: Stack) -> StackBody:
    return StackBody(referrals=[entry_body(each) for each in found.entries], count=found.count)
