"""Values of before are sealed anew, each bound to its token: once, at the first start that can.

What is read afterwards must be bound so. A row of an old copy that is put back is not, and refused.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from referrals.installation.own_facts import fact, note
from referrals.storage.database import Database, lock_chain
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Sealed, Vault

BOUND = "vault_bound"
_BATCH = 1_000


def bind_values(database: Database, vault: Vault, now: datetime) -> int:
    """Seal values of before anew, all in one transaction; tell how many, 0 where that was done.

    What opens neither way is left as it is, and cannot be read, as before.
    """
    with database.write() as session:
        lock_chain(session, BOUND)
        if fact(session, BOUND) is not None:
            return 0
        bound = _bind_all(session, vault)
        note(session, BOUND, {"values": bound}, now)
    return bound


def _bind_all(session: Session, vault: Vault) -> int:
    bound, last = 0, ("", "")
    place = VaultValueRow.id, VaultValueRow.encounter_id
    while rows := session.scalars(
        select(VaultValueRow).where(tuple_(*place) > last).order_by(*place).limit(_BATCH)
    ).all():
        last = rows[-1].id, rows[-1].encounter_id
        for row in rows:
            sealed = _of_before(vault, row)
            if sealed is not None:
                encounter_id, created_at = row.encounter_id, row.created_at
                vault.forget(session, encounter_id, sealed.token)
                vault.keep(session, encounter_id, sealed, created_at)
                bound += 1
        session.expunge_all()
    return bound


def _of_before(vault: Vault, row: VaultValueRow) -> Sealed | None:
    try:
        return vault.bound_to_token(row)
    except (RuntimeError, KeyError):  # damaged, or its key is gone
        return None
