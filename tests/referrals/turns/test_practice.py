"""Practice with a made-up patient: the whole script, and nothing filed, held or counted."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import yaml
from sqlalchemy import func, select

from demo.people import WARD_OF_DEMO_NURSE
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.audit.tables import AuditRow
from referrals.bedside import booking, steering
from referrals.booking.tables import CallRow, SeatRow
from referrals.consent.tables import ConsentRow
from referrals.figures.counts import PlacePeriod, count_wards
from referrals.housekeeping import keep_house
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralRow
from referrals.turns.practice import DETAILS, Patient, line_of
from referrals.vault.tables import VaultValueRow
from service.settings import ROOT
from tests.conftest import World
from tests.referrals.playing import Play, names


def practise(world: World, patient: Patient) -> Play:
    staff = world.staff("demo-nurse")
    return Play(world, id=world.encounters.start(staff, patient=patient))


def everything_counted(world: World) -> tuple[int, ...]:
    """Count what a real encounter would leave behind, and what the wards' funnel makes of it."""
    now = world.clock()
    day = timedelta(days=1)
    with world.database.read() as session:
        rows = (ReferralRow, ConsentRow, OutboxRow, SeatRow, CallRow)
        kept = [session.scalar(select(func.count()).select_from(row)) or 0 for row in rows]
        around_now = PlacePeriod(WARD_OF_DEMO_NURSE, now - day, now + day)
        [funnel] = count_wards(session, [around_now], now)
    return (*kept, *funnel.counts.values())


@pytest.mark.parametrize("patient", list(Patient))
def test_nothing_of_practice_is_filed_held_or_counted(world: World, patient: Patient) -> None:
    play = practise(world, patient)
    details = DETAILS[patient]
    play.to_summary(details.name, details.phone, details.postcode, details.municipality)
    assert names(play.say(booking.offer_calls))[0] == "utter_practice_nothing_booked"
    assert names(play.send()) == ["utter_practice_not_sent", "utter_practice_over"]
    assert not any(everything_counted(world))
    assert "[[name:" in str(play.row.answers)
    world.clock.forward(minutes=11)
    keep_house(world.database, world.clock())
    with world.database.read() as session:
        for gone in (EncounterRow, TurnRow, VaultValueRow):
            assert session.scalar(select(func.count()).select_from(gone)) == 0
        said = session.scalars(select(AuditRow.action).order_by(AuditRow.number)).all()
    assert "start_practice" in said
    assert {"start_encounter", "consent_contact_yes", "file_referral"}.isdisjoint(said)


def test_the_patient_answers_whatever_is_asked(world: World) -> None:
    play = practise(world, Patient.JONAS)
    said = [
        play.say(steering.resume),
        play.press(Step.STATUS, "other_product"),
        play.press(Step.PRODUCT, "snus"),
        play.press(Step.OFFER, "tried_before"),
        play.press(Step.OFFER, "yes"),
    ]
    assert [names(each)[-1] for each in said] == [
        "utter_practice_jonas_status",
        "utter_practice_jonas_product",
        "utter_practice_jonas_offer",
        "utter_practice_offer_again",
        "utter_practice_consent_contact",
    ]


def test_the_next_patient_is_a_real_one(world: World) -> None:
    play = practise(world, Patient.AMINA)
    play.receive("next")
    said = world.encounters.next_patient(play.id, "next", steering.resume)
    assert "utter_practice_amina_status" not in names(said)
    [real] = [each for each in world.encounters.open_ones(play.staff) if not each.practice]
    assert real.id != play.id


def test_every_line_of_every_patient_has_a_wording() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    lines = {line_of(patient, step) for patient, step in product(Patient, Step)} - {None}
    assert lines <= responses.keys()
