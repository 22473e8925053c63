"""The administrator's page of the rules of access."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from inbox.administration.user_pages import Admin
from inbox.page import page
from referrals.administration import decisions
from referrals.administration.rules import change_rules
from referrals.staff.house_rules import (
    BOUNDS,
    LONGEST_REASON,
    SWITCHES,
    BadRule,
    HouseRules,
    Value,
    as_set,
    reasons,
)

PATH = "/admin/indstillinger"
UNITS = {
    "session_idle": 1,
    "session_lifetime": 60,
    "invite_lifetime": 1440,
    "attempts_before_giving_up": 1,
    "conversations_a_day": 1,
    "referrals_a_day": 1,
}
"""How many minutes the unit has in which the page shows a span; a number is its own."""


def router() -> APIRouter:
    """Give the routes of rules."""
    routes = APIRouter(prefix=PATH, include_in_schema=False)
    routes.add_api_route("", show_rules, methods=["GET"])
    routes.add_api_route("", change, methods=["POST"])
    return routes


def show_rules(request: Request, _: Admin, gjort: str = "") -> Response:
    """Show the rules of access. ``gjort`` is what was just done."""
    return _page(request, {"done": gjort})


def change(
    request: Request,
    staff: Admin,
    session_idle: Annotated[int, Form()],
    session_lifetime: Annotated[int, Form()],
    invite_lifetime: Annotated[int, Form()],
    attempts_before_giving_up: Annotated[int, Form()],
    conversations_a_day: Annotated[int, Form()],
    referrals_a_day: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
    require_second_factor: Annotated[bool, Form()] = False,
    second_factor_for_nurses: Annotated[bool, Form()] = False,
    require_passkey: Annotated[bool, Form()] = False,
    mail_domains: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set the rules that are tighter than before, and ask for those that are looser.

    Spans come in the unit that the page shows.
    """
    state = request.app.state
    typed = {
        "session_idle": session_idle,
        "session_lifetime": session_lifetime,
        "invite_lifetime": invite_lifetime,
        "attempts_before_giving_up": attempts_before_giving_up,
        "conversations_a_day": conversations_a_day,
        "referrals_a_day": referrals_a_day,
    }
    shown = _shown(state.accounts.rules())
    wanted: dict[str, Value] = {
        name: number * UNITS[name] for name, number in typed.items() if number != shown[name]
    }
    switches = (require_second_factor, second_factor_for_nurses, require_passkey)
    wanted |= dict(zip(SWITCHES, switches, strict=True)) | {"mail_domains": mail_domains}
    if require_passkey and not state.passkeys.offered:
        return _page(request, {"refused": "require_passkey", "typed": reason}, 422)
    try:
        asked = change_rules(
            state.database, staff, state.accounts.start, wanted, state.now(), reason=reason
        )
    except BadRule as bad:
        return _page(request, {"refused": str(bad), "typed": reason}, 422)
    return RedirectResponse(f"{PATH}?gjort={'bedt' if asked else '1'}", status_code=303)


def shown_value(rule: str, value: Value) -> str:
    """Write what a rule is set to in the unit that the page shows; nothing for a switch."""
    if isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else str(value // UNITS[rule])


def _shown(rules: HouseRules) -> dict[str, int]:
    return {name: int(as_set(rules, name)) // unit for name, unit in UNITS.items()}


def _page(request: Request, told: dict[str, object], status: int = 200) -> Response:
    state = request.app.state
    rules = state.accounts.rules()
    spans = {
        name: {"value": value, "fewest": BOUNDS[name][0] // unit, "most": BOUNDS[name][1] // unit}
        for (name, unit), value in zip(UNITS.items(), _shown(rules).values(), strict=True)
    }
    with state.database.read() as session:
        why = reasons(session)
    alone = decisions.administrators(state.database) < 2
    context = {"rules": rules, "spans": spans, "why": why, "alone": alone, **told}
    return page(request, "rules.html", context, status)
