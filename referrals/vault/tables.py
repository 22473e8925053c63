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
