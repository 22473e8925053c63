"""The JSON API of the feedback to wards."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from inbox.access import signed_in
from referrals.staff import Staff
from referrals.ward_feedback import Feedback, WardFeedback, latest_year

Reader = Annotated[Staff, Depends(signed_in)]


class ShareBody(BaseModel):
    """A share in whole percent; null where numbers are too small to show."""

    percent: int | None
    of: int | None
    not_yet_due: int | None
    lost: int | None


class FeedbackBody(BaseModel):
    """The funnel of a ward; counts from one to four are null, rates come from twenty on."""

    since: date
    until: date
    stages: dict[str, int | None]
    contact_in_time: ShareBody
    quit_rates: dict[str, ShareBody]


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        401: "Not signed in.",
        404: "No such ward for this person.",
        422: "The days cannot be read.",
    }.items()
}


def router() -> APIRouter:
    """Give the one call."""
    routes = APIRouter(prefix="/api/wards", tags=["feedback"])

    @routes.get("/{ward_id}/feedback", responses=_PROBLEMS)
    async def feedback(
        request: Request,
        reader: Reader,
        ward_id: str,
        since: Annotated[date | None, Query(alias="from")] = None,
        until: Annotated[date | None, Query(alias="to")] = None,
    ) -> FeedbackBody:
        """Give the funnel of a ward for Danish days, both inclusive; the last year if left out."""
        now = request.app.state.now()
        first, last = latest_year(now)
        wards = WardFeedback(request.app.state.database, reader)
        read = await asyncio.to_thread(wards.of_ward, ward_id, since or first, until or last, now)
        return _body(read)

    return routes


def _body(read: Feedback) -> FeedbackBody:
    return FeedbackBody(
        since=read.since,
        until=read.until,
        stages={stage.value: count for stage, count in read.stages.items()},
        contact_in_time=ShareBody(**vars(read.contact_in_time)),
        quit_rates={rate.value: ShareBody(**vars(s)) for rate, s in read.quit_rates.items()},
    )
