"""When an encounter that nobody goes on with ends, and what goes with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.audit.tables import AuditRow
from referrals.bedside import steering
from referrals.booking import calls, reserved
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.storage import batches
from referrals.turns.practice import Patient
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.deferred.test_wards_list import defer, place, taken_up
from tests.referrals.playing import NAME, Play, how_many, keep_house, kept, names


def _values(world: World, play: Play) -> int:
    return how_many(world, VaultValueRow, VaultValueRow.encounter_id == play.id)


def _started(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone="20 66 77 88")
    return play


def test_an_idle_encounter_expires_with_its_values(world: World) -> None:
    play = _started(world)
    keep_house(world, hours=2)
    assert (play.row.outcome, play.step, _values(world, play)) == ("expired", Step.CLOSED, 0)


def test_an_expired_encounter_keeps_no_token_but_its_codes(world: World) -> None:
    play = _started(world)
    keep_house(world, hours=2)
    assert set(play.encounter.answers) == {
        Step.STATUS,
        Step.OFFER,
        Step.CONSENT_CONTACT,
        Step.CONSENT_OUTCOME,
    }


def test_what_was_added_from_the_summary_expires_too(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.add_extras()
    keep_house(world, hours=2)
    left = set(play.encounter.answers) & {Step.SECOND_CONTACT, Step.DISCHARGE_DATE}
    assert (left, _values(world, play)) == (set(), 0)


def test_an_encounter_that_goes_on_does_not_expire(world: World) -> None:
    play = _started(world)
    world.clock.forward(hours=1, minutes=59)
    play.details(postcode="2750")
    assert keep_house(world, hours=1, minutes=59) == {}


def test_a_paused_encounter_waits_for_twelve_hours(world: World) -> None:
    play = _started(world)
    play.say(steering.pause)
    assert keep_house(world, hours=11, minutes=59) == {}


def test_a_paused_encounter_expires_after_twelve_hours(world: World) -> None:
    play = _started(world)
    play.say(steering.pause)
    keep_house(world, hours=12)
    assert play.row.outcome == "expired"


def test_an_encounter_that_ended_keeps_its_outcome_and_loses_its_values(world: World) -> None:
    play = _started(world)
    play.details(postcode="2610")
    play.press(Step.MUNICIPALITY, "other")
    keep_house(world, minutes=10)
    assert (play.row.outcome, _values(world, play)) == ("outside_area", 0)


def test_an_encounter_is_settled_once(world: World) -> None:
    _started(world)
    assert [keep_house(world, hours=2), keep_house(world, hours=2)] == [{"expired": 1}, {}]


def test_an_expired_encounter_answers_that_it_is_closed(world: World) -> None:
    play = _started(world)
    keep_house(world, hours=2)
    assert names(play.details(phone="20 66 77 99")) == ["utter_expired"]


def test_a_filed_encounter_hands_its_values_on(world: World) -> None:
    play = Play(world)
    reference = play.file()
    keep_house(world, hours=2)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_more_encounters_than_fit_one_batch_expire_in_one_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    for _ in range(5):
        Play(world)
    keep_house(world, hours=2)
    assert how_many(world, EncounterRow, EncounterRow.outcome == "expired") == 5


def test_an_undone_referral_whose_talk_expires_leaves_nothing(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    keep_house(world, hours=2)
    open_ones = how_many(world, ReferralRow, ReferralRow.open.is_(True))
    assert (_values(world, play), open_ones) == (0, 0)


def test_what_was_said_goes_with_an_encounter_that_expires_and_no_others(world: World) -> None:
    _started(world)
    world.clock.forward(hours=1)
    other = _started(world)
    keep_house(world, hours=1)
    with world.database.read() as session:
        assert set(session.scalars(select(TurnRow.encounter_id))) == {other.id}


def test_what_was_said_stays_with_a_referral_that_stands(world: World) -> None:
    play = Play(world)
    play.file()
    keep_house(world, hours=2)
    assert how_many(world, TurnRow, TurnRow.encounter_id == play.id)


def test_what_was_said_goes_with_a_referral_that_does_not_stand_though_another_does(
    world: World,
) -> None:
    Play(world, "demo-nurse-2").file(name="Noise Noisesen", phone="20 66 77 11")
    play = Play(world)
    world.queue().move(play.file(), Move.WITHDRAW, world.clock())
    keep_house(world, hours=2)
    assert how_many(world, TurnRow, TurnRow.encounter_id == play.id) == 0


def test_practice_that_nobody_goes_on_with_leaves_no_row(world: World) -> None:
    staff = world.staff("demo-nurse")
    world.encounters.start(staff, patient=Patient.JONAS)
    assert keep_house(world, hours=2) == {"expired": 1}
    assert how_many(world, EncounterRow) == 0


def test_each_encounter_that_expires_is_in_the_audit_log_and_none_that_had_ended(
    world: World,
) -> None:
    ended = Play(world)
    ended.press(Step.STATUS, "daily")
    ended.press(Step.OFFER, "no")
    play = _started(world)
    keep_house(world, hours=2)
    expired = kept(world, AuditRow, AuditRow.action == "expire")
    assert (expired.actor, expired.record) == ("machine:housekeeping", f"encounter:{play.id}")


def test_a_call_that_was_booked_is_freed(world: World) -> None:
    play = Play(world)
    play.to_summary()
    with world.database.write() as session:
        slot = calls.free_slots(session, "0151", world.clock(), 1)[0]
        calls.book(session, slot, play.id, world.clock(), "demo-nurse")
    keep_house(world, hours=2)
    with world.database.read() as session:
        assert reserved.show(session, play.id).call is None


def test_whom_it_had_taken_up_from_the_ward_s_list_is_back_on_it(world: World) -> None:
    deferred = defer(world)
    taken_up(world, deferred)
    keep_house(world, hours=2)
    assert place(world, deferred).taken_up_as is None
