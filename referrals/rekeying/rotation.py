"""One key of a purpose after another, beside a service that runs.

Killed at any line, the same call goes on: what was drawn is put in force, what is left is put under
it. Until nothing is left under the old key it stays in force, so that both are found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.rekeying.places import PLACES, Place
from referrals.storage.database import Database
from referrals.vault import in_force
from referrals.vault.keys import Ring
from referrals.vault.tables import VaultKeyRow
from referrals.vault.vault import Vault

ROTATED = "rotate_keys"
LET_GO = "let_go_key"
_TRIES = 600
_PAUSE_S = 0.1
_KEEPS_OLD = ("links", "audit")
"""What is under these keys is not ours to change: it lies with people, or is proof."""


class NothingDrawn(Exception):
    """There is no newer key than the one in force."""


class StillBusy(Exception):
    """Somebody wrote all the time: to be tried again later."""


@dataclass(frozen=True)
class Standing:
    """One key: since when it is known, whether new things are put under it."""

    purpose: str
    key_id: str
    current: bool
    since: datetime


@dataclass(frozen=True)
class Progress:
    """So many rows of a place were put under the new key, and so many cannot be read."""

    place: str
    done: int
    failed: int


def standing(session: Session) -> list[Standing]:
    """List the keys in force, the current one of each purpose first."""
    order = (VaultKeyRow.purpose, VaultKeyRow.current.desc(), VaultKeyRow.since.desc())
    rows = session.scalars(select(VaultKeyRow).order_by(*order))
    return [Standing(row.purpose, row.key_id, row.current, row.since) for row in rows]


class Rotation:
    """Changes the keys of one purpose. Draws none: that is the key source's."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        purpose: str,
        now: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._vault = vault
        self._purpose = purpose
        self._now = now
        self._pause = pause

    @property
    def in_force(self) -> str:
        """The key that new things are put under."""
        with self._database.read() as session:
            return in_force.ids(session, self._purpose)[0]

    @property
    def waits(self) -> bool:
        """Whether a key was drawn that is not in force yet."""
        return self._ring.newest not in self._known()

    @property
    def goes_on(self) -> bool:
        """Whether something may still be under an older key, and is to be put under the newest."""
        return self._purpose not in _KEEPS_OLD and len(self._known()) > 1

    def begin(self) -> str:
        """Put the newest key in force, and give its id. Raises NothingDrawn, StillBusy."""
        if not self.waits:
            raise NothingDrawn
        ring = self._ring
        self._write_down(ROTATED, ring.newest)
        self._alone(lambda session: self._put_in_force(session, ring, ring.newest))
        return ring.newest

    def carry_on(self) -> Iterator[Progress]:
        """Put all that is under older keys under the one in force; tell after each batch."""
        key_id = self.in_force
        for place in PLACES[self._purpose]:
            yield from self._all_of(place, key_id)

    def finish(self) -> list[str]:
        """Let go of older keys that nothing is under; give those. Raises StillBusy."""
        key_id = self.in_force
        if self._purpose in _KEEPS_OLD or self.left(key_id):
            return []
        old = [each for each in self._known() if each != key_id]
        for each in old:
            self._let_go(each)
        return old

    def left(self, key_id: str) -> int:
        """Count what is not under a key yet."""
        with self._database.read() as session:
            return sum(
                session.execute(each.left(key_id)).scalar_one() for each in PLACES[self._purpose]
            )

    def give_up(self, key_id: str) -> None:
        """Have what only an older key opens count no more: links. Raises StillBusy."""
        self._let_go(key_id)

    @property
    def _ring(self) -> Ring:
        return self._vault.keys.of(self._purpose)

    def _known(self) -> list[str]:
        with self._database.read() as session:
            return list(in_force.ids(session, self._purpose))

    def _all_of(self, place: Place, key_id: str) -> Iterator[Progress]:
        """Go through a place until nothing more can be done: rows may be held, or come again."""
        while True:
            after, done, failed = None, 0, 0
            while True:
                with self._database.write() as session:
                    did = place.some(session, self._vault, key_id, after)
                after, done, failed = did.after, done + did.done, failed + did.failed
                if after is None:
                    break
                yield Progress(place.name, did.done, 0)
            if not done:
                yield Progress(place.name, 0, failed)
                return

    def _put_in_force(self, session: Session, ring: Ring, key_id: str) -> None:
        in_force.put_in_force(session, self._purpose, ring, key_id, self._now())

    def _let_go(self, key_id: str) -> None:
        self._write_down(LET_GO, key_id)
        self._alone(lambda session: in_force.let_go(session, self._purpose, key_id))

    def _alone(self, change: Callable[[Session], None]) -> None:
        """Do it in a moment when nobody writes; that comes, as no writing lasts."""
        for _ in range(_TRIES):
            try:
                with self._database.write() as session:
                    return change(session)
            except in_force.Busy:
                self._pause(_PAUSE_S)
        raise StillBusy

    def _write_down(self, what: str, key_id: str) -> None:
        """Write it into the audit log: a transaction of its own, which waits for others."""
        with self._database.write() as session:
            record = f"key:{self._purpose}:{key_id}"
            chain.append(session, self._now(), Machine.COMMAND_LINE, what, record)
