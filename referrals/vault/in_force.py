"""Which keys are in force: the database says it, for all processes and machines at one moment.

Whoever writes under a key, or looks for what was, asks within the transaction; the change from one
key to the next waits until no such transaction is open. So none is written under a key that went.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from referrals.vault.keys import Ring
from referrals.vault.tables import VaultKeyRow

_LOCK = _KNOWN = "keys in force"
_TABLE = VaultKeyRow.metadata.tables[VaultKeyRow.__tablename__]
_IDS = (
    select(_TABLE.c.key_id)
    .where(_TABLE.c.purpose == bindparam("purpose"))
    .order_by(_TABLE.c.current.desc(), _TABLE.c.since.desc(), _TABLE.c.key_id.desc())
)
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtext(:name))")
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")


class Busy(Exception):
    """Somebody is writing at this moment: to be tried again."""


def ids(session: Session | Connection, purpose: str) -> Sequence[str]:
    """Give the ids that rows may be under, the current one first; empty before it was settled.

    They stay in force until the transaction ends, so they are read once in it.
    """
    connection = session if isinstance(session, Connection) else session.connection()
    known = _known_in(connection)
    if purpose not in known:
        if _is_postgresql(connection):
            connection.execute(_SHARE, {"name": _LOCK})
        known[purpose] = connection.scalars(_IDS, {"purpose": purpose}).all()
    return known[purpose]


def _known_in(connection: Connection) -> dict[str, Sequence[str]]:
    """Give what was read in this transaction, by purpose; a savepoint is one of its own."""
    transaction = connection.get_nested_transaction() or connection.get_transaction()
    if transaction is None:
        return {}
    of, known = connection.info.get(_KNOWN, (None, None))
    if of is not transaction:
        known = {}
        connection.info[_KNOWN] = (transaction, known)
    found: dict[str, Sequence[str]] = known
    return found


def begin(session: Session, purpose: str, ring: Ring, now: datetime) -> None:
    """Note the keys of a purpose for the first time; the newest becomes the current one."""
    _known_in(session.connection()).clear()
    for key_id in ring:
        _add(session, purpose, ring, key_id, now, current=key_id == ring.newest)


def put_in_force(session: Session, purpose: str, ring: Ring, key_id: str, now: datetime) -> None:
    """Have everything be written under another key from now on. Raises Busy.

    What is under the keys before stays readable, and is found.
    """
    _be_alone(session)
    _known_in(session.connection()).clear()
    session.execute(update(_TABLE).where(_TABLE.c.purpose == purpose).values(current=False))
    _add(session, purpose, ring, key_id, now, current=True)


def let_go(session: Session, purpose: str, key_id: str) -> None:
    """Note that nothing is under a key any more. Never the current one. Raises Busy."""
    _be_alone(session)
    _known_in(session.connection()).clear()
    one = (_TABLE.c.purpose == purpose, _TABLE.c.key_id == key_id, _TABLE.c.current.is_(False))
    session.execute(delete(_TABLE).where(*one))


def _add(
    session: Session, purpose: str, ring: Ring, key_id: str, now: datetime, *, current: bool
) -> None:
    row = {
        "purpose": purpose,
        "key_id": key_id,
        "check_value": check_value(purpose, ring, key_id),
        "current": current,
        "since": now,
    }
    session.execute(insert(_TABLE), row)


def check_value(purpose: str, ring: Ring, key_id: str) -> str:
    """Give the value by which a key is known again."""
    return ring.sign(key_id, f"henvis keys-check {purpose}".encode())


def _be_alone(session: Session) -> None:
    """Keep others from asking until the transaction ends.

    Nobody is waited for, as whoever waits here may be waited for by those who hold what we wait
    for. SQLite has one writer anyway.
    """
    if _is_postgresql(session) and not session.scalar(_ALONE, {"name": _LOCK}):
        raise Busy


def _is_postgresql(session: Session | Connection) -> bool:
    dialect = session.dialect if isinstance(session, Connection) else session.get_bind().dialect
    return dialect.name == "postgresql"
