"""Logging in and out. The session itself is kept by ``referrals.accounts``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.access import signed_in
from inbox.page import page
from referrals.staff import Staff

COOKIE = "__Host-henvis"


def router() -> APIRouter:
    """Give the routes of the log-in page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/log-ind", show_log_in, methods=["GET"])
    routes.add_api_route("/log-ind", log_in, methods=["POST"])
    routes.add_api_route("/log-ud", log_out, methods=["POST"])
    return routes


def show_log_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - name of the query
    """Show the log-in page; whoever is signed in goes on instead."""
    if request.state.staff is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return page(request, "log_in.html", {"next": local_path(next)})


def log_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - name of the field
) -> Response:
    """Begin a session. Every failure reads the same, so that no name can be guessed."""
    state = request.app.state
    secret = state.accounts.log_in(name.strip(), password, state.now())
    if secret is None:
        context = {"next": local_path(next), "name": name, "failed": True}
        return page(request, "log_in.html", context, 401)
    response = RedirectResponse(local_path(next), status_code=303)
    response.set_cookie(COOKIE, secret, secure=True, httponly=True, samesite="strict", path="/")
    return response


def log_out(request: Request, _: Annotated[Staff, Depends(signed_in)]) -> Response:
    """Revoke the session and forget the cookie."""
    state = request.app.state
    state.accounts.log_out(request.state.secret, state.now())
    response = RedirectResponse("/log-ind", status_code=303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def local_path(target: str) -> str:
    """Give ``target`` if it is a path on this site, else the front page."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside and target.isprintable() else "/"
