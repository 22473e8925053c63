"""The page that a queue opens on: each person once, with name and phone, by what comes next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from inbox.page import page
from inbox.queue.escalation_api import read_escalation
from inbox.queue.lines import lines, own_municipality
from referrals.denmark.contact_details import shown_phone
from referrals.denmark.dates import clock, local, local_day
from referrals.next_action.rule import Task
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.today import News, Section, Stack, Today
from referrals.queue.view import NextStep
from referrals.referral.moves import Move

_AT_A_TIME = frozenset({Task.CALL, Task.BOOKED_CALL, Task.KEEP_SEAT})
"""What is due at a time of the day rather than on a day."""


def show_today(
    request: Request, queue: MunicipalQueue, *, mine: bool, only: str, made: str
) -> Response:
    """Show what must be done today; that names were read is written to the audit log.

    Nobody is shown twice: what is new with somebody stands on their own line, and in a list of its
    own only for whoever is in none.

    ``only`` names one section, of which more is shown then. ``made`` is the move just made.
    """
    now = request.app.state.now()
    section = _section(only)
    work, people = queue.today_with_people(now, mine=mine, only=section)

    news = _by_reference(work.news)
    shown = {each.reference for found in _stacks(work) for each in found.entries}

    def stack(found: Stack) -> dict[str, Any]:
        return {"rows": lines(found.entries, now), "count": found.count}

    context = {
        "sections": {each.value: stack(found) for each, found in work.sections.items()},
        "untaken": stack(work.untaken),
        "offered": stack(work.offered),
        "unsent": work.unsent,
        "news": {reference: some for reference, some in news.items() if reference in shown},
        "other_news": [some for reference, some in news.items() if reference not in shown],
        "people": people,
        "shown_phone": shown_phone,
        "due": lambda step: due(step, now),
        "pulse": _pulse(work, now),
        "again": urlencode({"hvem": "mig" if mine else "", "kun": section or ""}),
        "read_at": clock(local(now).time()),
        "municipality": own_municipality(request),
        "mine": mine,
        "only": section.value if section else "",
        "escalation": None if mine or section else read_escalation(request),
        "made": made if made in set(Move) else None,
    }
    return page(request, "today.html", context)


def tell_pulse(request: Request, queue: MunicipalQueue, *, mine: bool, only: str) -> Response:
    """Give the fingerprint of the day's list. Reads no identity, so it may be asked often."""
    now = request.app.state.now()
    work = queue.today(now, mine=mine, only=_section(only))
    return PlainTextResponse(_pulse(work, now))


def _section(only: str) -> Section | None:
    return Section(only) if only in set(Section) else None


def _stacks(work: Today) -> Iterable[Stack]:
    return (*work.sections.values(), work.untaken, work.offered)


def _by_reference(news: Iterable[News]) -> dict[str, list[News]]:
    """Gather what is new with each referral, whichever has the newest first."""
    found: dict[str, list[News]] = {}
    for each in news:
        found.setdefault(each.reference, []).append(each)
    return found


def _pulse(work: Today, now: datetime) -> str:
    """Change whenever the page would look different: another line, another time, another day."""
    seen = [
        (
            stack.count,
            [
                (each.reference, each.version, each.adviser, days, due(each.next_action, now))
                for each, days in lines(stack.entries, now)
            ],
        )
        for stack in _stacks(work)
    ]
    return hashlib.sha256(
        repr((list(work.sections), seen, work.unsent, work.news)).encode()
    ).hexdigest()[:16]


def due(step: NextStep | None, now: datetime) -> dict[str, Any]:
    """Tell how the time of a next step is written: now, at a time of today, today, since, later."""
    if step is None:
        return {"how": "none"}
    today, on = local_day(now), local_day(step.by)
    if on > today:
        return {"how": "later", "at": step.by}
    if step.what in _AT_A_TIME and step.by > now:
        return {"how": "clock", "at": clock(local(step.by).time())}
    at_once = "now" if step.what in _AT_A_TIME else "today"
    return {"how": at_once if on == today else "since", "at": step.by}
