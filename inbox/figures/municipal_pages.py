"""A municipality's own figures: the page, the export and its data dictionary."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from inbox.access import own_figures
from inbox.figures.charts import Bar, picture
from inbox.page import page
from referrals.audit import chain
from referrals.denmark.dates import local_day
from referrals.figures.measures import SMALLEST_DENOMINATOR
from referrals.figures.municipal_figures import (
    LONGEST_SHOWN,
    MunicipalFigures,
    MunicipalYear,
    targets,
)
from referrals.figures.municipal_lines import as_csv, dictionary, dictionary_csv

YEARS_SHOWN = 3
EARLIEST = 2000
CSV = "text/csv; charset=utf-8"

Figures = Annotated[MunicipalFigures, Depends(own_figures)]
Year = Annotated[int | None, Query(alias="aar", ge=EARLIEST, le=date.max.year - 1)]


def router() -> APIRouter:
    """Give the routes of the figures."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/kommunetal", show_figures, methods=["GET"])
    routes.add_api_route("/kommunetal/tal.csv", give_csv, methods=["GET"])
    routes.add_api_route("/kommunetal/ordbog.csv", give_dictionary, methods=["GET"])
    return routes


def show_figures(request: Request, figures: Figures, year: Year = None) -> Response:
    """Show the figures of a year; of this one if none is named."""
    state = request.app.state
    now = state.now()
    this_year = local_day(now).year
    read = figures.of_year(year or this_year, now)
    context = {
        "read": read,
        "year": read.since.year,
        "years": range(this_year, this_year - YEARS_SHOWN, -1),
        "days_chart": picture(_days(read)) if any(read.contact.days) else None,
        "enough": SMALLEST_DENOMINATOR,
        "source": targets()["source"],
        "dictionary": dictionary(state.labels),
        "now": now,
    }
    return page(request, "municipality.html", context)


def give_csv(request: Request, figures: Figures, year: Year = None) -> Response:
    """Give the figures as CSV; that they left the system is written to the audit log."""
    state = request.app.state
    now = state.now()
    read = figures.of_year(year or local_day(now).year, now)
    with state.database.write() as session:
        record = f"municipality:{read.code}:{read.since.year}"
        chain.append(session, now, request.state.staff.name, "export_figures", record)
    name = f"henvis-{read.code}-{read.since.year}.csv"
    return _download(as_csv(read, state.labels), name)


def give_dictionary(request: Request, figures: Figures) -> Response:  # noqa: ARG001 - who may enter
    """Give the data dictionary of the export as CSV."""
    return _download(dictionary_csv(request.app.state.labels), "henvis-ordbog.csv")


def _days(read: MunicipalYear) -> list[Bar]:
    return [
        Bar(f"{day}+" if day == LONGEST_SHOWN else str(day), count, str(count))
        for day, count in enumerate(read.contact.days)
    ]


def _download(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type=CSV, headers=headers)
