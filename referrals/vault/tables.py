"""The table of personal values: ciphertext only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class VaultValueRow(Base):
    """One personal value as AES-GCM ciphertext, bound to its ``id``, ``encounter_id``, ``kind``."""

    __tablename__ = "vault_values"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounters.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class VaultKeyRow(Base):
    """A key that rows may be under, by its id; ``current`` is what new ones are put under.

    ``check_value`` is a value by which the key is known again and which reveals nothing of it.
    """

    __tablename__ = "vault_keys"

    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    check_value: Mapped[str] = mapped_column(String(64))
    current: Mapped[bool]
    since: Mapped[datetime]
