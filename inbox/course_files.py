"""The catalogue as a file: out as CSV or HSDS, in from either, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from inbox.access import own_catalogue, own_catalogue_to_change
from inbox.course_showing import codes_of, context_of
from inbox.page import page
from referrals.catalogue import MunicipalCatalogue
from referrals.course import Course
from referrals.course_exchange.csv_form import read_csv, write_csv
from referrals.course_exchange.hsds_reading import read_hsds
from referrals.course_exchange.hsds_writing import HsdsWriter
from referrals.course_exchange.importing import Imported, import_courses
from referrals.course_exchange.written import MAX_BYTES, BadFile, BadRow, BadRows
from referrals.dates import local_day

MOST_SHOWN = 200
"""How many mistakes a page lists; the rest is counted."""

Read = Annotated[MunicipalCatalogue, Depends(own_catalogue)]
Write = Annotated[MunicipalCatalogue, Depends(own_catalogue_to_change)]


def router() -> APIRouter:
    """Give the routes of files."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/kurser/filer", show_files, methods=["GET"])
    routes.add_api_route("/kurser/filer", take_in, methods=["POST"])
    routes.add_api_route("/kurser/kurser.csv", give_csv, methods=["GET"])
    routes.add_api_route("/kurser/kurser.json", give_hsds, methods=["GET"])
    return routes


def show_files(request: Request, catalogue: Read) -> Response:
    """Show how to take courses in and out."""
    return _show(request, catalogue)


def take_in(request: Request, catalogue: Write, fil: Annotated[UploadFile, File()]) -> Response:
    """Take a file in, or say line by line what is wrong with it."""
    content = fil.file.read(MAX_BYTES + 1)
    read = read_hsds if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[") else read_csv
    try:
        rows = read(content)
        done = import_courses(catalogue, rows, codes_of(request), request.app.state.now())
    except BadFile as error:
        return _show(request, catalogue, unreadable=error, status=422)
    except BadRows as error:
        return _show(request, catalogue, wrong=error.rows, status=422)
    return _show(request, catalogue, done=done)


def give_csv(request: Request, catalogue: Read) -> Response:
    """Give all courses as CSV."""
    return _download(request, catalogue, write_csv, "csv", "text/csv; charset=utf-8")


def give_hsds(request: Request, catalogue: Read) -> Response:
    """Give all courses as HSDS 3.0."""
    around = request.app.state.encounters.around
    writer = HsdsWriter(around.labels, around.municipalities)
    return _download(request, catalogue, writer.write, "json", "application/json")


def _download(
    request: Request,
    catalogue: MunicipalCatalogue,
    write: Callable[[Iterator[Course]], Iterator[bytes]],
    ending: str,
    media_type: str,
) -> Response:
    day = local_day(request.app.state.now()).isoformat()
    name = f"kurser-{catalogue.municipality_code}-{day}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(write(catalogue.every()), headers=headers, media_type=media_type)


def _show(
    request: Request,
    catalogue: MunicipalCatalogue,
    *,
    unreadable: BadFile | None = None,
    wrong: list[BadRow] | None = None,
    done: Imported | None = None,
    status: int = 200,
) -> Response:
    context = context_of(request, catalogue) | {
        "unreadable": unreadable,
        "wrong": (wrong or [])[:MOST_SHOWN],
        "wrong_count": len(wrong or []),
        "done": done,
    }
    return page(request, "course_files.html", context, status)
