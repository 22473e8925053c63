"""Whom to tell of a hole: `/.well-known/security.txt`, as RFC 9116 has it; open to everybody."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from service.errors import NotOffered

PATH = "/.well-known/security.txt"
GOOD_FOR = timedelta(days=180)
"""How long what it says may be believed: the RFC advises less than a year."""


def router() -> APIRouter:
    """Give the one route."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, security_txt, methods=["GET"])
    return routes


def security_txt(request: Request) -> PlainTextResponse:
    """Say whom to tell. Raises NotOffered where no contact is set: nobody reads what is sent."""
    state = request.app.state
    if not state.security_contact:
        raise NotOffered
    return PlainTextResponse(_written(state.security_contact, state.public_url, state.now()))


def _written(contact: str, public_url: str, now: datetime) -> str:
    """Give the text; the same all day, and never one that has expired already."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    fields = {
        "Contact": contact,
        "Expires": f"{midnight + GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": ", ".join(("da", "en")),
    }
    if public_url.startswith("https://"):  # the RFC wants nothing else
        fields["Canonical"] = f"{public_url}{PATH}"
    return "".join(f"{name}: {value}\n" for name, value in fields.items())
