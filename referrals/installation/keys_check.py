"""Keys belong to a database: it holds a value by which they are known again, and reveals nothing.

With other keys old referrals could not be read, and a person referred twice would not be noticed;
so nothing is ever begun with them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referrals.installation.own_facts import fact, is_in_use, note
from referrals.staff.second_factor import place_of
from referrals.staff.tables import UserRow
from referrals.storage.database import Database, lock_chain
from referrals.vault.keys import Keys, load_or_create_keys
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Vault

KEYS = "keys"
_PURPOSE = "keys-check"


class NotItsKeys(RuntimeError):
    """The keys of a database are missing, or these are another's. ``missing`` tells which."""

    def __init__(self, *, missing: bool) -> None:
        super().__init__("keys are missing" if missing else "another's keys")
        self.missing = missing


def keys_of(database: Database, file: Path) -> Keys:
    """Give the keys of a database. New ones are drawn only for one that nobody has worked with.

    Raises NotItsKeys.
    """
    with database.read() as session:
        begun = fact(session, KEYS) is not None or is_in_use(session)
        if begun and not file.exists():
            raise NotItsKeys(missing=True)
        keys = load_or_create_keys(file)
        if begun and not fits(session, Vault(keys)):
            raise NotItsKeys(missing=False)
    return keys


def settle_keys(database: Database, vault: Vault, now: datetime) -> None:
    """Have the database know its keys from now on. Raises NotItsKeys if it knows others."""
    with database.write() as session:
        lock_chain(session, KEYS)
        if fact(session, KEYS) is None and fits(session, vault):
            note(session, KEYS, _check_value(vault), now)
        if not fits(session, vault):  # two first starts at once: one of them came first
            raise NotItsKeys(missing=False)


def fits(session: Session, vault: Vault) -> bool:
    """Tell whether keys are those of a database; one that does not know yet is tried by its values.

    That is one value for each key of the vault, and one user's second factor.
    """
    known = fact(session, KEYS)
    if known is None:
        return not is_in_use(session) or _opens_what_is_there(session, vault)
    value = known.value
    try:
        vault.bring_back(_PURPOSE, bytes.fromhex(value["vault"]))
    except RuntimeError:
        return False
    return all(value[name] == made for name, made in _derived(vault).items())


def _check_value(vault: Vault) -> dict[str, str]:
    return {"vault": vault.lock_away(_PURPOSE, b"").hex(), **_derived(vault)}


def _derived(vault: Vault) -> dict[str, str]:
    return {
        "blind": vault.blind_index(_PURPOSE, ""),
        "links": vault.link_secret(_PURPOSE, ""),
    }


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
