"""The page of a municipality's week: every adviser's clarifying calls, and what is free.

No identity here. Opened from a referral, its free times are buttons that book or move its call.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from inbox.access import municipal, own_seats_and_calls
from inbox.page import page
from referrals.booking.municipal_week import municipal_week
from referrals.denmark.dates import clock, local, named_day
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.staff.roles import Staff


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/opkald/ugen", show_week, methods=["GET"])
    return routes


def show_week(
    request: Request,
    staff: Annotated[Staff, Depends(municipal)],
    own: Annotated[SeatsAndCalls, Depends(own_seats_and_calls)],
    til: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    """Show the coming seven days. ``til`` is the reference for which a time is wanted."""
    now = request.app.state.now()
    booked = own.booked_call(til) if til else None
    context = {
        "weeks": municipal_week(request.app.state.database, staff, now),
        "day_of": named_day,
        "clock_of": lambda at: clock(local(at).time()),
        "reference": til,
        "booked": booked,
    }
    return page(request, "week.html", context)
