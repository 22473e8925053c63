"""Keys belong to a database: it holds values by which they are known again, and reveals nothing.

With other keys old referrals could not be read, and a person referred twice would not be noticed;
so nothing is ever begun with them.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from referrals.installation.own_facts import fact, is_in_use
from referrals.installation.tables import InstallationRow
from referrals.staff.second_factor import place_of
from referrals.staff.tables import UserRow
from referrals.storage.database import Database, lock_chain
from referrals.vault import in_force
from referrals.vault.keys import PURPOSES, Keys
from referrals.vault.sources import KeySource
from referrals.vault.tables import VaultKeyRow, VaultValueRow
from referrals.vault.vault import Vault

KEYS = "keys"
_PURPOSE = "keys-check"


class NotItsKeys(RuntimeError):
    """The keys of a database are missing, or these are another's. ``missing`` tells which."""

    def __init__(self, *, missing: bool) -> None:
        super().__init__("keys are missing" if missing else "another's keys")
        self.missing = missing


def keys_of(database: Database, source: KeySource) -> Keys:
    """Give the keys of a database. New ones are drawn only for one that nobody has worked with.

    Raises NotItsKeys, and BadKeys for what is no set of keys.
    """
    with database.read() as session:
        begun = are_known(session) or is_in_use(session)
        if begun and not source.exists():
            raise NotItsKeys(missing=True)
        keys = source.load()
        if begun and not fits(session, Vault(keys)):
            raise NotItsKeys(missing=False)
    return keys


def settle_keys(database: Database, vault: Vault, now: datetime) -> None:
    """Have the database know its keys from now on. Raises NotItsKeys if it knows others."""
    with database.write() as session:
        lock_chain(session, KEYS)
        if not fits(session, vault):  # two first starts at once: one of them came first
            raise NotItsKeys(missing=False)
        known = {row.purpose for row in _rows(session)}
        for purpose in PURPOSES:
            if purpose not in known:
                in_force.begin(session, purpose, vault.keys.of(purpose), now)
        session.execute(delete(InstallationRow).where(InstallationRow.name == KEYS))


def are_known(session: Session) -> bool:
    """Tell whether a database knows its keys."""
    return bool(_rows(session)) or fact(session, KEYS) is not None


def fits(session: Session, vault: Vault) -> bool:
    """Tell whether keys are those of a database: it has none that is lacking, or another.

    One that does not know yet is tried by its values: one for each key of the vault, and one user's
    second factor.
    """
    rows = _rows(session)
    if rows:
        return all(_is_known(row, vault.keys) for row in rows)
    if fact(session, KEYS) is not None:
        return _fits_as_before(session, vault)
    return not is_in_use(session) or _opens_what_is_there(session, vault)


def _rows(session: Session) -> list[VaultKeyRow]:
    if not inspect(session.connection()).has_table(VaultKeyRow.__tablename__):
        return []
    return list(session.scalars(select(VaultKeyRow)))


def _is_known(row: VaultKeyRow, keys: Keys) -> bool:
    ring = keys.of(row.purpose)
    if row.key_id not in ring:
        return False
    made = in_force.check_value(row.purpose, ring, row.key_id)
    return hmac.compare_digest(made, row.check_value)


def _fits_as_before(session: Session, vault: Vault) -> bool:
    """Try the value that was kept before each key had an id."""
    known = fact(session, KEYS)
    value = known.value if known else {}
    try:
        vault.bring_back(_PURPOSE, bytes.fromhex(value["vault"]))
    except RuntimeError:
        return False
    made = {
        "blind": vault.blind_index(None, _PURPOSE, ""),
        "links": vault.lasting_secret(_PURPOSE, ""),
    }
    return all(value[name] == each for name, each in made.items())


def _opens_what_is_there(session: Session, vault: Vault) -> bool:
    one_a_key = select(func.min(VaultValueRow.id)).group_by(VaultValueRow.key_id)
    values = session.scalars(select(VaultValueRow).where(VaultValueRow.id.in_(one_a_key))).all()
    enrolled = session.execute(
        select(UserRow.id, UserRow.second_factor).where(UserRow.second_factor.is_not(None)).limit(1)
    ).one_or_none()
    try:
        for row in values:
            vault.bound_to_token(row)  # opens it, be it of before or not
        if enrolled:
            vault.bring_back(place_of(enrolled.id), enrolled.second_factor)
    except (RuntimeError, KeyError):
        return False
    return True
