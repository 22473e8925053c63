"""The JSON API of a municipality's own figures."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from inbox.access import own_figures
from inbox.asked import READ
from referrals.denmark.dates import local_day
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.figures.municipal_lines import Line, Meaning, dictionary, lines

EARLIEST = 2000

Figures = Annotated[MunicipalFigures, Depends(own_figures)]


class FiguresBody(BaseModel):
    """A municipality's figures of one year."""

    municipality: str
    since: date
    until: date
    figures: list[Line]


def router() -> APIRouter:
    """Give the two calls."""
    routes = APIRouter(prefix="/api/municipality/figures", tags=["figures"])

    @routes.get("", responses={status: {} for status in (401, 403, 422)}, openapi_extra=READ)
    async def municipal_figures(
        request: Request,
        own: Figures,
        year: Annotated[
            int | None,
            Query(ge=EARLIEST, le=date.max.year - 1, description="a calendar year; else this one"),
        ] = None,
    ) -> FiguresBody:
        """Give the figures of a calendar year."""
        now = request.app.state.now()
        read = await asyncio.to_thread(own.of_year, year or local_day(now).year, now)
        return FiguresBody(
            municipality=read.code,
            since=read.since,
            until=read.until,
            figures=[*lines(read, request.app.state.labels, request.state.staff.language)],
        )

    @routes.get(
        "/dictionary",
        responses={status: {} for status in (401, 403, 422)},
        openapi_extra=READ,
    )
    async def figure_dictionary(request: Request, own: Figures) -> list[Meaning]:  # noqa: ARG001
        """Say what each figure means."""
        return dictionary(request.app.state.labels, request.state.staff.language)

    return routes
