"""The vault: personal values as AES-GCM ciphertext, and tokens that stand for them elsewhere.

A token ``[[name:3f9a2c1b7d60]]`` means something only with its encounter. The vault neither
logs nor searches. Whoever shows an unsealed value to a person appends to the audit chain first.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from referrals.denmark.contact_details import folded
from referrals.vault.keys import Keys
from referrals.vault.tables import VaultValueRow

KINDS = ("name", "phone", "cpr", "email", "address", "word", "note")
TOKEN = re.compile(rf"\[\[({'|'.join(KINDS)}):([0-9a-f]{{12}})\]\]")
_NONCE_BYTES = 12
_NOT_ITS_PLACE = "a vault value does not match its key or place"
_TABLE = VaultValueRow.metadata.tables[VaultValueRow.__tablename__]
_KEEP = insert(_TABLE)
_ONE = (_TABLE.c.id == bindparam("value"), _TABLE.c.encounter_id == bindparam("encounter"))
_READ = select(
    _TABLE.c.id, _TABLE.c.kind, _TABLE.c.key_id, _TABLE.c.nonce, _TABLE.c.ciphertext
).where(*_ONE)
_READ_ALL = select(_TABLE)
_FORGET = delete(_TABLE).where(*_ONE)


@dataclass(frozen=True)
class Sealed:
    """A value that was replaced by a token, on its way into the vault."""

    token: str
    kind: str
    value: str

    def __repr__(self) -> str:
        """Show the token only."""
        return f"Sealed({self.token})"


def seal(kind: str, value: str) -> Sealed:
    """Draw a token for ``value``. Stores nothing."""
    return Sealed(f"[[{kind}:{secrets.token_hex(6)}]]", kind, value)


def purge(session: Session, encounter_id: str, but: str | None = None) -> None:
    """Delete all values of an encounter for good, ``but`` that of one token; that needs no key."""
    kept = TOKEN.fullmatch(but or "")
    all_of_it = delete(_TABLE).where(_TABLE.c.encounter_id == encounter_id)
    session.execute(all_of_it.where(_TABLE.c.id != kept[2]) if kept else all_of_it)


def forget(session: Session, encounter_id: str, token: str | None) -> None:
    """Delete one value for good; that needs no key either."""
    match = TOKEN.fullmatch(token or "")
    if match:
        session.execute(_FORGET, {"value": match[2], "encounter": encounter_id})


class Vault:
    """Keeps and gives back sealed values, and makes blind indexes."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def keep(
        self, session: Session | Connection, encounter_id: str, sealed: Sealed, now: datetime
    ) -> str:
        """Store one value and give its token."""
        nonce = os.urandom(_NONCE_BYTES)
        match = TOKEN.fullmatch(sealed.token)
        if match is None:
            raise ValueError("not a token")
        key_id = self._keys.current
        ciphertext = AESGCM(self._keys.vault[key_id]).encrypt(
            nonce, sealed.value.encode(), _bound_to(encounter_id, sealed.kind, match[2])
        )
        session.execute(
            _KEEP,
            {
                "id": match[2],
                "encounter_id": encounter_id,
                "kind": sealed.kind,
                "key_id": key_id,
                "nonce": nonce,
                "ciphertext": ciphertext,
                "created_at": now,
            },
        )
        return sealed.token

    def unseal(
        self, session: Session | Connection, encounter_id: str, token: str | None
    ) -> str | None:
        """Give the value behind ``token``; None if it was never kept, is purged or another's."""
        match = TOKEN.fullmatch(token or "")
        if match is None:
            return None
        key = {"value": match[2], "encounter": encounter_id}
        row = session.execute(_READ, key).one_or_none()
        if row is None or row.kind != match[1]:
            return None
        return self._opened(row, encounter_id)

    def unseal_all(
        self, session: Session, tokens: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], str]:
        """Give the values behind many tokens, each by its encounter and token; read at once."""
        wanted = {
            (match[2], encounter): (encounter, token)
            for encounter, token in tokens
            if (match := TOKEN.fullmatch(token))
        }
        ids = [value for value, _ in wanted]
        rows = session.execute(_READ_ALL.where(_TABLE.c.id.in_(ids)))
        return {
            wanted[row.id, row.encounter_id]: self._opened(row, row.encounter_id)
            for row in rows
            if (row.id, row.encounter_id) in wanted
            and wanted[row.id, row.encounter_id][1].startswith(f"[[{row.kind}:")
        }

    def forget(self, session: Session, encounter_id: str, token: str) -> None:
        """Delete one value for good."""
        forget(session, encounter_id, token)

    def bound_to_token(self, row: VaultValueRow) -> Sealed | None:
        """Give what a row of before holds, to be kept anew; None if it is bound to its token.

        Until December 2026 a value was bound to encounter and kind alone, so that two of one kind
        could change places unseen. Raises RuntimeError if it fits neither way.
        """
        if self._plain(row, _bound_to(row.encounter_id, row.kind, row.id)) is not None:
            return None
        plain = self._plain(row, f"{row.encounter_id}:{row.kind}".encode())
        if plain is None:
            raise RuntimeError(_NOT_ITS_PLACE)
        return Sealed(f"[[{row.kind}:{row.id}]]", row.kind, plain)

    def _opened(self, row: Row[*tuple[Any, ...]], encounter_id: str) -> str:
        plain = self._plain(row, _bound_to(encounter_id, row.kind, row.id))
        if plain is None:
            raise RuntimeError(_NOT_ITS_PLACE)
        return plain

    def _plain(self, row: Row[*tuple[Any, ...]] | VaultValueRow, bound_to: bytes) -> str | None:
        key = AESGCM(self._keys.vault[row.key_id])
        try:
            return key.decrypt(row.nonce, row.ciphertext, bound_to).decode()
        except InvalidTag:
            return None

    def lock_away(self, place: str, plain: bytes) -> bytes:
        """Encrypt a secret that lies outside the vault, in ``place``, which is authenticated."""
        key_id, nonce = self._keys.current, os.urandom(_NONCE_BYTES)
        locked = AESGCM(self._keys.vault[key_id]).encrypt(nonce, plain, place.encode())
        return key_id.encode() + b":" + nonce + locked

    def bring_back(self, place: str, locked: bytes) -> bytes:
        """Decrypt what ``lock_away`` gave. Raises RuntimeError if key or place do not fit."""
        key_id, _, rest = locked.partition(b":")
        nonce, ciphertext = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            key = AESGCM(self._keys.vault[key_id.decode()])
            return key.decrypt(nonce, ciphertext, place.encode())
        except (InvalidTag, KeyError) as error:
            raise RuntimeError("a locked secret does not match its key or place") from error

    def blind_index(self, kind: str, value: str) -> str:
        """Give a keyed fingerprint (64 hex digits) by which equal values are found, not read.

        Two spellings of one value are equal: case, blanks, curly quotes, dashes, full stops.
        """
        normal = folded(value)
        return hmac.new(self._keys.blind, f"{kind}:{normal}".encode(), hashlib.sha256).hexdigest()

    def link_secret(self, purpose: str, record: str) -> str:
        """Give the unguessable part of a link to ``record``: 32 hex digits, always the same."""
        message = f"{purpose}:{record}".encode()
        return hmac.new(self._keys.links, message, hashlib.sha256).hexdigest()[:32]


def _bound_to(encounter_id: str, kind: str, value_id: str) -> bytes:
    return f"{encounter_id}:{kind}:{value_id}".encode()
