"""What lies under keys, and how each is put under the one in force: in batches, each a transaction.

A batch waits for no row that somebody else holds: it comes again for it. New rows are under the new
key by themselves.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    RowMapping,
    Select,
    String,
    Table,
    and_,
    cast,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.outbox.tables import OutboxRow
from referrals.programs import webhooks
from referrals.programs.tables import WebhookRow
from referrals.referral.tables import ReferralRow
from referrals.staff import second_factor
from referrals.staff.tables import UserRow
from referrals.storage.table_base import Base
from referrals.telegram import inbox, replies
from referrals.telegram.tables import TelegramUpdateRow
from referrals.vault.keys import FIRST
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Vault, index_key, key_of

BATCH = 200


@dataclass(frozen=True)
class Did:
    """What a batch came to: where the next one begins, None for nowhere; rows done, and not."""

    after: Any
    done: int
    failed: int


Row = RowMapping


@dataclass(frozen=True)
class Place:
    """A table of which some columns are under a key.

    ``stale`` is the condition by which a row is under another key than the one given, ``anew``
    gives the columns of one row as they are to be: None where they cannot be read, empty where
    there is nothing to do.
    """

    table: Table
    by: str
    columns: tuple[str, ...]
    stale: Callable[[str], ColumnElement[bool]]
    anew: Callable[[Session, Vault, Row, str], dict[str, Any] | None]

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.table.name}.{'+'.join(self.columns)}"

    def some(self, session: Session, vault: Vault, key_id: str, after: Any) -> Did:
        """Put some rows under a key, those that follow ``after`` (None: the first)."""
        number = self.table.c[self.by]
        query = select(self.table).where(self.stale(key_id)).order_by(number).limit(BATCH)
        if after is not None:
            query = query.where(number > after)
        rows = session.execute(query.with_for_update(skip_locked=True)).mappings().all()
        done = [self._change(session, vault, row, key_id) for row in rows]
        last = rows[-1][self.by] if rows else None
        return Did(last, done.count(True), done.count(False))

    def left(self, key_id: str) -> Select[int]:
        """Count the rows that may be under another key than this one."""
        return select(func.count()).select_from(self.table).where(self.stale(key_id))

    def _change(self, session: Session, vault: Vault, row: Row, key_id: str) -> bool | None:
        values = self.anew(session, vault, row, key_id)
        if not values:
            return None if values is not None else False
        this = [column == row[column.name] for column in self.table.primary_key]
        session.execute(update(self.table).where(*this).values(values))
        return True


def _table(of: type[Base]) -> Table:
    return Base.metadata.tables[of.__tablename__]


def _locked(of: type[Base], by: str, column: str, place: Callable[[Row], str]) -> Place:
    """Give the place of secrets that were locked away, each telling its key by how it begins."""
    table = _table(of)
    secret = table.c[column]

    def stale(key_id: str) -> ColumnElement[bool]:
        begins = f"{key_id}:".encode()
        first = func.substr(secret, 1, len(begins), type_=LargeBinary)
        return and_(secret.is_not(None), first != begins)

    def anew(session: Session, vault: Vault, row: Row, _key_id: str) -> dict[str, Any] | None:
        locked = _locked_anew(session, vault, place(row), row[column])
        return None if locked is None else {column: locked}

    return Place(table, by, (column,), stale, anew)


def _locked_anew(session: Session, vault: Vault, place: str, locked: bytes) -> bytes | None:
    try:
        return vault.lock_away(session, place, vault.bring_back(place, locked))
    except RuntimeError:
        return None


_VALUES = _table(VaultValueRow)
_OUTBOX = _table(OutboxRow)
_REFERRALS = _table(ReferralRow)


def _value_anew(session: Session, vault: Vault, row: Row, _key_id: str) -> dict[str, Any] | None:
    return vault.sealed_anew(session, row)


def _letter_anew(session: Session, vault: Vault, row: Row, key_id: str) -> dict[str, Any] | None:
    """Lock a letter to a chat anew; what is no such letter, or was done, is left."""
    sealed = row["payload"].get("sealed")
    locked = base64.b64decode(sealed) if sealed else b""
    if not locked or key_of(locked) == key_id:
        return {}
    anew = _locked_anew(session, vault, replies.PLACE, locked)
    if anew is None:
        return None
    return {"payload": {**row["payload"], "sealed": base64.b64encode(anew).decode()}}


def _other_letter(key_id: str) -> ColumnElement[bool]:
    """Find letters to chats by how the secret in them begins, written in base 64."""
    begins = f"{key_id}:".encode()
    written = base64.b64encode(begins).decode()[: len(begins) * 8 // 6]
    payload = cast(_OUTBOX.c.payload, String)
    return and_(
        _OUTBOX.c.channel == replies.CHANNEL,
        payload.like(_SEALED.format("")),
        payload.not_like(_SEALED.format(written)),
    )


_SEALED = '%"sealed": "{}%'
_INDEXED = {"phone_index": Step.PHONE, "name_index": Step.NAME}


def _other_index(key_id: str) -> ColumnElement[bool]:
    """Find fingerprints of another key; those of the first one have no id before them."""
    return or_(
        *(
            and_(column.is_not(None), column.like("%.%"))
            if key_id == FIRST["blind"]
            else and_(column.is_not(None), column.not_like(f"{key_id}.%"))
            for column in (_REFERRALS.c[name] for name in _INDEXED)
        )
    )


def _index_anew(session: Session, vault: Vault, row: Row, key_id: str) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    for name, step in _INDEXED.items():
        if row[name] is None or index_key(row[name]) == key_id:
            continue
        plain = _plain(session, vault, row, step)
        if plain is None:
            return None
        values[name] = vault.blind_index(session, step.value, plain)
    return values


def _plain(session: Session, vault: Vault, row: Row, step: Step) -> str | None:
    try:
        return vault.unseal(session, row["encounter_id"], (row["details"] or {}).get(step))
    except RuntimeError:
        return None


PLACES: dict[str, tuple[Place, ...]] = {
    "vault": (
        Place(
            _VALUES,
            "id",
            ("key_id", "nonce", "ciphertext"),
            lambda key_id: _VALUES.c.key_id != key_id,
            _value_anew,
        ),
        _locked(UserRow, "id", "second_factor", lambda row: second_factor.place_of(row["id"])),
        _locked(
            WebhookRow,
            "municipality_code",
            "secret",
            lambda row: webhooks.place_of(row["municipality_code"]),
        ),
        _locked(TelegramUpdateRow, "id", "body", lambda _row: inbox.PLACE),
        Place(_OUTBOX, "id", ("payload",), _other_letter, _letter_anew),
    ),
    "blind": (Place(_REFERRALS, "id", tuple(_INDEXED), _other_index, _index_anew),),
    "links": (),
    "audit": (),
}
"""What is under the keys of each purpose. Links are with people, audit rows are never changed."""
