"""The story of a nurse who types numbers to learn who among them is to stop smoking.

On one evening a nurse of another hospital tried 25 numbers in two seconds: which of them had an
open referral, and how far it was. Nothing was left of it. Now nothing is told of other wards, each
number is in the audit log, and whoever goes on is told nothing even of the own.
"""

from __future__ import annotations

import json
import logging
from collections import Counter

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.audit.tables import AuditRow
from referrals.security_events.telling import LOGGER
from tests.conftest import World
from tests.referrals.playing import Play

PATIENTS = [f"20 66 79 {number:02}" for number in range(0, 25, 5)]
TRIED = [f"20 66 79 {number:02}" for number in range(25)]
HERLEV, COLLEAGUE, GENTOFTE = "demo-nurse", "demo-nurse-2", "demo-nurse-gentofte"


@pytest.fixture
def world_of_patients(world: World) -> World:
    """Give a world in which every fifth number is a patient's of Herlev."""
    for phone in PATIENTS:
        Play(world, HERLEV).file(phone=phone)
    return world


def learnt(world: World, nurse: str) -> list[str]:
    """Type each number as at a bedside; give those of which the nurse learns something."""
    found = []
    for phone in TRIED:
        play = Play(world, nurse)
        play.to_summary(phone=phone)
        if play.step is Step.DUPLICATE:
            found.append(phone)
        play.cancel()
    return found


def test_from_another_hospital_nothing_is_learnt(world_of_patients: World) -> None:
    assert learnt(world_of_patients, GENTOFTE) == []


def test_on_the_own_ward_it_ends_after_twenty_numbers_an_hour(world_of_patients: World) -> None:
    assert learnt(world_of_patients, COLLEAGUE) == PATIENTS[:4]


def test_each_number_leaves_a_trace_and_going_on_is_told(
    world_of_patients: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    learnt(world_of_patients, GENTOFTE)
    with world_of_patients.database.read() as session:
        wanted = select(AuditRow).where(AuditRow.action == "look_up_phone")
        rows = [row for row in session.scalars(wanted) if row.actor == GENTOFTE]
    assert len(rows) == len({row.record for row in rows}) == 20
    lines = [json.loads(each.message) for each in caplog.records if each.name == LOGGER]
    told = Counter((each["event.action"], each.get("event.reason")) for each in lines)
    assert told["looked_up", "look_up_phone"] == 20
    assert told["limit_reached", "look_up_phone"] >= 5
