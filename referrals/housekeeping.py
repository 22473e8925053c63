"""What time does, one line a room. Safe to run at any time, and with any clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Lock

from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.bedside import not_understood
from referrals.booking import seats
from referrals.booking.tables import SeatRow
from referrals.catalogue.finishing import finish_past
from referrals.consent import expiring as purging
from referrals.courses.tables import CourseRow
from referrals.deferred.running_out import forget_beds, run_out
from referrals.installation.watched_clock import Look, WatchedClock
from referrals.next_action.keeping import settle_some
from referrals.outbox import letters
from referrals.programs import once
from referrals.storage.batches import each_row, until_none
from referrals.storage.database import Database
from referrals.turns.expiring import expire_encounters

Round = Callable[[Database, datetime], int]
"""Does one batch, and tells how many rows it was."""

ALWAYS: dict[str, Round] = {"reckoned": settle_some}
"""What can be done again if the clock was wrong."""

ROUNDS: dict[str, Round] = {
    "expired": expire_encounters,
    "finished": lambda database, now: finish_past(database, now, Machine.HOUSEKEEPING),
    "holds": lambda database, now: _end_holds(database, now),
    "lines": lambda database, now: _end_lines(database, now),
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


def guarded(
    database: Database, clock: WatchedClock, now: Callable[[], datetime]
) -> dict[str, Callable[[datetime], int]]:
    """Give each round to be done by itself, one batch a call, by whoever serves people.

    One that cannot be undone looks at the clock first, and does nothing while it is not believed.
    """
    one_looks = Lock()

    def believing(purge: Purge) -> Callable[[datetime], int]:
        def do(at: datetime) -> int:
            with one_looks:
                look = clock.look(now())  # not ``at``: others may have looked for long
            return purge(database, at, look.watched_s) if look.believed else 0

        return do

    always = {name: partial(do, database) for name, do in ALWAYS.items()}
    purges = {**PURGES, **{name: _unwatched(do) for name, do in ROUNDS.items()}}
    return {**always, **{name: believing(purge) for name, purge in purges.items()}}


def _unwatched(do: Round) -> Purge:
    return lambda database, now, _watched_s: do(database, now)


def _watched(purge: Purge, watched_s: float) -> Round:
    return lambda database, now: purge(database, now, watched_s)


def _all(batch: Callable[[Database, datetime], int], database: Database, now: datetime) -> int:
    return until_none(lambda: batch(database, now))


def _end_holds(database: Database, now: datetime) -> int:
    def end(session: Session, seat: SeatRow) -> None:
        seats.end_hold(session, seat, now, Machine.HOUSEKEEPING)

    over = seats.holds_over(now)
    return each_row(database, "holds", over, SeatRow.id, end, now, first=chain.lock)


def _end_lines(database: Database, now: datetime) -> int:
    def end(session: Session, course: CourseRow) -> None:
        seats.end_line(session, course, now, Machine.HOUSEKEEPING)

    over = seats.lines_over(now)
    return each_row(database, "lines", over, CourseRow.id, end, now, first=chain.lock)
