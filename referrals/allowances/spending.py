"""Spending: one statement for each rate, so that no two processes spend the same."""

from __future__ import annotations

import hashlib
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Connection, delete, select, text

from referrals.allowances.rate import Allowance, Rate, microseconds
from referrals.allowances.tables import AllowanceRow
from referrals.storage.database import Database

_ROWS = AllowanceRow.metadata.tables[AllowanceRow.__tablename__]
_SPEND = text(
    """
    INSERT INTO allowances (key, free_at_us) VALUES (:key, :first)
    ON CONFLICT (key) DO UPDATE SET free_at_us =
        CASE WHEN allowances.free_at_us > :now AND allowances.free_at_us <= :most
            THEN allowances.free_at_us + :step ELSE :first END
        WHERE allowances.free_at_us <= :latest OR allowances.free_at_us > :most
    RETURNING key
    """
)
"""Gives no row where nothing may be spent. The same on both databases.

What is free later than ``most`` was written by a clock that ran ahead, and counts as free.
"""
_FREE_AT = select(_ROWS.c.key, _ROWS.c.free_at_us)
MOST_AT_ONCE = 1000


class TooManyAttempts(Exception):
    """It was done too often; the next try has to wait ``again_in_s`` seconds."""

    def __init__(self, again_in_s: int = 0) -> None:
        super().__init__()
        self.again_in_s = again_in_s


class Allowances:
    """Counts what is done, by ``whom``: any text, kept as a hash only.

    A restart forgets nothing. A power cut may forget the last moment.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def spend(self, allowance: Allowance, whom: str, now: datetime) -> None:
        """Count one. Raises TooManyAttempts, and counts nothing, if one of the rates is spent."""
        with self._database.write_rows(lasting=False) as connection:
            spend_within(connection, allowance, whom, now)

    def check(self, allowance: Allowance, whom: str, now: datetime) -> None:
        """Raise TooManyAttempts if nothing may be spent; counts nothing."""
        with self._database.read_rows() as connection:
            waits = _waits_s(connection, _keys(allowance, whom), microseconds(now))
        if waits:
            raise TooManyAttempts(waits)

    def forgive(self, allowance: Allowance, whom: str) -> None:
        """Begin anew, as after a success."""
        keys = [key for key, _ in _keys(allowance, whom)]
        with self._database.write_rows(lasting=False) as connection:
            connection.execute(delete(_ROWS).where(_ROWS.c.key.in_(keys)))


def spend_within(connection: Connection, allowance: Allowance, whom: str, now: datetime) -> None:
    """Count one in the caller's transaction. Raises TooManyAttempts if one of the rates is spent.

    Those of its rates that were not are counted if the caller goes on and commits.
    """
    now_us, keys = microseconds(now), _keys(allowance, whom)
    for key, rate in keys:
        given = {
            "key": key,
            "now": now_us,
            "first": rate.first(now_us),
            "step": rate.step_us,
            "latest": rate.latest(now_us),
            "most": rate.most(now_us),
        }
        if connection.execute(_SPEND, given).first() is None:
            raise TooManyAttempts(_waits_s(connection, keys, now_us))


def forget_free(database: Database, now: datetime) -> int:
    """Take out some of what is all free again, and tell how many."""
    free = select(_ROWS.c.key).where(_ROWS.c.free_at_us <= microseconds(now)).limit(MOST_AT_ONCE)
    with database.read_rows() as connection:
        keys = list(connection.scalars(free))
    if not keys:
        return 0
    with database.write_rows(lasting=False) as connection:
        still = _ROWS.c.free_at_us <= microseconds(now)
        return connection.execute(delete(_ROWS).where(_ROWS.c.key.in_(keys), still)).rowcount


def _waits_s(connection: Connection, keys: list[tuple[str, Rate]], now_us: int) -> int:
    """Give the seconds until one may be spent; 0 for now."""
    rates = dict(keys)
    rows = connection.execute(_FREE_AT.where(_ROWS.c.key.in_(list(rates))))
    return max((rates[key].waits_s(free_at, now_us) for key, free_at in rows), default=0)


def _keys(allowance: Allowance, whom: str) -> list[tuple[str, Rate]]:
    """Give the row of each rate, always in one order: nobody waits for whoever waits for them."""
    named = {
        f"{allowance.what} {rate.amount} {rate.period} {whom}": rate for rate in allowance.rates
    }
    return sorted(((_hashed(name), named[name]) for name in named), key=itemgetter(0))


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
