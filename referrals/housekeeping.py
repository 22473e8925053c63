"""What time does, one line a room. Safe to run at any time, and with any clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from referrals.bedside import not_understood
from referrals.booking import seats
from referrals.catalogue.finishing import finish_past
from referrals.consent import expiring as purging
from referrals.deferred.running_out import forget_beds, run_out
from referrals.installation.watched_clock import Look, WatchedClock
from referrals.next_action.keeping import settle_some
from referrals.outbox import letters
from referrals.programs import once
from referrals.storage.batches import BATCH, HOUSEKEEPING, until_none
from referrals.storage.database import Database
from referrals.turns.expiring import expire_encounters

Round = Callable[[Database, datetime], int]
"""Does one batch, and tells how many rows it was."""

ALWAYS: dict[str, Round] = {"reckoned": settle_some}
"""What can be done again if the clock was wrong."""

ROUNDS: dict[str, Round] = {
    "expired": expire_encounters,
    "finished": lambda database, now: finish_past(database, now, HOUSEKEEPING),
    "holds": lambda database, now: _of_seats(seats.expire, database, now),
    "lines": lambda database, now: _of_seats(seats.end_lines, database, now),
    "deferred": run_out,
    "beds": forget_beds,
    "letters": letters.forget_old,
    "not_understood": not_understood.forget_old,
    "api_calls": once.forget_old,
}
"""What cannot be undone, and so waits until the clock is believed."""

Purge = Callable[[Database, datetime, float], int]
"""The same, told for how many seconds the clock was watched in all."""

PURGES: dict[str, Purge] = {
    "unmarked": purging.unmark,
    "marked": purging.mark_due,
    "purged": purging.purge_referrals,
    "lapsed": purging.lapse_consents,
}
"""What besides waits for a real day after it was marked."""


def keep_house(
    database: Database, now: datetime, clock: WatchedClock | None = None
) -> dict[str, int]:
    """Do one round of everything; give how many of each kind there were.

    Without a ``clock`` to compare with, time is played: ``now`` is believed, and what lies between
    two rounds has really passed. Whoever serves people gives one.
    """
    look = clock.look(now) if clock else Look(now.timestamp(), believed=True)
    rounds = dict(ALWAYS)
    if look.believed:
        rounds |= {name: _watched(purge, look.watched_s) for name, purge in PURGES.items()}
        rounds |= ROUNDS
    return {name: _all(batch, database, now) for name, batch in rounds.items()}


def _watched(purge: Purge, watched_s: float) -> Round:
    return lambda database, now: purge(database, now, watched_s)


def _all(batch: Callable[[Database, datetime], int], database: Database, now: datetime) -> int:
    return until_none(lambda: batch(database, now))


def _of_seats(do: Callable[..., int], database: Database, now: datetime) -> int:
    """End what ran out, and offer the seats to those who wait."""
    with database.write() as session:
        return do(session, now, HOUSEKEEPING, BATCH)
