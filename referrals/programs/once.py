"""Calls that are carried out once, however often they are sent: by a key that the caller draws.

The key is kept with the change itself, as hashes; no answer is kept, since it may hold identity.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from referrals.programs.tables import ApiCallRow
from referrals.storage.batches import BATCH
from referrals.storage.database import Database

KEEP = timedelta(days=30)
LONGEST_KEY = 200
_CALLS = ApiCallRow.metadata.tables[ApiCallRow.__tablename__]
_KEEP = {
    name: dialect.insert(_CALLS)
    .on_conflict_do_nothing(index_elements=["key_hash"])
    .returning(_CALLS.c.key_hash)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


class DoneBefore(Exception):
    """The same call with the same key was carried out already; what stands now is its answer."""


class KeyReused(Exception):
    """Another call came with the same key."""


@dataclass(frozen=True)
class Once:
    """A call that is to be carried out once: whose key it is, and what was asked, as hashes."""

    key_hash: str
    request_hash: str

    @classmethod
    def of(cls, actor: str, key: str, *request: bytes) -> Once:
        """Take the fingerprints of a key and of a request."""
        return cls(_digest(actor.encode(), key.encode()), _digest(*request))


def only_once(session: Session, call: Once, now: datetime) -> None:
    """Note in the caller's transaction that the call is being carried out.

    Raises DoneBefore or KeyReused.
    """
    values = {"key_hash": call.key_hash, "request_hash": call.request_hash, "at": now}
    dialect = session.get_bind().dialect.name
    if session.connection().execute(_KEEP[dialect], values).first() is not None:
        return
    kept = select(ApiCallRow.request_hash).where(ApiCallRow.key_hash == call.key_hash)
    raise DoneBefore if session.scalar(kept) == call.request_hash else KeyReused


def forget_old(database: Database, now: datetime) -> int:
    """Forget keys after 30 days. One batch."""
    with database.write() as session:
        old = select(ApiCallRow.key_hash).where(ApiCallRow.at <= now - KEEP).limit(BATCH)
        gone = delete(ApiCallRow).where(ApiCallRow.key_hash.in_(old)).returning(ApiCallRow.key_hash)
        return len(session.execute(gone.execution_options(synchronize_session=False)).all())


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()
