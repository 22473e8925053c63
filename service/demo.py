"""What `./henvis up` tells about the demo data."""

from __future__ import annotations

from referrals.demo import PASSWORD


def logins() -> list[str]:
    """Say who can log in to the demo, one line each."""
    return [
        f"demo log-ins, password {PASSWORD}:",
        "  demo-nurse          holds conversations at /chat",
        "  demo-adviser-0151   works the queue of Ballerup at /koe (one adviser for each code)",
        "  demo-manager-0151   the same, as course manager",
        "  demo-lead, demo-admin",
        "no second factor is asked for in the demo; without it (--no-demo) advisers need one",
    ]
