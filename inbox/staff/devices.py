"""Naming a device from what its browser says of itself, so that people know their own sessions."""

from __future__ import annotations

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
