"""The story of a clock that ran 400 days ahead for one minute.

It deleted every patient: vault 44 → 0, open referrals 18 → 0, 21 consents withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from referrals.consent.tables import ConsentRow
from referrals.housekeeping import guarded
from referrals.installation.watched_clock import WatchedClock
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.playing import Play

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AHEAD = 400 * DAY


@dataclass
class Service:
    """The housekeeping of a running service; how real time passes is told apart from its clock."""

    world: World
    real_s: float = 0.0

    def __post_init__(self) -> None:
        self.at = self.world.clock()
        self.start()

    def start(self) -> None:
        """Start it, with nothing remembered but what the database knows."""
        clock = WatchedClock(self.world.database, lambda: self.real_s)
        self.rounds = guarded(self.world.database, clock, lambda: self.at)

    def a_round(self, at: datetime | None = None) -> None:
        self.real_s += 60
        self.at = at or self.world.clock.forward(minutes=1)
        for do in self.rounds.values():
            while do(self.at):
                pass


@pytest.fixture
def service(world: World) -> Service:
    for number in range(3):
        nurse = f"demo-nurse{'-2' * (number % 2)}"
        Play(world, nurse).file(name=f"Karl {'ABC'[number]}berg", phone=f"20 66 77 8{number}")
    served = Service(world)
    served.a_round()
    return served


def counted(world: World) -> tuple[int, int, int]:
    """Count vault values, open referrals and consents that stand."""
    queries = (
        select(func.count()).select_from(VaultValueRow),
        select(func.count()).where(ReferralRow.open.is_(True)),
        select(func.count()).where(ConsentRow.withdrawn_at.is_(None)),
    )
    with world.database.read() as session:
        values, referrals, consents = (session.scalar(query) or 0 for query in queries)
    return values, referrals, consents


def test_a_minute_of_a_clock_ahead_deletes_nothing(service: Service, world: World) -> None:
    before, now = counted(world), world.clock()
    service.a_round(now + AHEAD)
    service.a_round(now + AHEAD + MINUTE)
    assert counted(world) == before
    assert before[1:] == (3, 3)


def test_nor_does_anything_that_follows_once_it_is_right_again(
    service: Service, world: World
) -> None:
    before, now = counted(world), world.clock()
    service.a_round(now + AHEAD)
    for _ in range(5):
        service.a_round()
    for _ in range(3):
        service.real_s += DAY.total_seconds()
        world.clock.forward(days=1)
        service.a_round()
    assert counted(world) == before


def test_a_clock_that_went_back_first_and_is_set_right_deletes_nothing(
    service: Service, world: World
) -> None:
    """Whoever was referred meanwhile looks more than a year old then."""
    now = world.clock()
    service.a_round(now - AHEAD)
    world.clock.at = now - AHEAD
    Play(world).file(name="Karl Dberg", phone="20 66 77 89")
    before = counted(world)
    world.clock.at = now
    for minutes in range(2):
        service.a_round(now + minutes * MINUTE)
    assert counted(world) == before
    assert before[1:] == (4, 4)


def test_a_service_that_starts_with_a_clock_ahead_deletes_nothing(
    service: Service, world: World
) -> None:
    before, now = counted(world), world.clock()
    service.start()
    service.a_round(now + AHEAD)
    service.a_round(now + AHEAD + MINUTE)
    assert counted(world) == before


def test_what_is_due_by_a_clock_that_is_right_still_goes_on_its_day(
    service: Service, world: World
) -> None:
    with world.database.read() as session:
        reference = session.scalars(select(ReferralRow.reference).order_by(ReferralRow.id)).first()
    assert reference is not None
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    before = counted(world)[0]
    for _ in range(30):
        service.real_s += DAY.total_seconds()
        world.clock.forward(days=1)
        service.a_round()
    assert counted(world)[0] < before
    with world.database.read() as session:
        purged = session.scalars(
            select(ReferralRow.reference).where(ReferralRow.purged_at.is_not(None))
        ).all()
    assert purged == [reference]
