"""The table of what must leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base, BigKey, rows_where

_WAITING = "sent_at IS NULL AND dead_at IS NULL"


class OutboxRow(Base):
    """Something that must leave by a channel, written with the change that caused it.

    ``due_at`` is when it is to be tried next; whoever tries it moves that on and leaves a mark in
    ``claimed_by``. Rows of one ``stream`` leave in order, one at a time.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "channel", "due_at", "id", **rows_where(_WAITING)),
        Index(
            "ix_outbox_stream", "stream", "id", **rows_where(f"{_WAITING} AND stream IS NOT NULL")
        ),
        Index("ix_outbox_dead", "dead_at", "id", **rows_where("dead_at IS NOT NULL")),
        Index("ix_outbox_sent", "sent_at", **rows_where("sent_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(64), default="")
    payload: Mapped[dict[str, Any]]
    stream: Mapped[str | None] = mapped_column(String(64))
    once_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    at_most_once: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    answer: Mapped[dict[str, Any] | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
