"""The row of an encounter in the hands of one turn: read, changed, and what changed written back.

It is no object of a session. Every message reads one and writes it, and a session costs more for
that than all of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, bindparam, update

from referrals.advice.tables import EncounterRow


@dataclass
class EncounterRecord:
    """What a turn needs of an ``EncounterRow``, by the same names.

    Lists and mappings are replaced, never changed in place.
    """

    id: str
    nurse_id: int
    ward_id: str
    language: str
    answers: list[Any]
    revisiting: str | None
    tried_before: bool
    duplicate_open: bool
    step: str
    misses: int
    status: str | None
    product: str | None
    accepted: bool
    consented: bool
    outcome: str | None
    ended: str | None
    course_question: dict[str, Any] | None
    aside: dict[str, Any] | None
    opens: dict[str, Any] | None
    partner_consent: str | None
    consent_proof: dict[str, Any]
    filing: int
    paused: bool
    practice: str | None
    takes_up: str | None
    started_at: datetime
    updated_at: datetime
    expires_at: datetime
    offer_answered_at: datetime | None
    closed_at: datetime | None

    def __post_init__(self) -> None:
        self._stored = dict(vars(self))

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Read a row that begins with ``COLUMNS``."""
        return cls(*values[: len(COLUMNS)])

    def store(self, connection: Connection) -> None:
        """Write what changed since it was read or stored."""
        changed = {
            name: value
            for name, before in self._stored.items()
            if (value := getattr(self, name)) != before
        }
        if changed:
            connection.execute(_STORE, {"encounter": self.id, **changed})
            self._stored |= changed


_TABLE = EncounterRow.metadata.tables[EncounterRow.__tablename__]
COLUMNS = tuple(_TABLE.c[field.name] for field in fields(EncounterRecord))
"""What ``EncounterRecord.of`` reads."""
_STORE = update(_TABLE).where(_TABLE.c.id == bindparam("encounter"))
