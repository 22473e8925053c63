"""Ending an encounter from outside the script, and forgetting who it was about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from referrals.advice.encounter import Outcome, Step
from referrals.advice.script import SEALED
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.vault.vault import purge

COUNTED = frozenset(
    {
        Step.STATUS,
        Step.PRODUCT,
        Step.EVER_SMOKED,
        Step.EX_SMOKER,
        Step.DEFER_REASON,
        Step.OFFER,
        Step.CONSENT_CONTACT,
        Step.CONSENT_OUTCOME,
        Step.CONSENT_SHARING,
    }
)
"""The answers that are counted, and so outlive who gave them. A step that is new is not among them.
"""


def without_sealed(answers: Mapping[Step, str]) -> dict[Step, str]:
    """Give the answers that are no vault tokens."""
    return {step: value for step, value in answers.items() if step not in SEALED}


def forget_identity(session: Session, row: EncounterRow, but: str | None = None) -> None:
    """Delete an encounter's vault values, ``but`` one token's, and answers that are not counted.

    Where the patient lives, which language they speak and when to call goes as well.
    """
    purge(session, row.id, but)
    row.answers = [[step, value] for step, value in row.answers if step in COUNTED]
    row.aside = row.course_question = row.partner_consent = row.opens = None
    row.consent_proof = {}
    row.duplicate_open = row.tried_before = False


def forget_transcript(session: Session, encounter_id: str) -> None:
    """Delete what was typed, pressed and said; not while the conversation may go on."""
    session.execute(delete(TurnRow).where(TurnRow.encounter_id == encounter_id))


def end_unfinished(row: EncounterRow, outcome: Outcome, now: datetime) -> bool:
    """End an encounter that goes on; False for one that ended before, which stays as it is."""
    if row.ended is not None or row.closed_at is not None:
        return False
    row.ended = row.outcome = outcome.value
    row.step, row.revisiting, row.closed_at = Step.CLOSED.value, None, now
    return True
