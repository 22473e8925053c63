"""The vault: personal values as AES-GCM ciphertext, and tokens that stand for them elsewhere.

A token ``[[name:3f9a2c1b7d60]]`` means something only with its encounter. The vault neither
logs nor searches. Whoever shows an unsealed value to a person appends to the audit chain first.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, RowMapping, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from referrals.denmark.contact_details import folded
from referrals.vault import in_force
from referrals.vault.keys import FIRST, Keys, Ring
from referrals.vault.sources import HeldKeys
from referrals.vault.tables import VaultValueRow

KINDS = ("name", "phone", "cpr", "email", "address", "word", "note")
TOKEN = re.compile(rf"\[\[({'|'.join(KINDS)}):([0-9a-f]{{12}})\]\]")
_NONCE_BYTES = 12
_NOT_ITS_PLACE = "a vault value does not match its key or place"
_INDEX_SIGNS = 64
_LINK_SIGNS = 32
_TABLE = VaultValueRow.metadata.tables[VaultValueRow.__tablename__]
_KEEP = insert(_TABLE)
_ONE = (_TABLE.c.id == bindparam("value"), _TABLE.c.encounter_id == bindparam("encounter"))
_READ = select(
    _TABLE.c.id, _TABLE.c.kind, _TABLE.c.key_id, _TABLE.c.nonce, _TABLE.c.ciphertext
).where(*_ONE)
_READ_SOME = select(_TABLE).where(_TABLE.c.id.in_(bindparam("values", expanding=True)))
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

    def __init__(self, keys: Keys | HeldKeys) -> None:
        self._held = keys if isinstance(keys, HeldKeys) else HeldKeys(keys)

    @property
    def keys(self) -> Keys:
        """The keys as they are known at this moment."""
        return self._held.now()

    def read_again(self) -> Keys:
        """Ask the source of the keys at once."""
        return self._held.again()

    def keep(
        self, session: Session | Connection, encounter_id: str, sealed: Sealed, now: datetime
    ) -> str:
        """Store one value and give its token."""
        nonce = os.urandom(_NONCE_BYTES)
        match = TOKEN.fullmatch(sealed.token)
        if match is None:
            raise ValueError("not a token")
        key_id = self._current(session, "vault")
        ciphertext = self._cipher(key_id).encrypt(
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
        self, session: Session | Connection, tokens: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], str]:
        """Give the values behind many tokens, each by its encounter and token; read at once."""
        wanted = {
            (match[2], encounter): (encounter, token)
            for encounter, token in tokens
            if (match := TOKEN.fullmatch(token))
        }
        rows = session.execute(_READ_SOME, {"values": [value for value, _ in wanted]})
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
        try:
            return self._cipher(row.key_id).decrypt(row.nonce, row.ciphertext, bound_to).decode()
        except (InvalidTag, KeyError):
            return None

    def sealed_anew(self, session: Session, row: RowMapping) -> dict[str, Any] | None:
        """Give key, nonce and ciphertext of a value under the key in force; None if it is damaged.

        What is not bound to its token stays so, and damaged: it may be another's.
        """
        bound_to = _bound_to(row["encounter_id"], row["kind"], row["id"])
        nonce, key_id = os.urandom(_NONCE_BYTES), self._current(session, "vault")
        try:
            old = self._cipher(row["key_id"])
            plain = old.decrypt(row["nonce"], row["ciphertext"], bound_to)
        except (InvalidTag, KeyError):
            return None
        anew = self._cipher(key_id).encrypt(nonce, plain, bound_to)
        return {"key_id": key_id, "nonce": nonce, "ciphertext": anew}

    def lock_away(self, session: Session | Connection | None, place: str, plain: bytes) -> bytes:
        """Encrypt a secret that lies outside the vault, in ``place``, which is authenticated.

        Without a session it is for minutes, and outside the database.
        """
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self._current(session, "vault")
        locked = self._cipher(key_id).encrypt(nonce, plain, place.encode())
        return key_id.encode() + b":" + nonce + locked

    def bring_back(self, place: str, locked: bytes) -> bytes:
        """Decrypt what ``lock_away`` gave. Raises RuntimeError if key or place do not fit."""
        rest = locked.partition(b":")[2]
        nonce, ciphertext = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            key = self._cipher(key_of(locked))
            return key.decrypt(nonce, ciphertext, place.encode())
        except (InvalidTag, KeyError) as error:
            raise RuntimeError("a locked secret does not match its key or place") from error

    def blind_index(self, session: Session | Connection | None, kind: str, value: str) -> str:
        """Give a keyed fingerprint (64 signs) by which equal values are found, not read.

        Two spellings of one value are equal: case, blanks, curly quotes, dashes, full stops. It
        names its key, and is of the one that new ones are made with; to look for a value, or to
        compare, take ``blind_indexes``.
        """
        return self.blind_indexes(session, kind, value)[0]

    def blind_indexes(
        self, session: Session | Connection | None, kind: str, value: str
    ) -> Sequence[str]:
        """Give every fingerprint that a value may be kept by, under each key that is in force."""
        message = f"{kind}:{folded(value)}".encode()
        return [
            _named(key_id, self._held.having("blind", key_id).blind.sign(key_id, message))
            for key_id in self._in_force(session, "blind")
        ]

    def alike(
        self, session: Session, encounter_id: str, index: str | None, token: str | None
    ) -> Sequence[str]:
        """Give every fingerprint of the value that ``index`` is one of and ``token`` stands for.

        The value is read only while more than one key is in force.
        """
        if index is None:
            return []
        value = None
        if list(self._in_force(session, "blind")) != [index_key(index)]:
            value = self.unseal(session, encounter_id, token)
        kind = (token or "").strip("[").partition(":")[0]
        return [index] if value is None else self.blind_indexes(session, kind, value)

    def link_secret(self, purpose: str, record: str) -> str:
        """Give the unguessable part of a new link to ``record``: 32 hex digits."""
        links = self.keys.links
        return _link(links, links.newest, purpose, record)

    def lasting_secret(self, purpose: str, record: str) -> str:
        """Give the same of the oldest key: it changes with none that is drawn, when one goes."""
        links = self.keys.links
        return _link(links, links.oldest, purpose, record)

    def link_secrets(self, purpose: str, record: str) -> list[str]:
        """Give each that was ever given and still counts, the newest first."""
        links = self.keys.links
        return [_link(links, key_id, purpose, record) for key_id in reversed(list(links))]

    def is_link(self, purpose: str, record: str, shown: str) -> bool:
        """Tell in constant time whether somebody shows the secret of a link to ``record``."""
        return self._is_link(purpose, record, shown) or (
            self._held.again() is not None and self._is_link(purpose, record, shown)
        )

    def _is_link(self, purpose: str, record: str, shown: str) -> bool:
        right = self.link_secrets(purpose, record)
        return any(hmac.compare_digest(each.encode(), shown.encode()) for each in right)

    def audit_key_id(self, session: Session) -> str:
        """Tell under which key rows of the audit log are written now."""
        return self._current(session, "audit")

    def audit_keys(self, key_id: str) -> Mapping[str, bytes]:
        """Give the keys of the audit log by their ids. Raises KeyError if there is none of that id.

        Rows are chained in a room of their own, which is given them.
        """
        self._held.now()
        return self._held.having("audit", key_id).audit.keys

    def _current(self, session: Session | Connection | None, purpose: str) -> str:
        return self._in_force(session, purpose)[0]

    def _in_force(self, session: Session | Connection | None, purpose: str) -> Sequence[str]:
        told = in_force.ids(session, purpose) if session is not None else ()
        return told or list(reversed(list(self.keys.of(purpose))))

    def _cipher(self, key_id: str) -> AESGCM:
        return AESGCM(self._held.having("vault", key_id).vault[key_id])


def key_of(locked: bytes) -> str:
    """Tell under which key a secret is locked."""
    return locked.partition(b":")[0].decode(errors="replace")


def index_key(index: str) -> str:
    """Tell of which key a fingerprint is."""
    key_id, dot, _ = index.partition(".")
    return key_id if dot else FIRST["blind"]


def _named(key_id: str, digest: str) -> str:
    """Write a key's id before its fingerprints; the first one's had none before keys had ids."""
    return digest if key_id == FIRST["blind"] else f"{key_id}.{digest}"[:_INDEX_SIGNS]


def _link(links: Ring, key_id: str, purpose: str, record: str) -> str:
    return links.sign(key_id, f"{purpose}:{record}".encode())[:_LINK_SIGNS]


def _bound_to(encounter_id: str, kind: str, value_id: str) -> bytes:
    return f"{encounter_id}:{kind}:{value_id}".encode()
