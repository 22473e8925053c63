"""Ending an encounter from outside the script, and forgetting who it was about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome, Step
from referrals.advice.script import SEALED
from referrals.advice.tables import EncounterRow
from referrals.vault.vault import purge


def without_sealed(answers: Mapping[Step, str]) -> dict[Step, str]:
    """Give the answers that are no vault tokens."""
    return {step: value for step, value in answers.items() if step not in SEALED}


def forget_identity(session: Session, row: EncounterRow, but: str | None = None) -> None:
    """Delete an encounter's vault values, and the tokens that stood for them; ``but`` one token."""
    purge(session, row.id, but)
    row.answers = [[step, value] for step, value in row.answers if step not in SEALED]
    row.aside = None


def end_unfinished(row: EncounterRow, outcome: Outcome, now: datetime) -> bool:
    """End an encounter that goes on; False for one that ended before, which stays as it is."""
    if row.ended is not None or row.closed_at is not None:
        return False
    row.ended = row.outcome = outcome.value
    row.step, row.revisiting, row.closed_at = Step.CLOSED.value, None, now
    return True
