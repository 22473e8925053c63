"""What one nurse begins and sends: honest use is never held up, more is told, much more refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.quotas import nurse as quota
from referrals.quotas.nurse import QuotaReached
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules
from referrals.staff.tables import UserRow
from tests.conftest import World

NURSE, OTHER = "demo-nurse", "demo-nurse-2"
USUAL = 30


@pytest.fixture
def world(world: World) -> World:
    """Give a house with the smallest quota."""
    with world.database.write() as session:
        house_rules.change(session, "conversations_a_day", USUAL, "demo-admin", world.clock())
        house_rules.change(session, "referrals_a_day", USUAL, "demo-admin", world.clock())
    return world


def begins(world: World, name: str = NURSE) -> bool:
    try:
        world.encounters.start(world.staff(name))
    except QuotaReached:
        return False
    return True


def alerts(world: World) -> list[dict[str, object]]:
    kind = NoticeKind.QUOTA_REACHED.value
    with world.database.read() as session:
        rows = select(OutboxRow.payload).where(OutboxRow.kind == kind, OutboxRow.recipient == "")
        return list(session.scalars(rows))


def send(world: World, times: int) -> None:
    for _ in range(times):
        with world.database.write() as session:
            quota.send(session, world.staff(NURSE), world.clock())


def test_a_busy_day_on_a_ward_is_neither_held_up_nor_told(world: World) -> None:
    for _ in range(24):
        world.clock.forward(minutes=30)
        assert begins(world)
    assert alerts(world) == []


def test_what_nobody_honest_does_is_told_before_it_is_refused(world: World) -> None:
    assert all(begins(world) for _ in range(USUAL // 3))
    assert alerts(world) == []
    assert begins(world)
    assert alerts(world) == [{"what": "conversations", "user": world.staff(NURSE).id}]


def test_beyond_twice_of_that_nothing_is_begun(world: World) -> None:
    answers = [begins(world) for _ in range(3 * USUAL)]
    assert answers == [True] * (2 * USUAL // 3) + [False] * (3 * USUAL - 2 * USUAL // 3)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(EncounterRow)) == 2 * USUAL // 3


def test_a_colleague_goes_on(world: World) -> None:
    while begins(world):
        pass
    assert begins(world, OTHER)


def test_the_day_s_quota_comes_back_evenly(world: World) -> None:
    while begins(world):
        pass
    world.clock.forward(minutes=4)
    assert begins(world)


def test_a_day_has_its_own_bound(world: World) -> None:
    begun = 0
    for _ in range(24 * 6):
        world.clock.forward(minutes=10)
        begun += sum(begins(world) for _ in range(6))
    assert begun <= 2 * 2 * USUAL


def test_administrators_are_told_once_a_day(world: World) -> None:
    for _ in range(2):
        for _ in range(2 * USUAL):
            begins(world)
    assert len(alerts(world)) == 1
    world.clock.forward(days=1)
    for _ in range(2 * USUAL):
        begins(world)
    assert len(alerts(world)) == 2
    with world.database.read() as session:
        told = select(AuditRow.actor, AuditRow.record).where(AuditRow.action == "quota_reached")
        assert session.execute(told).all() == [(NURSE, "quota:conversations")] * 2


def test_the_notice_goes_to_administrators_alone(world: World) -> None:
    with world.database.write() as session:
        for row in session.scalars(select(UserRow)):
            row.email = f"{row.name}@example.dk"
    while begins(world):
        pass
    spread(world.database, [EmailAddresses()], world.clock())
    with world.database.read() as session:
        letters = session.scalars(select(OutboxRow.recipient).where(OutboxRow.channel == EMAIL))
        keepers = session.scalars(select(UserRow.id).where(UserRow.role == "administrator"))
        assert set(letters) == {str(each) for each in keepers}


def test_a_patient_s_yes_is_not_turned_away_but_told(world: World) -> None:
    send(world, 5 * USUAL)
    assert alerts(world) == [{"what": "referrals", "user": world.staff(NURSE).id}]


def follows(world: World) -> bool:
    try:
        with world.database.write() as session:
            quota.listen(session, world.staff(NURSE), world.clock())
    except QuotaReached:
        return False
    return True


def test_pages_that_are_opened_without_end_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "STREAMS_A_DAY", USUAL)
    assert sum(follows(world) for _ in range(USUAL)) == 2 * USUAL // 3
    assert alerts(world) == [{"what": "streams", "user": world.staff(NURSE).id}]


def test_a_page_that_loses_its_line_every_three_seconds_is_not_even_told() -> None:
    an_hour, _ = quota._allowed("x", quota.STREAMS_A_DAY).rates
    assert an_hour.amount > timedelta(hours=1) / timedelta(seconds=3)


def test_a_house_that_says_nothing_has_a_quota() -> None:
    assert 30 <= HouseRules().conversations_a_day <= 200
    assert 10 <= HouseRules().referrals_a_day <= 100
