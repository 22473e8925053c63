"""The JSON API beside the list of referrals: today, search, giving out, comments, partners."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from inbox.asked import READ, WRITE, Asked, carried_out_once, once
from inbox.follow_up.outcome_api import Reference
from inbox.queue.referral_api import Queue, ReferralBody, referral_body
from referrals.queue.municipal_queue import MAX_NOTE, MOST_AT_ONCE, Assigned
from referrals.queue.partners import Partner
from referrals.queue.search import CannotSearch
from referrals.queue.today import News, Section, Stack, Today, UnsentCall
from referrals.queue.view import ReferralLine


class StackBody(BaseModel):
    """The first referrals and how many there are in all; 1,000 means more than 999."""

    referrals: list[ReferralLine]
    count: int


class SectionBody(StackBody):
    """A part of the day's list: those with whom the same comes next, the earliest first."""

    section: Section


class TodayBody(BaseModel):
    """What must be done today, each person once, in the order in which it should be.

    ``untaken`` are those that nobody has, where only the reader's own are asked for. ``news`` is
    what the patient or the ward changed since the last working day, the newest first.
    """

    sections: list[SectionBody]
    untaken: StackBody
    offered: StackBody
    unsent: list[UnsentCall]
    news: list[News]


class SearchBody(Asked):
    """A reference, a phone number or a whole name. Sent as a body, so that no address holds it."""

    words: str = Field(min_length=1, max_length=100)


class FoundBody(BaseModel):
    """Up to fifty referrals, the newest first, without identity."""

    referrals: list[ReferralLine]


class Chosen(Asked):
    """A referral and the version that was read."""

    reference: str = Field(max_length=12)
    version: int | None = None


class AssignBody(Asked):
    """Referrals to be given to a colleague by name, or, without one, back to everybody."""

    referrals: list[Chosen] = Field(max_length=MOST_AT_ONCE)
    to: str | None = Field(default=None, max_length=80)


class NewComment(Asked):
    """What to tell colleagues of one's own municipality."""

    text: str = Field(min_length=1, max_length=MAX_NOTE, pattern=r"\S")


def router() -> APIRouter:
    """Give the calls. They stand before the one that opens a referral by its reference."""
    routes = APIRouter(prefix="/api/referrals", tags=["referrals"])

    @routes.get(
        "/today",
        responses={status: {} for status in (401, 403, 422)},
        openapi_extra=READ,
    )
    async def today(
        request: Request,
        queue: Queue,
        mine: Annotated[
            bool, Query(description="only the reader's, with what nobody has or others offer")
        ] = False,
        only: Annotated[
            Section | None, Query(description="one section, and more of it: up to 200")
        ] = None,
    ) -> TodayBody:
        """Give what the municipality, or the reader, must do today."""
        now = request.app.state.now()
        return _body(await asyncio.to_thread(queue.today, now, mine=mine, only=only))

    @routes.post(
        "/search",
        responses={status: {} for status in (401, 403, 413, 422)},
        openapi_extra=READ,
    )
    async def search_referrals(request: Request, queue: Queue, sought: SearchBody) -> FoundBody:
        """Find referrals exactly; words that are no reference, number or name find nothing."""
        try:
            found = await asyncio.to_thread(queue.search, sought.words, request.app.state.now())
        except CannotSearch:
            found = []
        return FoundBody(referrals=[*found])

    @routes.post(
        "/assign",
        responses={status: {} for status in (401, 403, 413, 422)},
        openapi_extra=WRITE,
    )
    async def assign_referrals(request: Request, queue: Queue, given: AssignBody) -> Assigned:
        """Give referrals out; each alone, so that one that changed does not stop the others."""
        chosen = [(each.reference, each.version) for each in given.referrals]
        return await asyncio.to_thread(queue.assign, chosen, given.to, request.app.state.now())

    @routes.post(
        "/{reference}/comments",
        status_code=201,
        responses={status: {} for status in (401, 403, 404, 413, 422)},
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def comment(
        request: Request, queue: Queue, reference: Reference, said: NewComment
    ) -> ReferralBody:
        """Write to colleagues and give the referral with all comments."""
        now = request.app.state.now()
        await once(lambda: queue.comment(reference, said.text, now), lambda: None)
        opened = await asyncio.to_thread(queue.open, reference, now)
        return referral_body(opened, reads=queue.reads)

    @routes.get(
        "/{reference}/partners",
        responses={status: {} for status in (401, 403, 404, 422)},
        openapi_extra=READ,
    )
    async def list_partners(request: Request, queue: Queue, reference: Reference) -> list[Partner]:
        """List the municipalities to which the referral could be transferred or offered."""
        return await asyncio.to_thread(queue.partners, reference, request.app.state.now())

    return routes


def _body(work: Today) -> TodayBody:
    return TodayBody(
        sections=[
            SectionBody(section=section, referrals=[*stack.entries], count=stack.count)
            for section, stack in work.sections.items()
        ],
        untaken=_stack(work.untaken),
        offered=_stack(work.offered),
        unsent=work.unsent,
        news=work.news,
    )


def _stack(stack: Stack) -> StackBody:
    return StackBody(referrals=[*stack.entries], count=stack.count)
