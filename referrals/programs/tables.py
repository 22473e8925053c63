"""The tables of municipalities' systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey


class ServiceAccountRow(Base):
    """A system that works for one municipality. Only the hash of its token is kept."""

    __tablename__ = "service_accounts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    scopes: Mapped[list[Any]]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiCallRow(Base):
    """A call with an idempotency key that was carried out: hashes of whose key, and of what."""

    __tablename__ = "api_calls"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Base):
    """Where a municipality's system is told that a referral changed; ``secret`` is encrypted."""

    __tablename__ = "webhooks"

    municipality_code: Mapped[str] = mapped_column(
        ForeignKey("municipalities.code"), primary_key=True
    )
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    set_by: Mapped[str] = mapped_column(String(100))
    set_at: Mapped[datetime]
