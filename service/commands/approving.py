"""Approving from the command line what waits for a second administrator, where there is none."""

from __future__ import annotations

from referrals.administration import decisions
from referrals.administration.approving import Approving
from referrals.administration.decisions import Asked
from referrals.administration.users import NotThere, RefusedChange
from service.composition import open_store
from service.errors import UserError
from service.settings import Settings


def waiting_lines(settings: Settings) -> list[str]:
    """List what waits, a line each: number, what, whom, who asked."""
    with open_store(settings) as store:
        waiting = decisions.waiting(store.database, store.around.now())
    return [
        f"{one.id} {one.kind} {_about(one)}, asked by {one.asked_by} at "
        f"{one.asked_at:%Y-%m-%d %H:%M} UTC"
        for one in waiting
    ] or ["nothing waits for approval"]


def _about(one: Asked) -> str:
    if one.rule:
        return f"{one.rule}={one.value['value']}"
    what = one.role or "+".join(one.scopes) or "-"
    return f"{one.subject or '-'} {what} {one.place or '-'}"


def approve(settings: Settings, number: int) -> str:
    """Approve one and give the half of a link or token that comes of it, or what was done.

    The other half is the code that whoever asked was shown.

    Raises UserError if there is no such request, or it cannot be done any more.
    """
    with open_store(settings) as store:
        try:
            approved = Approving(store.database, None).approve(number, store.around.now())
        except NotThere:
            raise UserError(f"nothing waits as number {number}; see ./henvis approve") from None
        except RefusedChange as refused:
            raise UserError(f"it cannot be done any more ({refused.why}); ask anew") from None
    if approved.invitation:
        return f"{settings.base_url}/invitation/{approved.invitation}"
    return approved.token or f"approved: {approved.kind} {approved.subject}"
