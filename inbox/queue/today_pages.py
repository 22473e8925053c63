"""The page that a queue opens on: each person once, with name and phone, by what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from inbox.page import page
from inbox.queue.escalation_api import read_escalation
from inbox.queue.lines import lines, own_municipality
from referrals.denmark.contact_details import shown_phone
from referrals.denmark.dates import clock, local, local_day
from referrals.next_action.rule import Task
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.today import Section, Stack
from referrals.queue.view import NextStep
from referrals.referral.moves import Move

_AT_A_TIME = frozenset({Task.CALL, Task.BOOKED_CALL, Task.KEEP_SEAT})
"""What is due at a time of the day rather than on a day."""


def show_today(
    request: Request, queue: MunicipalQueue, *, mine: bool, only: str, made: str
) -> Response:
    """Show what must be done today; that names were read is written to the audit log.

    ``only`` names one section, of which more is shown then. ``made`` is the move just made.
    """
    now = request.app.state.now()
    section = Section(only) if only in set(Section) else None
    work, people = queue.today_with_people(now, mine=mine, only=section)

    def stack(found: Stack) -> dict[str, Any]:
        return {"rows": lines(found.entries, now), "count": found.count}

    context = {
        "sections": {each.value: stack(found) for each, found in work.sections.items()},
        "untaken": stack(work.untaken),
        "offered": stack(work.offered),
        "unsent": work.unsent,
        "people": people,
        "shown_phone": shown_phone,
        "due": lambda step: _due(step, now),
        "municipality": own_municipality(request),
        "mine": mine,
        "only": section.value if section else "",
        "escalation": None if mine or section else read_escalation(request),
        "made": made if made in set(Move) else None,
    }
    return page(request, "today.html", context)


def _due(step: NextStep, now: datetime) -> dict[str, Any]:
    """Tell how the time of a next step is written: now, at a time of today, today, or since."""
    today = local_day(now)
    if step.what in _AT_A_TIME:
        if step.by <= now:
            return {"how": "now" if local_day(step.by) == today else "since", "at": step.by}
        return {"how": "clock", "at": clock(local(step.by).time())}
    return {"how": "today" if local_day(step.by) == today else "since", "at": step.by}
