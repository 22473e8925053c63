"""The JSON API of a municipality's own figures."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from inbox.access import own_figures
from referrals.dates import local_day
from referrals.municipal_figures import MunicipalFigures
from referrals.municipal_lines import dictionary, lines

EARLIEST = 2000

Figures = Annotated[MunicipalFigures, Depends(own_figures)]


class LineBody(BaseModel):
    """One figure; the dictionary says what it means. Shares and targets are percent."""

    figure: str
    group: str
    value: float | None
    numerator: int | None
    denominator: int | None
    target: int | None


class FiguresBody(BaseModel):
    """A municipality's figures of one year."""

    municipality: str
    since: date
    until: date
    figures: list[LineBody]


class WordBody(BaseModel):
    """What a figure or a column of the export is called and means."""

    name: str
    kind: str
    label: str
    meaning: str


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        401: "Not signed in.",
        403: "Not municipal staff.",
        422: "The year cannot be read.",
    }.items()
}


def router() -> APIRouter:
    """Give the two calls."""
    routes = APIRouter(prefix="/api/municipality/figures", tags=["figures"])

    @routes.get("", responses=_PROBLEMS)
    async def figures(
        request: Request,
        own: Figures,
        year: Annotated[int | None, Query(ge=EARLIEST, le=date.max.year - 1)] = None,
    ) -> FiguresBody:
        """Give the figures of a calendar year; of this one if none is named."""
        now = request.app.state.now()
        read = await asyncio.to_thread(own.of_year, year or local_day(now).year, now)
        told = lines(read, request.app.state.labels, request.state.staff.language)
        return FiguresBody(
            municipality=read.code,
            since=read.since,
            until=read.until,
            figures=[LineBody(**vars(line)) for line in told],
        )

    @routes.get("/dictionary", responses=_PROBLEMS)
    async def words(request: Request, own: Figures) -> list[WordBody]:  # noqa: ARG001
        """Say what each figure means."""
        told = dictionary(request.app.state.labels, request.state.staff.language)
        return [WordBody(name=n, kind=k, label=la, meaning=m) for n, k, la, m in told]

    return routes
