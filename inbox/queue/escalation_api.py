"""The JSON API of what is overdue, with the partners that have room."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from inbox.access import signed_in
from inbox.asked import READ
from referrals.queue.escalation import Escalation, Escalations


def own_escalations(request: Request) -> Escalations:
    """Give the escalations of one's municipality. Raises NotSignedIn or NotAllowed."""
    return Escalations(request.app.state.database, signed_in(request))


def read_escalation(request: Request) -> Escalation:
    """Give what is overdue now, for the page of the queue."""
    return own_escalations(request).read(request.app.state.now())


def router() -> APIRouter:
    """Give the one call."""
    routes = APIRouter(prefix="/api/escalations", tags=["referrals"])

    @routes.get("", responses={status: {} for status in (401, 403)}, openapi_extra=READ)
    async def escalations(
        request: Request, own: Annotated[Escalations, Depends(own_escalations)]
    ) -> Escalation:
        """Give what is overdue, and where there is room."""
        return await asyncio.to_thread(own.read, request.app.state.now())

    return routes
