"""The JSON API of the feedback to wards, departments and hospitals."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel

from inbox.access import signed_in
from referrals.figures.measures import Detail, Stage
from referrals.figures.publication import ShownShare
from referrals.figures.ward_feedback import Feedback, WardFeedback, default_days
from referrals.staff.roles import Staff

Reader = Annotated[Staff, Depends(signed_in)]
Since = Annotated[
    date | None, Query(alias="from", description="a day of the first year; else of this year")
]
Until = Annotated[date | None, Query(alias="to", description="a day of the last year")]


class SpanBody(BaseModel):
    """The count of one month, or of several that had to be put together."""

    first_month: str
    last_month: str
    count: int


class PartBody(BaseModel):
    """A place below the one asked for, with its funnel."""

    name: str
    ward_id: str | None
    stages: dict[str, int | None]
    contact_in_time: ShownShare


class FeedbackBody(BaseModel):
    """The funnel of a place for the whole years from ``since`` to ``until``.

    Counts from one to four are null, and so is whatever would give one away; rates come from twenty
    on. ``attempted_in_time`` and the ``…_smoke_free`` counts stand beside the stages, and so do
    ``deferred`` (put on the ward's list), ``deferred_asked`` (those of them asked since) and
    ``not_real`` (no referrals, a municipality said: no other count holds them).
    """

    name: str
    since: date
    until: date
    stages: dict[str, int | None]
    deferred: int | None
    deferred_asked: int | None
    not_real: int | None
    attempted_in_time: int | None
    end_smoke_free: int | None
    six_months_smoke_free: int | None
    contact_in_time: ShownShare
    quit_rates: dict[str, ShownShare]
    trend: dict[str, list[SpanBody]]
    hospital_medians: dict[str, float | None]
    parts: list[PartBody]


def router() -> APIRouter:
    """Give the two calls."""
    routes = APIRouter(prefix="/api", tags=["feedback"])

    @routes.get("/wards/{ward_id}/feedback", responses={status: {} for status in (401, 404, 422)})
    async def ward_feedback(
        request: Request,
        reader: Reader,
        ward_id: Annotated[str, Path(description="id of a ward")],
        since: Since = None,
        until: Until = None,
    ) -> FeedbackBody:
        """Give the funnel of a ward for the years that the days lie in."""
        now = request.app.state.now()
        first, last = _days(since, until, default_days(now))
        wards = WardFeedback(request.app.state.database, reader)
        return _body(await asyncio.to_thread(wards.of_ward, ward_id, first, last, now))

    @routes.get(
        "/hospitals/{hospital_id}/feedback", responses={status: {} for status in (401, 404, 422)}
    )
    async def hospital_feedback(
        request: Request,
        reader: Reader,
        hospital_id: Annotated[str, Path(description="id of a hospital")],
        department: Annotated[
            str, Query(max_length=120, description="name of one of its departments; empty: all")
        ] = "",
        since: Since = None,
        until: Until = None,
    ) -> FeedbackBody:
        """Give the funnel of a hospital or of one of its departments, to the hospital's lead."""
        now = request.app.state.now()
        first, last = _days(since, until, default_days(now))
        wards = WardFeedback(request.app.state.database, reader)
        return _body(
            await asyncio.to_thread(wards.of_hospital, hospital_id, department, first, last, now)
        )

    return routes


def _days(since: date | None, until: date | None, default: tuple[date, date]) -> tuple[date, date]:
    """Fill in the day that was left out: the other one's year, or the default."""
    if since is None and until is None:
        return default
    known = since or until or default[0]
    return since or date(known.year, 1, 1), until or max(known, default[1])


def _body(read: Feedback) -> FeedbackBody:
    figures = read.figures
    counts = {measure.value: count for measure, count in figures.counts.items()}
    medians = {measure.value: value for measure, value in read.medians.items()}
    return FeedbackBody(
        name=read.place.name,
        since=read.since,
        until=read.until,
        stages={stage.value: counts[stage] for stage in Stage},
        deferred=counts[Detail.DEFERRED],
        deferred_asked=counts[Detail.DEFERRED_ASKED],
        not_real=counts[Detail.NOT_REAL],
        attempted_in_time=counts[Detail.ATTEMPTED_IN_TIME],
        end_smoke_free=counts[Detail.END_SMOKE_FREE],
        six_months_smoke_free=counts[Detail.SIX_MONTHS_SMOKE_FREE],
        contact_in_time=figures.contact_in_time,
        quit_rates={rate.value: share for rate, share in figures.quit_rates.items()},
        trend={
            measure.value: [
                SpanBody(
                    first_month=f"{read.until.year}-{span.months.start + 1:02}",
                    last_month=f"{read.until.year}-{span.months.stop:02}",
                    count=span.count,
                )
                for span in spans
            ]
            for measure, spans in figures.trend.items()
        },
        hospital_medians={**medians, "contact_in_time_percent": read.median_contact_in_time},
        parts=[
            PartBody(
                name=part.name,
                ward_id=part.ward_id or None,
                stages={stage.value: its.counts[stage] for stage in Stage},
                contact_in_time=its.contact_in_time,
            )
            for part, its in read.parts
        ],
    )
