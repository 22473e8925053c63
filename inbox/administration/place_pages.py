"""The administrator's page of hospitals, wards and municipalities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.administration.user_pages import Admin
from inbox.page import page
from referrals.administration.places import Places
from referrals.administration.users import RefusedChange
from referrals.denmark.contact_details import shown_phone
from referrals.staff.roles import Staff

Text = Annotated[str, Form(max_length=200)]
PATH = "/admin/steder"


def router() -> APIRouter:
    """Give the routes of places."""
    routes = APIRouter(prefix=PATH, include_in_schema=False)
    routes.add_api_route("", show_places, methods=["GET"])
    routes.add_api_route("/hospitaler", add_hospital, methods=["POST"])
    routes.add_api_route("/hospitaler/{hospital_id}", rename_hospital, methods=["POST"])
    routes.add_api_route("/hospitaler/{hospital_id}/luk", close_hospital, methods=["POST"])
    routes.add_api_route("/afsnit", add_ward, methods=["POST"])
    routes.add_api_route("/afsnit/{ward_id}/navn", rename_ward, methods=["POST"])
    routes.add_api_route("/afsnit/{ward_id}/flyt", move_ward, methods=["POST"])
    routes.add_api_route("/afsnit/{ward_id}/luk", close_ward, methods=["POST"])
    routes.add_api_route("/kommuner/{code}", change_phone, methods=["POST"])
    routes.add_api_route("/kommuner/{code}/deling", let_share, methods=["POST"])
    return routes


def show_places(request: Request, staff: Admin, gjort: str = "") -> Response:
    """Show all places. ``gjort`` says that a change was made."""
    return _places_page(request, staff, {"done": gjort == "1"})


def add_hospital(request: Request, staff: Admin, name: Text = "") -> Response:
    """Add a hospital."""
    return _do(request, staff, lambda places: places.add_hospital(name, _now(request)))


def rename_hospital(request: Request, staff: Admin, hospital_id: str, name: Text = "") -> Response:
    """Give a hospital another name."""
    return _do(
        request, staff, lambda places: places.rename_hospital(hospital_id, name, _now(request))
    )


def close_hospital(request: Request, staff: Admin, hospital_id: str) -> Response:
    """Close a hospital from today; refused while it has open wards or staff."""
    return _do(request, staff, lambda places: places.close_hospital(hospital_id, _now(request)))


def add_ward(
    request: Request, staff: Admin, hospital: Text = "", department: Text = "", name: Text = ""
) -> Response:
    """Open a ward from today."""
    return _do(
        request, staff, lambda places: places.add_ward(hospital, department, name, _now(request))
    )


def rename_ward(request: Request, staff: Admin, ward_id: str, name: Text = "") -> Response:
    """Give a ward another name."""
    return _do(request, staff, lambda places: places.rename_ward(ward_id, name, _now(request)))


def move_ward(
    request: Request, staff: Admin, ward_id: str, hospital: Text = "", department: Text = ""
) -> Response:
    """Move a ward with its staff to another hospital or department, from today."""
    return _do(
        request,
        staff,
        lambda places: places.move_ward(ward_id, hospital, department, _now(request)),
    )


def close_ward(request: Request, staff: Admin, ward_id: str) -> Response:
    """Close a ward from today; refused while staff belongs to it."""
    return _do(request, staff, lambda places: places.close_ward(ward_id, _now(request)))


def change_phone(request: Request, staff: Admin, code: str, phone: Text = "") -> Response:
    """Set the number that a municipality's citizens call."""
    return _do(request, staff, lambda places: places.change_phone(code, phone, _now(request)))


def let_share(request: Request, staff: Admin, code: str, shares: Text = "") -> Response:
    """Say whether a municipality passes patients on: ``ja`` or nothing."""
    return _do(
        request, staff, lambda places: places.let_share(code, _now(request), shares=shares == "ja")
    )


def _do(request: Request, staff: Staff, change: Callable[[Places], object]) -> Response:
    try:
        change(Places(request.app.state.database, staff))
    except RefusedChange as refused:
        return _places_page(request, staff, {"refused": refused.why}, 422)
    return RedirectResponse(f"{PATH}?gjort=1", status_code=303)


def _places_page(
    request: Request, staff: Staff, told: dict[str, object], status: int = 200
) -> Response:
    places, now = Places(request.app.state.database, staff), _now(request)
    wards = places.wards()
    hospitals = places.hospitals()
    context = {
        "hospitals": [one for one in hospitals if one.closed_at is None],
        "closed_hospitals": [one for one in hospitals if one.closed_at is not None],
        "wards": [ward for ward in wards if ward.valid_to is None or ward.valid_to > now],
        "closed": [ward for ward in wards if ward.valid_to is not None and ward.valid_to <= now],
        "municipalities": [
            (row, shown_phone(row.phone) if row.phone else "") for row in places.municipalities()
        ],
        **told,
    }
    return page(request, "places.html", context, status)


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.now()
    return now
