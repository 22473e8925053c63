"""What time does, one line a room. Safe to run at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from referrals.bedside import not_understood
from referrals.booking import seats
from referrals.catalogue.finishing import finish_past
from referrals.consent.expiring import lapse_consents, purge_referrals
from referrals.deferred.running_out import forget_beds, run_out
from referrals.next_action.keeping import settle_some
from referrals.outbox import letters
from referrals.programs import once
from referrals.storage.batches import BATCH, HOUSEKEEPING, until_none
from referrals.storage.database import Database
from referrals.turns.expiring import expire_encounters

ROUNDS: dict[str, Callable[[Database, datetime], int]] = {
    "reckoned": settle_some,
    "expired": expire_encounters,
    "purged": purge_referrals,
    "lapsed": lapse_consents,
    "finished": lambda database, now: finish_past(database, now, HOUSEKEEPING),
    "holds": lambda database, now: _of_seats(seats.expire, database, now),
    "lines": lambda database, now: _of_seats(seats.end_lines, database, now),
    "deferred": run_out,
    "beds": forget_beds,
    "letters": letters.forget_old,
    "not_understood": not_understood.forget_old,
    "api_calls": once.forget_old,
}
"""Each does one batch, and tells how many rows it was."""


def keep_house(database: Database, now: datetime) -> dict[str, int]:
    """Do one round of everything; give how many of each kind there were."""
    return {name: _all(batch, database, now) for name, batch in ROUNDS.items()}


def _all(batch: Callable[[Database, datetime], int], database: Database, now: datetime) -> int:
    return until_none(lambda: batch(database, now))


def _of_seats(do: Callable[..., int], database: Database, now: datetime) -> int:
    """End what ran out, and offer the seats to those who wait."""
    with database.write() as session:
        return do(session, now, HOUSEKEEPING, BATCH)
