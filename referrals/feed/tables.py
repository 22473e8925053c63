"""The tables of the change feed."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class FeedEntryRow(Base):
    """That a referral changed, for a municipality that has or had a part in it.

    Triggers write it (``migrations/versions/0007_feed.py``), so that no change is forgotten,
    whatever makes it: referrals, their history, comments, seats, calls and follow-ups. ``position``
    is None until somebody gives the entry its place in the order; the next change takes it away.
    """

    __tablename__ = "feed_entries"
    __table_args__ = (
        Index("ix_feed_entries_position", "municipality_code", "position", "referral_id"),
    )

    municipality_code: Mapped[str] = mapped_column(
        ForeignKey("municipalities.code"), primary_key=True
    )
    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referrals.id"), primary_key=True, index=True
    )
    position: Mapped[int | None] = mapped_column(BigInteger)


class FeedHeadRow(Base):
    """The last place that was given in a municipality's feed; never given twice.

    ``epoch`` is drawn when the feed begins, and anew when a backup is restored: what was read
    before then says nothing of what comes after it.
    """

    __tablename__ = "feed_heads"

    municipality_code: Mapped[str] = mapped_column(
        ForeignKey("municipalities.code"), primary_key=True
    )
    epoch: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(BigInteger)
