"""What a person reads after a restore: what came back, what ended again, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from referrals.vault.keys import KeyPurpose, Keys
from service.backups.counting import Count
from service.backups.restoring import Settled

_LOOK_AT = {
    "undone": "a nurse took referrals back since; look at those that are open by the pages",
    "moved": "users had another role or place by then; correct it at /admin/brugere, let them in",
    "passwords": "users had changed their password; invite them anew at /admin/brugere",
    "factors": "second factors had been reset or removed; whoever has none is asked for one",
}
"""What nobody but a person can put right, by what was ended again."""


def told_of_restore(data: Path, counted: Count, settled: Settled) -> Iterator[str]:
    """Say what was restored, and all that is said of what ended again."""
    yield from _ended(settled)
    yield f"restored: {counted.rows} rows in {len(counted.tables)} tables into {data}"
    yield from _next(data, settled)


def told_of_settling(data: Path, settled: Settled) -> Iterator[str]:
    """Say what ended again in a database that other tools restored."""
    yield from _ended(settled)
    yield "settled: the database is of this Henvis, nobody is logged in, each feed begins anew"
    yield from _next(data, settled)


def told_of_keys(file: Path, keys: Keys) -> Iterator[str]:
    """Say which keys were written where, and what to do with them."""
    yield str(file)
    ids = ", ".join(f"{purpose} {' '.join(keys.of(purpose.ring))}" for purpose in KeyPurpose)
    yield f"keys: {ids}"
    yield "next: keep it apart from the backups of the database, make it again after `keys rotate`"


def _ended(settled: Settled) -> Iterator[str]:
    yield from (f"{kind}: {count}" for kind, count in sorted(settled.ended.items()) if count)


def _next(data: Path, settled: Settled) -> Iterator[str]:
    if not settled.journal_found:
        yield (
            f"not known: what ended since the backup, as there was no {settled.journal}; consents "
            "that were withdrawn since stand again, and letters may go out twice"
        )
    yield from (f"look at: {line}" for kind, line in _LOOK_AT.items() if settled.ended[kind])
    yield f"next: ./henvis doctor --data {data}, then ./henvis up; everybody logs in anew"
