"""The table of what a database knows of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.storage.table_base import Base


class InstallationRow(Base):
    """One thing that a database knows of itself, such as that it is a demo."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
