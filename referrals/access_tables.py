"""The table of who somebody is at a log-in service outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.table_base import Base


class OutsideIdentityRow(Base):
    """One of our users as an OpenID Connect provider knows them: issuer and subject."""

    __tablename__ = "outside_identities"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    linked_at: Mapped[datetime]
