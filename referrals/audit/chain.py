"""The audit log: append-only and chained by HMAC, without identity.

Each row's hash covers its content and the row before, under a key that lies outside the database:
who owns the database alone can neither change, remove nor add a row unseen. What is cut off the
end is seen by `anchors`. Rows of before December 2026 are chained without a key (``key_id`` None).
Triggers in the database refuse updates and deletes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from types import SimpleNamespace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from referrals.audit.actors import typed
from referrals.audit.tables import AuditRow
from referrals.security_events.telling import tell_audited
from referrals.storage.database import lock_chain

GENESIS = "0" * 64
KEYS = "audit_keys"
"""Under this name a session carries, in its ``info``, what gives the keys for it."""
_BATCH = 5_000
_ROWS = AuditRow.metadata.tables[AuditRow.__tablename__]
_LAST = (
    select(_ROWS.c.number, _ROWS.c.hash, _ROWS.c.key_id).order_by(_ROWS.c.number.desc()).limit(1)
)
_APPEND = insert(_ROWS)


@dataclass(frozen=True)
class ChainKeys:
    """Keys by their ids; new rows are written under the ``current`` one."""

    keys: Mapping[str, bytes]
    current: str

    def __repr__(self) -> str:
        """Show no key material."""
        return f"ChainKeys(current={self.current!r})"


def keys_of(session: Session) -> ChainKeys | None:
    """Give the keys as they stand now; None if the session carries none."""
    give: Callable[[Session], ChainKeys] | None = session.info.get(KEYS)
    return give(session) if give else None


class Why(StrEnum):
    """Why a row does not hold."""

    CHANGED = "changed"
    """It does not fit the row before, or its own hash: changed, slipped in, or one was removed."""
    KEYLESS = "keyless"
    """It has no key though there were keys by then: whoever wrote it had them not."""
    NO_SUCH_KEY = "no_such_key"
    """The key that it names is not given, so nothing can be said of it and of what follows."""
    REWRITTEN = "rewritten"
    """It fits, and is another than the anchor saw: the log was written anew."""
    CUT_OFF = "cut_off"
    """An anchor saw it, and it is not there."""


@dataclass(frozen=True)
class Stretch:
    """Rows one after the other, first and last, and when they were written."""

    first: int
    last: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Verdict:
    """``checked`` rows hold; ``broken_at`` is the number of the first that does not, and ``why``.

    Those without a key prove nothing against who owns the database, unless an anchor saw them.
    """

    checked: int
    broken_at: int | None
    why: Why | None = None
    keyless: Stretch | None = None
    keyed: Stretch | None = None


def lock(session: Session) -> None:
    """Let nobody else append until the transaction ends.

    Whoever changes rows that others change as well takes this lock first and theirs second, always
    in this order, so that no two wait for each other. Encounters alone come before it, as a turn
    locks its own before it knows what it will write (`referrals/consent/holding.py`).
    """
    lock_chain(session, "audit")


def append(session: Session, at: datetime, actor: str, action: str, record: str) -> None:
    """Add one row to the chain, in the caller's transaction. Refuses an anonymous actor.

    Raises RuntimeError rather than going on without a key where rows have one.
    """
    actor = typed(actor)
    lock(session)
    session.flush()
    last = session.execute(_LAST).first()
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    keys = keys_of(session)
    if keys is None and last and last.key_id is not None:
        raise RuntimeError("the audit log has a key, and none was given")
    row = {
        "number": number,
        "at": at,
        "actor": actor,
        "action": action,
        "record": record,
        "previous_hash": previous,
        "key_id": keys.current if keys else None,
    }
    key = keys.keys[keys.current] if keys else None
    session.execute(_APPEND, row | {"hash": _hash(SimpleNamespace(**row), key)})
    tell_audited(action, record, number)


def verify(
    session: Session,
    anchored: Mapping[int, str] | None = None,
    *,
    after: tuple[int, str] | None = None,
) -> Verdict:
    """Read the chain in batches; compare each hash, and those that anchors saw by number.

    The whole chain, or what comes ``after`` a row of that number and hash that an anchor saw. The
    keys are those that the session carries.
    """
    reading = _Reading(keys_of(session), anchored or {}, after)
    while True:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.number > reading.checked)
            .order_by(AuditRow.number)
            .limit(_BATCH)
        ).all()
        for row in rows:
            why = reading.fault(row)
            if why is not None:
                return reading.verdict(row.number, why)
            reading.take(row)
        if len(rows) < _BATCH:
            return reading.end()
        session.expunge_all()


class _Reading:
    """How far the chain was read, and what of it holds."""

    def __init__(
        self,
        keys: ChainKeys | None,
        anchored: Mapping[int, str],
        after: tuple[int, str] | None,
    ) -> None:
        self._keys = keys.keys if keys else {}
        self._anchored = anchored
        self._keyless: Stretch | None = None
        self._keyed: Stretch | None = None
        self.checked, self._previous = after or (0, GENESIS)
        seen = {*anchored} | ({self.checked} if after else set())
        self._keys_since: float = min(seen, default=inf)  # who anchors has them

    def fault(self, row: AuditRow) -> Why | None:
        """Tell why the next row does not hold, if it does not."""
        if row.number != self.checked + 1 or row.previous_hash != self._previous:
            return Why.CHANGED
        if row.key_id is None and (self._keyed or row.number > self._keys_since):
            return Why.KEYLESS
        if row.key_id is not None and row.key_id not in self._keys:
            return Why.NO_SUCH_KEY
        key = self._keys[row.key_id] if row.key_id is not None else None
        if not hmac.compare_digest(row.hash, _hash(row, key)):
            return Why.CHANGED
        if self._anchored.get(row.number, row.hash) != row.hash:
            return Why.REWRITTEN
        return None

    def take(self, row: AuditRow) -> None:
        """Go on after a row that holds."""
        self.checked, self._previous = row.number, row.hash
        if row.key_id is None:
            self._keyless = _longer(self._keyless, row)
        else:
            self._keyed = _longer(self._keyed, row)

    def verdict(self, broken_at: int | None = None, why: Why | None = None) -> Verdict:
        """Say how far it holds."""
        return Verdict(self.checked, broken_at, why, self._keyless, self._keyed)

    def end(self) -> Verdict:
        """Say the same where no row is left, and whether one is missing that an anchor saw."""
        if max(self._anchored, default=0) > self.checked:
            return self.verdict(self.checked + 1, Why.CUT_OFF)
        return self.verdict()


def _longer(stretch: Stretch | None, row: AuditRow) -> Stretch:
    first, since = (stretch.first, stretch.since) if stretch else (row.number, row.at)
    return Stretch(first, row.number, since, row.at)


def _hash(row: AuditRow | SimpleNamespace, key: bytes | None) -> str:
    at = row.at.astimezone(UTC).isoformat()
    content = [row.number, at, row.actor, row.action, row.record, row.previous_hash]
    if key is None:
        return hashlib.sha256(_written(content)).hexdigest()
    return hmac.new(key, _written([*content, row.key_id]), hashlib.sha256).hexdigest()


def _written(content: list[object]) -> bytes:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
