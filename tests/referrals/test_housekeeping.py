"""What time does to encounters, referrals and consents; and what it leaves alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from referrals import housekeeping
from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.bedside import steering
from referrals.consent.expiring import MARKED_BEFORE
from referrals.consent.tables import ConsentRow
from referrals.housekeeping import guarded
from referrals.installation.watched_clock import Look
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.storage import batches
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import TOKEN
from tests.conftest import World
from tests.referrals.playing import NAME, Play, how_many, kept, names, referral


def _keep_house(world: World, **span: float) -> dict[str, int]:
    """Let time pass, and keep house a day before its end as well, when marks are made."""
    until = world.clock() + timedelta(**span)
    if until - world.clock() >= MARKED_BEFORE:
        world.clock.at = until - MARKED_BEFORE
        housekeeping.keep_house(world.database, world.clock())
    world.clock.at = until
    done = housekeeping.keep_house(world.database, until)
    return {kind: count for kind, count in done.items() if count}


def _values(world: World, play: Play) -> int:
    return how_many(world, VaultValueRow, VaultValueRow.encounter_id == play.id)


def _started(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone="20 66 77 88")
    return play


def test_nothing_is_done_where_nothing_is_due(world: World) -> None:
    _started(world)
    Play(world, "demo-nurse-2").file(phone="20 66 77 99")
    assert _keep_house(world, minutes=9) == {}


def test_an_idle_encounter_expires_with_its_values(world: World) -> None:
    play = _started(world)
    _keep_house(world, hours=2)
    assert (play.row.outcome, play.step, _values(world, play)) == ("expired", Step.CLOSED, 0)


def test_an_expired_encounter_keeps_no_token_but_its_codes(world: World) -> None:
    play = _started(world)
    _keep_house(world, hours=2)
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
    _keep_house(world, hours=2)
    left = set(play.encounter.answers) & {Step.SECOND_CONTACT, Step.DISCHARGE_DATE}
    assert (left, _values(world, play)) == (set(), 0)


def test_an_encounter_that_goes_on_does_not_expire(world: World) -> None:
    play = _started(world)
    world.clock.forward(hours=1, minutes=59)
    play.details(postcode="2750")
    assert _keep_house(world, hours=1, minutes=59) == {}


def test_a_paused_encounter_waits_for_twelve_hours(world: World) -> None:
    play = _started(world)
    play.say(steering.pause)
    assert _keep_house(world, hours=11, minutes=59) == {}


def test_a_paused_encounter_expires_after_twelve_hours(world: World) -> None:
    play = _started(world)
    play.say(steering.pause)
    _keep_house(world, hours=12)
    assert play.row.outcome == "expired"


def test_an_encounter_that_ended_keeps_its_outcome_and_loses_its_values(world: World) -> None:
    play = _started(world)
    play.details(postcode="2610")
    play.press(Step.MUNICIPALITY, "other")
    _keep_house(world, minutes=10)
    assert (play.row.outcome, _values(world, play)) == ("outside_area", 0)


def test_an_encounter_is_settled_once(world: World) -> None:
    _started(world)
    assert [_keep_house(world, hours=2), _keep_house(world, hours=2)] == [{"expired": 1}, {}]


def test_an_expired_encounter_answers_that_it_is_closed(world: World) -> None:
    play = _started(world)
    _keep_house(world, hours=2)
    assert names(play.details(phone="20 66 77 99")) == ["utter_expired"]


def test_a_filed_encounter_hands_its_values_on(world: World) -> None:
    play = Play(world)
    reference = play.file()
    _keep_house(world, hours=2)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_more_encounters_than_fit_one_batch_expire_in_one_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    for _ in range(5):
        Play(world)
    _keep_house(world, hours=2)
    assert how_many(world, EncounterRow, EncounterRow.outcome == "expired") == 5


def _closed(world: World) -> str:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    world.queue().move(reference, Move.CLOSE, world.clock())
    return reference


def test_identity_stays_for_thirty_days_after_closing(world: World) -> None:
    reference = _closed(world)
    _keep_house(world, days=29, hours=23)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_identity_goes_thirty_days_after_closing(world: World) -> None:
    reference = _closed(world)
    _keep_house(world, days=30)
    row = referral(world, reference)
    left = (set(row.details), row.phone_index, row.name_index, how_many(world, VaultValueRow))
    assert left == ({"status"}, None, None, 0)


def test_identity_goes_thirty_days_after_the_outcome_though_nobody_closed_the_case(
    world: World,
) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    _keep_house(world, days=29)
    _keep_house(world, hours=23)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME
    _keep_house(world, hours=1)
    row = referral(world, reference)
    assert (row.purged_at, set(row.details)) == (world.clock(), {"status"})
    assert row.state == State.WRONG_MUNICIPALITY


def test_who_is_still_to_be_followed_up_keeps_name_and_phone(world: World) -> None:
    reference, queue = Play(world).file(), world.queue()
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL, Move.START, Move.COMPLETE):
        queue.move(reference, move, world.clock())
    _keep_house(world, days=60)
    assert queue.open(reference, world.clock()).details["name"] == NAME


def test_what_an_older_version_left_is_reckoned_at_once(world: World) -> None:
    reference = Play(world).file()
    with world.database.write_rows() as rows:
        rows.execute(update(ReferralRow).values(next_action=None, next_action_at=None))
    assert _keep_house(world) == {"reckoned": 1}
    assert referral(world, reference).next_action == "call"


def test_the_history_and_the_state_outlive_identity(world: World) -> None:
    reference = _closed(world)
    _keep_house(world, days=30)
    opened = world.queue().open(reference, world.clock())
    assert (opened.entry.state, len(opened.history)) == (State.CLOSED, 3)


def test_the_encounter_of_a_purged_referral_keeps_no_token(world: World) -> None:
    _closed(world)
    _keep_house(world, days=30)
    values = [value for _, value in kept(world, EncounterRow).answers]
    assert not [value for value in values if TOKEN.search(value)]


def test_an_open_case_keeps_identity_beyond_thirty_days(world: World) -> None:
    reference = Play(world).file()
    _keep_house(world, days=60)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_after_a_year_a_case_ends_with_its_consent_and_identity_goes(world: World) -> None:
    reference = Play(world).file()
    _keep_house(world, days=365)
    row = referral(world, reference)
    assert (row.state, row.open, how_many(world, VaultValueRow)) == (State.WITHDRAWN, False, 0)


def test_a_lapsed_consent_is_written_down_as_lapsed(world: World) -> None:
    Play(world).file()
    _keep_house(world, days=365)
    assert kept(world, ConsentRow).withdrawn_how == "lapsed"


def test_a_day_before_the_year_is_over_nothing_happens(world: World) -> None:
    reference = Play(world).file()
    _keep_house(world, days=364)
    assert referral(world, reference).state == State.FILED


def test_a_withdrawn_consent_does_not_lapse_again(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    _keep_house(world, days=365)
    assert kept(world, ConsentRow).withdrawn_how == "told_municipality"


def test_a_purge_leaves_the_referrals_of_others_alone(world: World) -> None:
    gone = _closed(world)
    world.clock.forward(days=29)
    stays = Play(world, "demo-nurse-2").file(name="Noise Noisesen")
    _keep_house(world, days=1)
    details = [world.queue().open(r, world.clock()).details.get("name") for r in (gone, stays)]
    assert details == [None, "Noise Noisesen"]


def test_an_undone_referral_whose_talk_expires_leaves_nothing(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    _keep_house(world, hours=2)
    open_ones = how_many(world, ReferralRow, ReferralRow.open.is_(True))
    assert (_values(world, play), open_ones) == (0, 0)


class Believing:
    """A watched clock that says what it is told to."""

    def __init__(self, *, believed: bool) -> None:
        self.believed = believed
        self.looked: list[datetime] = []

    def look(self, now: datetime) -> Look:
        self.looked.append(now)
        return Look(now.timestamp(), self.believed)


def test_by_itself_too_nothing_is_deleted_while_the_clock_is_not_believed(world: World) -> None:
    Play(world)
    now = world.clock.forward(hours=3)
    doubted, trusted = Believing(believed=False), Believing(believed=True)
    rounds = guarded(world.database, doubted, world.clock)  # type: ignore[arg-type]
    assert rounds["expired"](now) == 0
    assert how_many(world, EncounterRow, EncounterRow.outcome == "expired") == 0
    assert guarded(world.database, trusted, world.clock)["expired"](now) == 1  # type: ignore[arg-type]


def test_each_round_that_cannot_be_undone_looks_at_the_clock_itself(world: World) -> None:
    clock = Believing(believed=True)
    rounds = guarded(world.database, clock, world.clock)  # type: ignore[arg-type]
    for name, do in rounds.items():
        do(world.clock())
        assert len(clock.looked) == (0 if name in housekeeping.ALWAYS else 1), name
        clock.looked.clear()
    assert rounds.keys() == {*housekeeping.ALWAYS, *housekeeping.ROUNDS, *housekeeping.PURGES}
