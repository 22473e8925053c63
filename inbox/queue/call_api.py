"""The JSON API of calls: those that were tried, and those that are booked."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, Field

from inbox.access import own_seats_and_calls
from inbox.asked import READ, WRITE, Asked, carried_out_once, once
from inbox.follow_up.outcome_api import Reference, Version
from inbox.queue.referral_api import Queue, ReferralBody, referral_body
from referrals.booking.calls import Slot, Taken
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MAX_NOTE
from referrals.referral.moves import Move

Own = Annotated[SeatsAndCalls, Depends(own_seats_and_calls)]
Result = Literal["no_answer", "voicemail", "busy", "call_back", "wrong_number", "reached"]


class AttemptBody(Asked):
    """One call to the patient: what came of it, a note, and when to try again."""

    result: Result
    note: str | None = Field(default=None, max_length=MAX_NOTE)
    next_attempt_at: AwareDatetime | None = None
    version: Version


class CallTime(BaseModel):
    """A free time of an adviser; ``slot`` names it when a call is booked."""

    slot: str
    starts_at: datetime


class CallTimesBody(BaseModel):
    """Free times within the week, and the call that is booked, if there is one."""

    booked_at: datetime | None
    adviser: str | None
    free: list[CallTime]


class BookBody(Asked):
    """Which time, by its ``slot``, and the version that was read."""

    slot: str = Field(max_length=30)
    version: Version


def router() -> APIRouter:
    """Give the calls."""
    refused = (401, 403, 404, 409, 413, 422)
    routes = APIRouter(
        prefix="/api/referrals/{reference}",
        tags=["referrals"],
        responses={status: {} for status in refused},
    )

    @routes.post(
        "/attempts",
        status_code=201,
        dependencies=[Depends(carried_out_once)],
        openapi_extra=WRITE,
    )
    async def note_attempt(
        request: Request, queue: Queue, reference: Reference, body: AttemptBody
    ) -> ReferralBody:
        """Note a call to the patient, answered (``reached``) or not, and give the referral."""
        now = request.app.state.now()
        reached = body.result == "reached"
        if reached and body.next_attempt_at is not None:
            raise Unsuitable("time")
        again = body.next_attempt_at.isoformat() if body.next_attempt_at else None
        opened = await once(
            lambda: queue.move(
                reference,
                Move.REACH if reached else Move.ATTEMPT,
                now,
                reason=None if reached else body.result,
                note=body.note,
                about=again,
                version=body.version,
            ),
            lambda: queue.open(reference, now),
        )
        return referral_body(opened, reads=queue.reads)

    @routes.get("/call", openapi_extra=READ)
    async def show_call_times(request: Request, own: Own, reference: Reference) -> CallTimesBody:
        """Give the booked clarifying call and the times that are free for one."""
        return await asyncio.to_thread(_times, own, reference, request.app.state.now())

    @routes.put("/call", dependencies=[Depends(carried_out_once)], openapi_extra=WRITE)
    async def book_call(
        request: Request, own: Own, reference: Reference, body: BookBody
    ) -> CallTimesBody:
        """Book the clarifying call, or move it to another time."""
        now = request.app.state.now()

        def book() -> CallTimesBody:
            try:
                slot = Slot.from_code(body.slot)
                own.book_call(reference, slot, now, version=body.version)
            except (Taken, ValueError):
                raise Unsuitable("time") from None
            return _times(own, reference, now)

        return await once(book, lambda: _times(own, reference, now))

    @routes.delete("/call", openapi_extra=WRITE)
    async def cancel_call(request: Request, own: Own, reference: Reference) -> CallTimesBody:
        """Cancel the clarifying call; where there is none, nothing happens."""
        now = request.app.state.now()

        def cancel() -> CallTimesBody:
            own.cancel_call(reference, now)
            return _times(own, reference, now)

        return await asyncio.to_thread(cancel)

    return routes


def _times(own: SeatsAndCalls, reference: str, now: datetime) -> CallTimesBody:
    booked = own.booked_call(reference)
    return CallTimesBody(
        booked_at=booked.starts_at if booked else None,
        adviser=booked.adviser if booked else None,
        free=[CallTime(slot=each.code, starts_at=each.starts_at) for each in own.call_times(now)],
    )
