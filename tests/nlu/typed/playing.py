"""Plays typed sentences on a running Henvis: real engine, real service, its rows read afterwards.

Only the sentence is typed; ``reaching`` brings the encounter to its step.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select

from referrals.advice.tables import EncounterRow, TurnRow
from referrals.staff.accounts import staff_of
from referrals.staff.tables import UserRow
from service.composition import Store
from tests.nlu.typed.cases import FILED, TRIED, Case
from tests.nlu.typed.judging import Became, judge
from tests.nlu.typed.reaching import reach

NURSE = "demo-nurse"


@dataclass
class Player:
    """A nurse with a client of the running service and the database behind it."""

    client: httpx.Client
    store: Store
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100_000))

    def __post_init__(self) -> None:
        with self.store.database.read() as session:
            named = select(UserRow).where(UserRow.name == NURSE)
            self._nurse = staff_of(session.scalars(named).one())

    def play(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Became, str]]:
        """Type each sentence at its step, and tell what became of it."""
        for case in cases:
            became = self.type_at(case.step, case.text, case.language)
            yield case, became, judge(case, became)

    def type_at(self, step: str, text: str, language: str) -> Became:
        """Type one sentence at a step that is reached anew, and read the rows."""
        encounter_id = reach(self.store, self._nurse, step, language, next(self._numbers))
        before = self._rows(encounter_id)
        answer = self.client.post(
            f"/api/conversations/{encounter_id}/messages",
            json={"message_id": uuid.uuid4().hex, "text": text},
        )
        assert answer.status_code == 200, (text, answer.text)
        after = self._rows(encounter_id)
        recorded = {name: value for name, value in after.items() if before.get(name) != value}
        with self.store.database.read() as session:
            turn = select(TurnRow.said).where(TurnRow.encounter_id == encounter_id)
            said = session.scalars(turn).one() or ()
        return Became(
            recorded, frozenset(before.keys() - after), tuple(one["response"] for one in said)
        )

    def _rows(self, encounter_id: str) -> dict[str, str]:
        with self.store.database.read() as session:
            row = session.get_one(EncounterRow, encounter_id)
            found = dict(row.answers)
            found |= {TRIED[0]: TRIED[1]} if row.tried_before else {}
            return found | ({FILED: ""} if row.ended == "referred" else {})
