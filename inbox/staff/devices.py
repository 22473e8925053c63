"""What is known of the device that somebody uses: its name, and whether it was let in before."""

from __future__ import annotations

from fastapi import Request, Response

from referrals.staff.attempts import Caller
from referrals.staff.known_devices import KnownDevices

KNOWN_COOKIE = "__Host-henvis-enhed"
KNOWN_FOR_S = 180 * 24 * 3600

_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")


def device_name(user_agent: str) -> str:
    """Write "Firefox, Windows"; only what is recognised, nothing for the rest."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def caller_of(request: Request, name: str) -> Caller:
    """Tell from where somebody knocks who says that this is their name."""
    address = request.client.host if request.client else ""
    brought = request.cookies.get(KNOWN_COOKIE, "")
    return Caller(address, _known_devices(request).known(brought, name))


def remember_device(request: Request, response: Response, name: str) -> None:
    """Have the device known from now on as one that was let in, wholly, with this name."""
    brought = request.cookies.get(KNOWN_COOKIE, "")
    response.set_cookie(
        KNOWN_COOKIE,
        _known_devices(request).remember(brought, name),
        max_age=KNOWN_FOR_S,
        secure=True,
        httponly=True,
        samesite="strict",
        path="/",
    )


def _known_devices(request: Request) -> KnownDevices:
    known: KnownDevices = request.app.state.known_devices
    return known
