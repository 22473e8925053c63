"""The pages of feedback: a ward's, a department's, a hospital's; and the same on paper."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import signed_in_as
from inbox.figures.ward_pdf import sheet
from inbox.figures.ward_view import FeedbackView
from inbox.page import page
from referrals.audit import chain
from referrals.denmark.dates import local_day, moment
from referrals.figures.ward_feedback import (
    Feedback,
    FeedbackLevel,
    WardFeedback,
    default_days,
    year_of,
)
from referrals.figures.words import FeedbackWords
from referrals.staff.roles import Role, Staff

YEARS_SHOWN = 3
EARLIEST = 2000

Year = Annotated[int | None, Query(alias="aar", ge=EARLIEST, le=date.max.year)]
Department = Annotated[str, Query(alias="afdeling", max_length=120)]


def reader(request: Request) -> Staff:
    """Give somebody who reads feedback. Raises NotSignedIn or NotAllowed."""
    return signed_in_as(request, Role.NURSE, Role.LEAD)


Reader = Annotated[Staff, Depends(reader)]


def of_ward(request: Request, staff: Reader, ward_id: str, year: Year = None) -> Feedback:
    """Give the feedback of a ward for a year. Raises NoSuchWard."""
    now = request.app.state.now()
    since, until = year_of(year) if year else default_days(now)
    return WardFeedback(request.app.state.database, staff).of_ward(ward_id, since, until, now)


def of_hospital(
    request: Request,
    staff: Reader,
    hospital_id: str,
    department: Department = "",
    year: Year = None,
) -> Feedback:
    """Give the feedback of a hospital or a department for a year. Raises NoSuchWard."""
    now = request.app.state.now()
    since, until = year_of(year) if year else default_days(now)
    wards = WardFeedback(request.app.state.database, staff)
    return wards.of_hospital(hospital_id, department, since, until, now)


OfWard = Annotated[Feedback, Depends(of_ward)]
OfHospital = Annotated[Feedback, Depends(of_hospital)]


def router() -> APIRouter:
    """Give the routes of the feedback."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/tal", show_own, methods=["GET"])
    routes.add_api_route("/tal/afsnit/{ward_id}", show_ward, methods=["GET"])
    routes.add_api_route("/tal/afsnit/{ward_id}/tavle.pdf", ward_sheet, methods=["GET"])
    routes.add_api_route("/tal/hospital/{hospital_id}", show_hospital, methods=["GET"])
    routes.add_api_route("/tal/hospital/{hospital_id}/tavle.pdf", hospital_sheet, methods=["GET"])
    return routes


def show_own(request: Request, staff: Reader) -> Response:
    """Lead to the page of the own ward or hospital."""
    place = WardFeedback(request.app.state.database, staff).own()
    ward = place.kind is FeedbackLevel.WARD
    path = f"afsnit/{place.ward_id}" if ward else f"hospital/{place.hospital_id}"
    return RedirectResponse(f"/tal/{path}", status_code=303)


def show_ward(request: Request, staff: Reader, feedback: OfWard) -> Response:
    """Show what came of a ward's work in a year."""
    return _show(request, staff, feedback)


def show_hospital(request: Request, staff: Reader, feedback: OfHospital) -> Response:
    """Show what came of the work of a hospital or a department in a year."""
    return _show(request, staff, feedback)


def ward_sheet(request: Request, staff: Reader, feedback: OfWard) -> Response:
    """Give a ward's page as a sheet for its board."""
    return _sheet(request, staff, feedback)


def hospital_sheet(request: Request, staff: Reader, feedback: OfHospital) -> Response:
    """Give the page of a hospital or a department as a sheet."""
    return _sheet(request, staff, feedback)


def _show(request: Request, staff: Staff, feedback: Feedback) -> Response:
    state = request.app.state
    view = FeedbackView(feedback, FeedbackWords(state.labels, staff.language))
    this_year = local_day(state.now()).year
    context = {
        "view": view,
        "feedback": feedback,
        "place": feedback.place,
        "word": view.words.word,
        "stage": view.words.stage,
        "pictures": view.pictures(),
        "language": staff.language,
        "now": state.now(),
        "path": request.url.path,
        "department": feedback.place.department if not feedback.place.ward_id else "",
        "years": range(this_year, this_year - YEARS_SHOWN, -1),
        "of_hospital": staff.role is Role.LEAD and staff.hospital_id is not None,
        "is_nurse": staff.is_nurse,
    }
    return page(request, "feedback.html", context)


def _sheet(request: Request, staff: Staff, feedback: Feedback) -> Response:
    """Give the sheet; that it was taken out of the system is written to the audit log."""
    state = request.app.state
    now = state.now()
    words = FeedbackWords(state.labels, staff.language)
    place = feedback.place
    with state.database.write() as session:
        record = f"feedback:{place.ward_id or place.hospital_id}:{feedback.since.year}"
        chain.append(session, now, staff.name, "export_feedback", record)
    made = sheet(FeedbackView(feedback, words), moment(now, staff.language))
    name = re.sub(r"[^\w-]+", "-", f"henvis-{place.name}-{feedback.since.year}".lower())
    name = name.encode("ascii", "ignore").decode()
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)
