"""The JSON API of what is overdue, with the partners that have room."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from inbox.access import signed_in
from referrals.escalation import Escalation, Escalations


class OverdueBody(BaseModel):
    """A referral whose week is over without a talk."""

    reference: str
    due_at: datetime
    assigned_to: int | None
    version: int


class RoomBody(BaseModel):
    """A partner with seats, and how many calls it can take in a week.

    Null seats: no limit. Null start: at any time.
    """

    municipality_code: str
    name: str
    calls: int
    courses: int
    seats: int | None
    starts_at: datetime | None


class EscalationBody(BaseModel):
    """Up to twenty overdue referrals, the oldest first, and up to three partners.

    A count of 1,000 means more than 999.
    """

    count: int
    overdue: list[OverdueBody]
    partners: list[RoomBody]


def own_escalations(request: Request) -> Escalations:
    """Give the escalations of one's municipality. Raises NotSignedIn or NotAllowed."""
    return Escalations(request.app.state.database, signed_in(request))


def read_escalation(request: Request) -> Escalation:
    """Give what is overdue now, for the page of the queue."""
    return own_escalations(request).read(request.app.state.now())


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {401: "Not signed in.", 403: "Not municipal staff."}.items()
}


def router() -> APIRouter:
    """Give the one call."""
    routes = APIRouter(prefix="/api/escalations", tags=["referrals"])

    @routes.get("", responses=_PROBLEMS)
    async def escalations(
        request: Request, own: Annotated[Escalations, Depends(own_escalations)]
    ) -> EscalationBody:
        """Give what is overdue, and where there is room."""
        read = await asyncio.to_thread(own.read, request.app.state.now())
        return EscalationBody(
            count=read.count,
            overdue=[OverdueBody(**vars(one)) for one in read.overdue],
            partners=[RoomBody(**vars(one)) for one in read.partners],
        )

    return routes
