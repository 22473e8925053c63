"""The table of what is spent."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class AllowanceRow(Base):
    """One rate of somebody or some address, under the hash of their name; gone when it is free.

    ``free_at_us`` is when all of it is free again, in microseconds since 1970.
    """

    __tablename__ = "allowances"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    free_at_us: Mapped[int] = mapped_column(BigInteger, index=True)
