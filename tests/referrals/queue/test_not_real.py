"""A municipality says that something is no referral: one move, told to the lead, counted apart."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from referrals.figures.counts import PlacePeriod, count_wards
from referrals.figures.municipal_counts import count_municipalities
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import IllegalMove, Move, State
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import UserRow
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play


def flag(world: World, reference: str) -> None:
    world.queue().move(reference, Move.NOT_REAL, world.clock())


def row_of(world: World, reference: str) -> ReferralRow:
    with world.database.read() as session:
        return session.scalars(select(ReferralRow).where(ReferralRow.reference == reference)).one()


def counts(world: World) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Give what is counted of the ward and of the municipality."""
    now = world.clock()
    since, until = now.replace(year=now.year - 1), now.replace(year=now.year + 1)
    ward = world.staff("demo-nurse").ward_id or ""
    with world.database.read() as session:
        [there] = count_wards(session, [PlacePeriod(ward, since, until)], now)
        [here] = count_municipalities(session, [PlacePeriod("0151", since, until)], now)
    return there.counts, here.counts


def test_it_is_closed_at_once(world: World) -> None:
    reference = Play(world).file()
    flag(world, reference)
    row = row_of(world, reference)
    assert (row.state, row.open, row.not_real) == (State.CLOSED, False, True)


def test_it_is_counted_apart_and_in_no_step_of_the_funnel(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.ATTEMPT, world.clock(), reason="no_answer")
    before, _ = counts(world)
    assert (before["filed"], before["attempted"]) == (1, 1)
    flag(world, reference)
    ward, municipality = counts(world)
    assert ward["not_real"] == municipality["not_real"] == 1
    assert not {"filed", "attempted", "due", "attempted_in_time"} & ward.keys()
    assert "filed" not in municipality


def test_the_ward_s_lead_is_told_without_who_it_is_about(world: World) -> None:
    reference = Play(world).file()
    with world.database.write() as session:
        for each in session.scalars(select(UserRow)):
            each.email = f"{each.name}@example.dk"
        ward = session.scalars(select(ReferralRow.ward_id)).one()
        lead = session.scalars(select(UserRow).where(UserRow.name == "demo-lead")).one()
        lead.ward_id, lead.hospital_id = ward, None
        told = str(lead.id)
    flag(world, reference)
    spread(world.database, [EmailAddresses()], world.clock())
    with world.database.read() as session:
        of_it = OutboxRow.kind == NoticeKind.NOT_REAL.value
        letters = select(OutboxRow).where(of_it, OutboxRow.channel == EMAIL)
        [letter] = session.scalars(letters).all()
    assert (letter.recipient, letter.payload["case"]) == (told, reference)
    assert not any(part in str(letter.payload) for part in (*NAME.split(), PHONE))


def test_said_by_mistake_it_is_put_right_and_counts_again(world: World) -> None:
    reference = Play(world).file()
    flag(world, reference)
    world.queue().move(reference, Move.PUT_RIGHT, world.clock(), reason="wrong_choice")
    row = row_of(world, reference)
    assert (row.state, row.open, row.not_real) == (State.FILED, True, False)
    assert counts(world)[0]["filed"] == 1
    assert "not_real" not in counts(world)[0]


def test_whoever_is_on_a_course_is_real(world: World) -> None:
    reference = Play(world).file()
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL):
        world.queue().move(reference, move, world.clock())
    with pytest.raises(IllegalMove):
        flag(world, reference)
