"""The queue on the command line: states and clocks, no identity."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from referrals.denmark.dates import moment
from referrals.queue.overview import queue_overview
from referrals.queue.view import QueueEntry
from service.composition import open_store
from service.errors import UserError
from service.settings import Settings


def queue_lines(settings: Settings, municipality: str | None, *, as_json: bool) -> Iterator[str]:
    """Give one line for each open referral, due first. Raises UserError for an unknown code."""
    with open_store(settings) as store:
        known = store.around.municipalities
        if municipality is not None and municipality not in known.partner_codes:
            codes = ", ".join(sorted(known.partner_codes))
            raise UserError(f"{municipality!r} is none of the nine municipalities: {codes}")
        for code, entry in queue_overview(store.database, municipality, store.around.now()):
            if as_json:
                yield json.dumps({"municipality": code, **asdict(entry)}, default=str)
            else:
                yield _line(known.name_of(code), entry)


def _line(municipality: str, entry: QueueEntry) -> str:
    due = moment(entry.due_at)
    return f"{entry.reference}  {municipality:16} {entry.state:18} {entry.urgency:9} {due}"
