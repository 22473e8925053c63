"""Whatever nurses and time do: a deferred patient has a list, or an ending, and never two."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from referrals import housekeeping
from referrals.advice.encounter import Outcome, Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.deferred.rules import CrossedOff, Ending, Waiting, next_action
from referrals.deferred.tables import DeferredRow
from referrals.deferred.wards_list import NotListed, TakenUp, WardsList
from referrals.denmark.dates import local_day
from referrals.turns.drafts import end_drafts
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.playing import Play

NURSES = ("demo-nurse", "demo-nurse-2")
ANSWERS = (
    (Step.STATUS, ("daily", "unable", "no_use", "not_answered")),
    (Step.EVER_SMOKED, ("never", "stopped")),
    (Step.EX_SMOKER, ("well", "relapsed")),
    (Step.OFFER, ("unable", "no", "yes", "tried_before")),
    (Step.DEFER_REASON, ("asleep", "confused", "discharged")),
    (Step.CONSENT_CONTACT, ("no",)),
)
TIME = ("hours", "days", "house", "suspend")
DEEDS = st.tuples(
    st.sampled_from(
        (*["answer"] * 4, *["take"] * 2, "new", "back", "cancel", "note", "cross", *TIME)
    ),
    st.sampled_from(NURSES),
    st.integers(0, 9),
)


def _do(world: World, deed: str, nurse: str, number: int) -> None:
    staff, now = world.staff(nurse), world.clock()
    the_list = WardsList(world.database, world.vault, staff)
    open_ones = world.encounters.open_ones(staff)
    listed = the_list.show(now)
    if deed == "new":
        Play(world, nurse)
    elif deed == "house":
        housekeeping.keep_house(world.database, now)
    elif deed in ("hours", "days"):
        world.clock.forward(**{deed: number})
        housekeeping.keep_house(world.database, world.clock())
    elif deed == "suspend":
        with world.database.write() as session:
            end_drafts(session, staff.id, now, "demo-admin")
    elif deed in ("answer", "back", "cancel") and (open_ones or number < 5):
        _talk(world, deed, nurse, number)
    elif listed:
        found = listed[number % len(listed)].id
        if deed == "take":
            with suppress(TakenUp, NotListed):
                world.encounters.take_up(staff, found)
        else:
            _on_the_list(the_list, deed, found, number, now)


def _talk(world: World, deed: str, nurse: str, number: int) -> None:
    """Go on with the latest encounter of a nurse, though it may have ended a moment ago."""
    with world.database.read() as session:
        query = select(EncounterRow.id).where(EncounterRow.nurse_id == world.staff(nurse).id)
        found = session.scalars(query.order_by(EncounterRow.updated_at.desc()).limit(1)).first()
    if found is None:
        return
    play = Play(world, nurse, found)
    play.numbers = iter([f"{world.clock():%d%H%M%S}-{number}"])  # type: ignore[assignment]
    if deed != "answer":
        play.back() if deed == "back" else play.cancel()
        return
    step = play.step
    values = dict(ANSWERS).get(step)
    if values:
        play.press(step, values[number % len(values)])


def _on_the_list(the_list: WardsList, deed: str, found: str, number: int, now: datetime) -> None:
    tomorrow = local_day(now) + timedelta(days=1)
    with suppress(TakenUp, NotListed):
        if deed == "note":
            the_list.note(found, f"stue {number}", tomorrow if number > 7 else None, now)
        elif deed == "cross":
            the_list.cross_off(found, list(CrossedOff)[number % len(CrossedOff)], now)


def _nobody_is_lost(world: World) -> None:
    with world.database.read() as session:
        encounters = {row.id: row for row in session.scalars(select(EncounterRow))}
        rows = {row.encounter_id: row for row in session.scalars(select(DeferredRow))}
        kept_values = Counter(session.scalars(select(VaultValueRow.encounter_id)))
    deferred = {
        row.id
        for row in encounters.values()
        if row.outcome == Outcome.DEFERRED and not row.practice
    }
    assert deferred == set(rows), "a deferred encounter without a place on the list, or the reverse"
    for row in rows.values():
        ended = Ending(row.ended) if row.ended else None
        following = next_action(Waiting(row.leaves_on, row.taken_up_as is not None, ended))
        assert (following is None) != (ended is None)
        if row.taken_up_as and ended is None:
            assert encounters[row.taken_up_as].closed_at is None, "in hand of nobody"
    chains = Counter(row.first_id for row in rows.values() if row.ended != Ending.DEFERRED_AGAIN)
    assert set(chains) == {row.first_id for row in rows.values()}
    assert set(chains.values()) <= {1}, "one patient twice"
    assert all(kept_values[each] == bool(rows[each].bed) for each in rows)
    _everybody_is_seen(world, [row for row in rows.values() if row.ended is None])


def _everybody_is_seen(world: World, waiting: list[DeferredRow]) -> None:
    """Compare with what nurses are shown: the list of all, and the conversations of each."""
    shown: Counter[str] = Counter()
    for nurse in NURSES:
        staff = world.staff(nurse)
        mine = {each.id for each in world.encounters.open_ones(staff, limit=10_000)}
        of_mine = [row.encounter_id for row in waiting if row.taken_up_as in mine]
        shown.update(of_mine)
        listed = WardsList(world.database, world.vault, staff).show(world.clock())
        assert not {each.id for each in listed} & set(of_mine), "on two lists at once"
        shown.update(each.id for each in listed if not each.by and nurse == NURSES[0])
    assert set(shown) == {row.encounter_id for row in waiting}
    assert set(shown.values()) <= {1}


@given(st.lists(DEEDS, min_size=10, max_size=40))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_deferred_patient_is_without_list_or_ending(
    world: World, deeds: list[tuple[str, str, int]]
) -> None:
    with world.database.write() as session:
        for table in (DeferredRow, VaultValueRow, TurnRow, EncounterRow):
            session.execute(delete(table))
    for deed, nurse, number in deeds:
        _do(world, deed, nurse, number)
        world.clock.forward(seconds=1)
        _nobody_is_lost(world)
