"""Beginning an encounter: with a new patient, or with one of the ward's list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from referrals.advice import script
from referrals.advice.encounter import Encounter, Step
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.deferred import wards_list
from referrals.deferred.rules import standing
from referrals.quotas import nurse as quota
from referrals.staff.roles import NotAllowed, Staff
from referrals.turns import practice
from referrals.turns.turn import TurnServices


def begin(
    session: Session,
    around: TurnServices,
    nurse: Staff,
    language: str,
    new_id: str,
    patient: practice.Patient | None = None,
    answers: Mapping[Step, str] = MappingProxyType({}),
    takes_up: str | None = None,
) -> str:
    """Write the row of a new encounter, with what stands already, and give its id.

    Raises QuotaReached.
    """
    now = around.now()
    quota.begin(session, nurse, now)
    row = EncounterRow(
        id=new_id,
        nurse_id=nurse.id,
        ward_id=nurse.ward_id,
        language=language,
        answers=[[step.value, value] for step, value in answers.items()],
        consent_proof={},
        step=script.next_step(Encounter(answers)).value,
        misses=0,
        filing=0,
        paused=False,
        tried_before=False,
        duplicate_open=False,
        practice=patient,
        takes_up=takes_up,
        started_at=now,
        updated_at=now,
        expires_at=now + around.idle.open,
    )
    session.add(row)
    session.flush()
    action = "start_practice" if patient else "start_encounter"
    chain.append(session, now, nurse.name, action, f"encounter:{row.id}")
    return row.id


def take_up(session: Session, around: TurnServices, nurse: Staff, deferred_id: str) -> str:
    """Begin where a deferred encounter of the nurse's ward stopped, and give the new one's id."""
    if not nurse.is_nurse:
        raise NotAllowed
    now = around.now()
    listed = wards_list.take(session, nurse, deferred_id, now)
    if listed.taken_up_as is not None:
        return listed.taken_up_as
    before = session.get_one(EncounterRow, deferred_id).answers
    answers = standing({Step(step): value for step, value in before})
    new_id = str(uuid.uuid4())
    begin(session, around, nurse, nurse.language, new_id, None, answers, deferred_id)
    listed.taken_up_as = new_id
    chain.append(session, now, nurse.name, "take_up_deferred", f"encounter:{deferred_id}")
    return new_id
