"""What outlives a patient who is forgotten, and which encounters can still be ended."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Outcome, Step
from referrals.advice.forgetting import (
    end_unfinished,
    forget_identity,
    forget_transcript,
    without_sealed,
)
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.storage.database import Database
from referrals.vault.tables import VaultValueRow
from tests.conftest import FORENOON, World
from tests.referrals.playing import Play

OUTLIVE = {
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
"""The answers that docs/privacy.md says are counted; of any other nothing remains."""


@pytest.fixture
def forgotten(database: Database) -> EncounterRow:
    row = EncounterRow(
        id="e-1",
        answers=[[step.value, "marker"] for step in Step],
        aside={"a": "marker"},
        course_question={"a": "marker"},
        partner_consent="0151",
        opens={"a": "marker"},
        consent_proof={"a": "marker"},
        duplicate_open=True,
        tried_before=True,
    )
    with database.write() as session:
        forget_identity(session, row)
    return row


def test_the_answers_that_are_counted_outlive_who_gave_them(forgotten: EncounterRow) -> None:
    assert forgotten.answers == [[step.value, "marker"] for step in Step if step in OUTLIVE]


def test_nothing_else_of_the_encounter_does(forgotten: EncounterRow) -> None:
    left = (
        forgotten.aside,
        forgotten.course_question,
        forgotten.partner_consent,
        forgotten.opens,
        forgotten.consent_proof,
        forgotten.duplicate_open,
        forgotten.tried_before,
    )
    assert left == (None, None, None, None, {}, False, False)


def _two(world: World) -> tuple[Play, Play]:
    plays = Play(world), Play(world)
    for number, play in enumerate(plays):
        play.to_contact()
        play.details(name="Zebulon Quistgaard", phone=f"20 66 77 8{number}")
    return plays


def test_the_values_of_an_encounter_go_and_no_others(world: World) -> None:
    gone, stays = _two(world)
    with world.database.write() as session:
        forget_identity(session, session.get_one(EncounterRow, gone.id))
        left = session.scalars(select(VaultValueRow.encounter_id)).all()
    assert left == [stays.id, stays.id]


def test_one_value_may_be_kept(world: World) -> None:
    play, _ = _two(world)
    name = play.encounter.answers[Step.NAME]
    with world.database.write() as session:
        forget_identity(session, session.get_one(EncounterRow, play.id), but=name)
        own = select(VaultValueRow.kind).where(VaultValueRow.encounter_id == play.id)
        assert session.scalars(own).all() == ["name"]


def test_the_transcript_of_an_encounter_goes_and_no_other(world: World) -> None:
    gone, stays = _two(world)
    with world.database.write() as session:
        forget_transcript(session, gone.id)
        assert set(session.scalars(select(TurnRow.encounter_id))) == {stays.id}


def test_the_answers_without_tokens_are_all_but_those_that_say_who_it_is() -> None:
    left = without_sealed(dict.fromkeys(Step, "marker"))
    tokens = {Step.NAME, Step.PHONE, Step.SECOND_CONTACT, Step.DISCHARGE_DATE}
    assert left == {step: "marker" for step in Step if step not in tokens}


def test_an_encounter_that_goes_on_is_ended() -> None:
    row = EncounterRow(step="name", revisiting="phone", ended=None, outcome=None, closed_at=None)
    assert end_unfinished(row, Outcome.EXPIRED, FORENOON) is True
    ended = (row.ended, row.outcome, row.step, row.revisiting, row.closed_at)
    assert ended == ("expired", "expired", "closed", None, FORENOON)


@pytest.mark.parametrize(
    ("ended", "closed_at"),
    [("referred", None), (None, FORENOON), ("referred", FORENOON)],
    ids=["ended", "closed", "both"],
)
def test_one_that_ended_before_stays_as_it_is(
    ended: str | None, closed_at: datetime | None
) -> None:
    row = EncounterRow(step="name", ended=ended, outcome="declined", closed_at=closed_at)
    assert end_unfinished(row, Outcome.EXPIRED, FORENOON) is False
    assert (row.ended, row.outcome, row.step, row.closed_at) == (
        ended,
        "declined",
        "name",
        closed_at,
    )
