"""How far the clock is believed: nothing is deleted for good before it has run straight for a day.

Two sources of time are compared: the clock, and the seconds that really passed since the last look.
Where no look is remembered in this process, the last one that the database knows must not lie
after now, nor more than a day before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.audit.tables import AuditRow
from referrals.installation.own_facts import fact, note
from referrals.outbox.letters import NOTICES, Outgoing, post
from referrals.storage.database import Database, lock_chain

CLOCK = "clock"
JUMPED = "clock_jumped"
STRAIGHT_S = 86_400.0
"""For how many real seconds the clock must have run straight before it is believed."""
MOST_DRIFT = timedelta(minutes=5)
"""By how much clock and real time may part between two looks; what sets clocks right does less."""
LONGEST_PAUSE = timedelta(days=1)
"""For how long nobody may have looked before the next look is taken for a jump."""


@dataclass(frozen=True)
class Kept:
    """What the database remembers: the clock at the last look, real seconds watched, last jump.

    ``straight_from_s`` is how much had been watched when the clock was last seen to jump.
    """

    at: datetime
    watched_s: float
    straight_from_s: float

    @property
    def believed_in_s(self) -> float:
        """For how many real seconds more the clock is not believed; 0 if it is."""
        return max(0.0, self.straight_from_s + STRAIGHT_S - self.watched_s)


@dataclass(frozen=True)
class Look:
    """How it stands: real seconds watched in all, and whether the clock is believed."""

    watched_s: float
    believed: bool


def since_boot_s() -> float:
    """Give the seconds since the machine started, its sleep included; no clock setting moves it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class Ran:
    """How far clock and real time went in this process since they last agreed."""

    moved: timedelta
    passed: timedelta


def jump(last: datetime, now: datetime, ran: Ran | None) -> timedelta | None:
    """Give by how much the clock jumped; None if it did not.

    ``last`` is what it was when any process looked last, ``ran`` is None in one that never looked.
    Several machines look in turn: one whose clock is behind the others' is seen to jump back.
    """
    since = now - last
    if since < -MOST_DRIFT:
        return since
    if ran is None:
        return since if since > LONGEST_PAUSE else None
    drift = ran.moved - ran.passed
    return drift if abs(drift) > MOST_DRIFT else None


class WatchedClock:
    """Looks at the clock, once a round, in the process that keeps house."""

    def __init__(self, database: Database, elapsed_s: Callable[[], float] = since_boot_s) -> None:
        self._database = database
        self._elapsed_s = elapsed_s
        self._agreed: tuple[datetime, float] | None = None
        self._looked_s: float | None = None

    def look(self, now: datetime) -> Look:
        """Compare the clock with what really passed. A jump is written down, and told."""
        real_s = self._elapsed_s()
        with self._database.write() as session:
            lock_chain(session, CLOCK)
            before = read(session) or _first(session, now)
            jumped = jump(before.at, now, self._ran(now, real_s))
            watched_s = before.watched_s + self._watched(real_s, now - before.at)
            kept = Kept(now, watched_s, watched_s if jumped else before.straight_from_s)
            _keep(session, kept)
            if jumped:
                _tell(session, jumped, now)
        self._looked_s = real_s
        if jumped or self._agreed is None:
            self._agreed = now, real_s
        return Look(kept.watched_s, kept.believed_in_s == 0)

    def _ran(self, now: datetime, real_s: float) -> Ran | None:
        if self._agreed is None:
            return None
        at, at_s = self._agreed
        return Ran(now - at, timedelta(seconds=real_s - at_s))

    def _watched(self, real_s: float, moved: timedelta) -> float:
        """Give what counts as watched: of several machines, each counts its part."""
        if self._looked_s is None:
            return 0.0
        return max(0.0, min(real_s - self._looked_s, moved.total_seconds()))


def read(session: Session) -> Kept | None:
    """Give what the database remembers of its clock."""
    row = fact(session, CLOCK)
    return Kept(row.at, row.value["watched_s"], row.value["straight_from_s"]) if row else None


def _first(session: Session, now: datetime) -> Kept:
    """Begin to watch: a database that was worked with before tells when that was."""
    last = session.scalar(select(func.max(AuditRow.at)))
    return Kept(last or now, STRAIGHT_S, 0.0)


def _keep(session: Session, kept: Kept) -> None:
    value = {"watched_s": kept.watched_s, "straight_from_s": kept.straight_from_s}
    note(session, CLOCK, value, kept.at)


def _tell(session: Session, jumped: timedelta, now: datetime) -> None:
    """Write the jump into the audit log, and have administrators told at once, whenever that is."""
    minutes = round(jumped.total_seconds() / 60)
    chain.append(session, now, Machine.CLOCK, JUMPED, f"minutes:{minutes:+}")
    payload = {"hours": f"{jumped.total_seconds() / 3600:+.1f}"}
    post(session, Outgoing(NOTICES, JUMPED, "", payload), now)
