"""A turn holds its encounter, then asks for the audit log; who ends it from outside does the same.

On SQLite there is one writer. On PostgreSQL two orders are a deadlock: one of the two would fail.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from referrals import housekeeping
from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.bedside import steering
from referrals.consent.receipt import Receipts
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralRow
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from tests.conftest import World
from tests.referrals.playing import Play, how_many, referral
from tests.service.waiting import until

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)

WATCHED_S = 100_000.0
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def _by_patient(world: World, reference: str, now: datetime) -> None:
    secret = world.vault.link_secret("receipt", reference)
    Receipts(world.database, world.vault).withdraw(reference, secret, now)


def _by_municipality(world: World, reference: str, now: datetime) -> None:
    world.queue().move(reference, Move.WITHDRAW, now)


def _by_colleague(world: World, reference: str, _now: datetime) -> None:
    play = Play(world, "demo-nurse-2")
    play.say(lambda bedside: steering.withdraw_consent(bedside, reference))


def _by_time(name: str) -> Callable[[World, str, datetime], None]:
    def run(world: World, _reference: str, now: datetime) -> None:
        housekeeping.PURGES[name](world.database, now, WATCHED_S)

    return run


def _someone_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(WAITING))


def _during_a_turn(world: World, play: Play, end: Callable[[], None]) -> list[BaseException]:
    """Have somebody end it while a turn is under way that then writes into the audit log."""
    errors = list[BaseException]()

    def run() -> None:
        try:
            end()
        except BaseException as error:  # noqa: BLE001 - told by whoever waits for it
            errors.append(error)

    other = threading.Thread(target=run)

    def turn(bedside: Bedside) -> list[Say]:
        other.start()
        until(lambda: _someone_waits(world.database.engine))
        chain.append(bedside.session, bedside.now, "demo-nurse", "look_up_phone", "encounter:x")
        return []

    try:
        play.say(turn)
    except BaseException as error:  # noqa: BLE001 - told with the other's
        errors.append(error)
    other.join()
    return errors


@pytest.mark.parametrize(
    "end",
    [_by_patient, _by_municipality, _by_colleague],
    ids=["patient", "municipality", "colleague"],
)
def test_a_consent_is_withdrawn_while_the_nurse_goes_on_talking(
    world: World, end: Callable[[World, str, datetime], None]
) -> None:
    play = Play(world)
    reference = play.file()
    assert _during_a_turn(world, play, lambda: end(world, reference, world.clock())) == []
    assert referral(world, reference).state == State.WITHDRAWN
    assert how_many(world, AuditRow, AuditRow.action == "look_up_phone") >= 1


@pytest.mark.parametrize("name", ["purged", "lapsed"])
def test_what_ends_by_time_does_not_meet_a_nurse_who_goes_on_talking(
    world: World, name: str
) -> None:
    play = Play(world)
    reference = play.file()
    later = world.clock() + timedelta(days=400)
    housekeeping.PURGES["marked"](world.database, later, 0)
    end = _by_time(name)
    assert _during_a_turn(world, play, lambda: end(world, reference, later)) == []
    gone = ReferralRow.purged_at.is_not(None), ReferralRow.reference == reference
    assert how_many(world, ReferralRow, *gone) == 1


def test_one_who_was_merged_with_another_is_waited_for_as_well(world: World) -> None:
    kept, merged = Play(world), Play(world)
    reference, other = kept.file(), merged.file(phone="20 66 77 99")
    world.queue().move(
        other, Move.MERGE, world.clock(), reason="same_person_referred_twice", about=reference
    )
    end = lambda: _by_patient(world, reference, world.clock())  # noqa: E731
    assert _during_a_turn(world, merged, end) == []
    assert referral(world, other).state == State.WITHDRAWN
