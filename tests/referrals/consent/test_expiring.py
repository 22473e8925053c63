"""When identity goes and a consent ends by time: marked, and gone a real day later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from referrals.advice.tables import EncounterRow, TurnRow
from referrals.audit.tables import AuditRow
from referrals.consent.expiring import lapse_consents, mark_due, purge_referrals, unmark
from referrals.consent.tables import ConsentRow, PurgeMarkRow
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import TOKEN
from tests.conftest import World
from tests.referrals.playing import NAME, Play, how_many, keep_house, kept, referral

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DAY_S = DAY.total_seconds()


def _closed(world: World) -> str:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    world.queue().move(reference, Move.CLOSE, world.clock())
    return reference


def test_identity_stays_for_thirty_days_after_closing(world: World) -> None:
    reference = _closed(world)
    keep_house(world, days=29, hours=23)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_identity_goes_thirty_days_after_closing(world: World) -> None:
    reference = _closed(world)
    keep_house(world, days=30)
    row = referral(world, reference)
    left = (set(row.details), row.phone_index, row.name_index, how_many(world, VaultValueRow))
    assert left == ({"status"}, None, None, 0)


def test_identity_goes_thirty_days_after_the_outcome_though_nobody_closed_the_case(
    world: World,
) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    keep_house(world, days=29)
    keep_house(world, hours=23)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME
    keep_house(world, hours=1)
    row = referral(world, reference)
    assert (row.purged_at, set(row.details)) == (world.clock(), {"status"})
    assert row.state == State.WRONG_MUNICIPALITY


def test_who_is_still_to_be_followed_up_keeps_name_and_phone(world: World) -> None:
    reference, queue = Play(world).file(), world.queue()
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL, Move.START, Move.COMPLETE):
        queue.move(reference, move, world.clock())
    keep_house(world, days=60)
    assert queue.open(reference, world.clock()).details["name"] == NAME


def test_the_history_and_the_state_outlive_identity(world: World) -> None:
    reference = _closed(world)
    keep_house(world, days=30)
    opened = world.queue().open(reference, world.clock())
    assert (opened.entry.state, len(opened.history)) == (State.CLOSED, 3)


def test_the_encounter_of_a_purged_referral_keeps_no_token(world: World) -> None:
    _closed(world)
    keep_house(world, days=30)
    values = [value for _, value in kept(world, EncounterRow).answers]
    assert not [value for value in values if TOKEN.search(value)]


def test_an_open_case_keeps_identity_beyond_thirty_days(world: World) -> None:
    reference = Play(world).file()
    keep_house(world, days=60)
    assert world.queue().open(reference, world.clock()).details["name"] == NAME


def test_after_a_year_a_case_ends_with_its_consent_and_identity_goes(world: World) -> None:
    reference = Play(world).file()
    keep_house(world, days=365)
    row = referral(world, reference)
    assert (row.state, row.open, how_many(world, VaultValueRow)) == (State.WITHDRAWN, False, 0)


def test_a_lapsed_consent_is_written_down_as_lapsed(world: World) -> None:
    Play(world).file()
    keep_house(world, days=365)
    assert kept(world, ConsentRow).withdrawn_how == "lapsed"


def test_a_day_before_the_year_is_over_nothing_happens(world: World) -> None:
    reference = Play(world).file()
    keep_house(world, days=364)
    assert referral(world, reference).state == State.FILED


def test_a_withdrawn_consent_does_not_lapse_again(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    keep_house(world, days=365)
    assert kept(world, ConsentRow).withdrawn_how == "told_municipality"


def test_a_purge_leaves_the_referrals_of_others_alone(world: World) -> None:
    gone = _closed(world)
    world.clock.forward(days=29)
    stays = Play(world, "demo-nurse-2").file(name="Noise Noisesen")
    keep_house(world, days=1)
    details = [world.queue().open(r, world.clock()).details.get("name") for r in (gone, stays)]
    assert details == [None, "Noise Noisesen"]


# To the second


def _filed(world: World) -> str:
    return Play(world).file()


def _answered(world: World) -> str:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    return reference


ENDS = pytest.mark.parametrize(
    ("play", "kept_for"),
    [(_closed, 30 * DAY), (_answered, 30 * DAY), (_filed, 365 * DAY)],
    ids=["closed", "only to be closed", "still open"],
)
"""What identity of a referral is kept for, from the moment that it is played in."""


def _marked(world: World, at: datetime, watched_s: float = 0.0) -> int:
    return mark_due(world.database, at, watched_s)


def _purged(world: World, at: datetime, watched_s: float = DAY_S) -> int:
    return purge_referrals(world.database, at, watched_s)


def _marked_ones(world: World) -> set[str]:
    with world.database.read() as session:
        on = PurgeMarkRow.referral_id == ReferralRow.id
        return set(session.scalars(select(ReferralRow.reference).join(PurgeMarkRow, on)))


@ENDS
def test_identity_goes_in_the_second_that_it_is_due_and_not_before(
    world: World, play: Callable[[World], str], kept_for: timedelta
) -> None:
    play(world)
    due = world.clock() + kept_for
    _marked(world, due)
    assert [_purged(world, due - SECOND), _purged(world, due)] == [0, 1]


@ENDS
def test_it_is_marked_a_day_before_once(
    world: World, play: Callable[[World], str], kept_for: timedelta
) -> None:
    play(world)
    eve = world.clock() + kept_for - DAY
    assert [_marked(world, eve - SECOND), _marked(world, eve), _marked(world, eve)] == [0, 1, 0]


def test_a_mark_remembers_the_second_after_which_it_was_made(world: World) -> None:
    _closed(world)
    eve = world.clock() + 29 * DAY
    _marked(world, eve, 100.5)
    mark = kept(world, PurgeMarkRow)
    assert (mark.marked_at, mark.watched_s) == (eve, 101)


def test_what_is_due_goes_a_real_day_after_its_mark_and_no_second_sooner(world: World) -> None:
    _closed(world)
    due = world.clock() + 400 * DAY
    _marked(world, due, 1000.0)
    sooner, a_day = 1000 + DAY_S - 1, 1000 + DAY_S
    assert [_purged(world, due, sooner), _purged(world, due, a_day)] == [0, 1]


def test_what_is_due_without_a_mark_stays(world: World) -> None:
    first = _closed(world)
    _marked(world, world.clock() + 29 * DAY)
    assert _marked_ones(world) == {first}
    second = _closed(world)
    assert _purged(world, world.clock() + 31 * DAY) == 1
    gone = [referral(world, each).purged_at is not None for each in (first, second)]
    assert gone == [True, False]


def test_a_mark_that_is_still_due_stays(world: World) -> None:
    reference = _closed(world)
    eve = world.clock() + 29 * DAY
    _marked(world, eve)
    assert (unmark(world.database, eve, DAY_S), _marked_ones(world)) == (0, {reference})


def test_a_mark_goes_where_nothing_is_due_by_then(world: World) -> None:
    _closed(world)
    eve = world.clock() + 29 * DAY
    _marked(world, eve)
    assert (unmark(world.database, eve - SECOND, DAY_S), _marked_ones(world)) == (1, set())


def test_a_mark_goes_with_what_it_was_made_for(world: World) -> None:
    _closed(world)
    due = world.clock() + 30 * DAY
    _marked(world, due)
    _purged(world, due)
    assert (unmark(world.database, due, DAY_S), _marked_ones(world)) == (1, set())


def test_of_two_consents_the_one_that_is_a_year_old_lapses_in_its_second(world: World) -> None:
    older = _filed(world)
    due = world.clock() + 365 * DAY
    world.clock.forward(days=2)
    newer = Play(world, "demo-nurse-2").file(name="Noise Noisesen", phone="20 66 77 11")
    _marked(world, due + DAY)
    assert _marked_ones(world) == {older, newer}
    lapsed = [lapse_consents(world.database, at, DAY_S) for at in (due - SECOND, due, due)]
    assert lapsed == [0, 1, 0]
    states = [referral(world, each).state for each in (older, newer)]
    assert states == [State.WITHDRAWN, State.FILED]


def test_a_consent_is_marked_a_day_before_its_own_year_is_over(world: World) -> None:
    older = _filed(world)
    eve = world.clock() + 364 * DAY
    world.clock.forward(days=2)
    Play(world, "demo-nurse-2").file(name="Noise Noisesen", phone="20 66 77 11")
    assert (_marked(world, eve), _marked_ones(world)) == (1, {older})


def test_a_consent_lapses_a_real_day_after_its_mark(world: World) -> None:
    _filed(world)
    due = world.clock() + 365 * DAY
    _marked(world, due, 1000.0)
    lapsed = [lapse_consents(world.database, due, 1000 + each) for each in (DAY_S - 1, DAY_S)]
    assert lapsed == [0, 1]


def test_what_was_said_goes_with_identity(world: World) -> None:
    _closed(world)
    keep_house(world, days=30)
    assert how_many(world, TurnRow) == 0


def test_each_purge_is_in_the_audit_log(world: World) -> None:
    reference = _closed(world)
    keep_house(world, days=30)
    purged = kept(world, AuditRow, AuditRow.action == "purge")
    assert (purged.actor, purged.record) == ("machine:housekeeping", f"referral:{reference}")
