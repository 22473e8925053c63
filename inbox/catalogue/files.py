"""The catalogue as a CSV file: out, and in, whole or not at all, after a look at what it does."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from inbox.access import own_catalogue, own_catalogue_to_change
from inbox.catalogue.showing import codes_of, context_of
from inbox.page import page
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.exchange.csv_form import read_csv, write_csv
from referrals.catalogue.exchange.importing import Changed, Imported, import_courses, preview
from referrals.catalogue.exchange.written import MAX_BYTES, BadFile, BadRow, BadRows
from referrals.denmark.dates import local_day

MOST_SHOWN = 200
"""How many mistakes or courses a page lists; the rest is counted."""

Read = Annotated[MunicipalCatalogue, Depends(own_catalogue)]
Write = Annotated[MunicipalCatalogue, Depends(own_catalogue_to_change)]


def router() -> APIRouter:
    """Give the routes of files."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/kurser/filer", show_files, methods=["GET"])
    routes.add_api_route("/kurser/filer", look_at, methods=["POST"])
    routes.add_api_route("/kurser/filer/indlaes", take_in, methods=["POST"])
    routes.add_api_route("/kurser/kurser.csv", give_csv, methods=["GET"])
    return routes


def show_files(request: Request, catalogue: Read) -> Response:
    """Show how to take courses in and out."""
    return _show(request, catalogue)


def look_at(request: Request, catalogue: Write, fil: Annotated[UploadFile, File()]) -> Response:
    """Show what a file would do, or say line by line what is wrong with it. Changes nothing."""
    return _read(request, catalogue, fil.file.read(MAX_BYTES + 1), None)


def take_in(
    request: Request,
    catalogue: Write,
    indhold: Annotated[str, Form()],
    aftryk: Annotated[str, Form()],
) -> Response:
    """Do what was looked at; what would now do something else is shown anew."""
    return _read(request, catalogue, _unpacked(indhold), aftryk)


def _read(
    request: Request, catalogue: MunicipalCatalogue, content: bytes, looked_at: str | None
) -> Response:
    """Take a file in whose outcome was looked at, or else show it. An error keeps nothing."""
    codes, now = codes_of(request), request.app.state.now()
    try:
        rows = read_csv(content)
        if looked_at is not None:
            done = import_courses(catalogue, rows, codes, now, looked_at=looked_at)
            return _show(request, catalogue, done=done)
        would = preview(catalogue, rows, codes, now)
    except BadFile as error:
        return _show(request, catalogue, unreadable=error, status=422)
    except BadRows as error:
        return _show(request, catalogue, wrong=error.rows, status=422)
    except Changed as change:
        packed = _packed(content)
        return _show(request, catalogue, would=change.would_do, packed=packed, status=409)
    return _show(request, catalogue, would=would, packed=_packed(content))


def _packed(content: bytes) -> str:
    return urlsafe_b64encode(zlib.compress(content)).decode()


def _unpacked(text: str) -> bytes:
    """Give the file that was looked at; an empty one for what is none, at most what may come."""
    try:
        return zlib.decompressobj().decompress(urlsafe_b64decode(text), MAX_BYTES + 1)
    except (ValueError, zlib.error):
        return b""


def give_csv(request: Request, catalogue: Read) -> Response:
    """Give all courses as CSV."""
    day = local_day(request.app.state.now()).isoformat()
    name = f"kurser-{catalogue.municipality_code}-{day}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    rows = write_csv(catalogue.every())
    return StreamingResponse(rows, headers=headers, media_type="text/csv; charset=utf-8")


def _show(
    request: Request,
    catalogue: MunicipalCatalogue,
    *,
    unreadable: BadFile | None = None,
    wrong: list[BadRow] | None = None,
    done: Imported | None = None,
    would: Imported | None = None,
    packed: str = "",
    status: int = 200,
) -> Response:
    context = context_of(request, catalogue) | {
        "unreadable": unreadable,
        "wrong": (wrong or [])[:MOST_SHOWN],
        "wrong_count": len(wrong or []),
        "done": done,
        "would": would,
        "packed": packed,
        "changed_meanwhile": status == HTTPStatus.CONFLICT,
        "most_shown": MOST_SHOWN,
    }
    return page(request, "course_files.html", context, status)
