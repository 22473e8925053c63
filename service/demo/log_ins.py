"""What `./henvis up` knows and tells of the demo data, without looking into it."""

from __future__ import annotations

from demo.log_in import PASSWORD
from service.settings import Settings

SECONDS_EACH = 1 / 28
"""About how long one encounter of the made-up year takes with all that follows from it."""


def year_is_missing(settings: Settings) -> bool:
    """Tell whether a year is to be played: for a new demo database.

    One that cannot be reached is not new; what is wrong with it is told when it is made ready.
    """
    if not settings.demo or settings.demo_encounters == 0:
        return False
    if settings.database_url:
        from service.demo.copy import can_be_filled  # only such a database must be looked into

        return can_be_filled(settings)
    return not settings.database_file.exists()


def year_takes_s(settings: Settings) -> int:
    """Give about how long playing it takes, in seconds."""
    return 3 + round(settings.demo_encounters * SECONDS_EACH)


def logins() -> list[str]:
    """Say who can log in to the demo, one line each."""
    return [
        f"demo log-ins, password {PASSWORD}:",
        "  demo-nurse          holds conversations at /chat",
        "  demo-adviser-0151   works the queue of Ballerup at /koe (one adviser for each code)",
        "  demo-manager-0151   the same, as course manager",
        "  demo-lead, demo-admin, demo-admin-2 (who approves what the first one asks for)",
        "no second factor is asked for in the demo; without it (--no-demo) advisers need one",
    ]
