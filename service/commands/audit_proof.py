"""Proves the audit log on the command line."""

from __future__ import annotations

from referrals.audit import chain
from service.composition import open_store
from service.errors import UserError
from service.settings import Settings


def prove(settings: Settings) -> str:
    """Say that the chain holds. Raises UserError naming the first row that does not fit."""
    with open_store(settings) as store, store.database.read() as session:
        verdict = chain.verify(session)
    if verdict.broken_at is not None:
        raise UserError(
            f"the audit log was changed: row {verdict.broken_at} does not fit the one before; "
            "keep the database as it is and tell whoever answers for data protection"
        )
    return f"audit log intact: {verdict.checked} rows"
