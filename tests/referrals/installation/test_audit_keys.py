"""The log is written under the key that is in force, also when that is changed meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.installation.audit_keys import LOOK_AGAIN_S, AuditKeys
from referrals.vault import in_force
from referrals.vault.keys import new_keys, with_one_more
from referrals.vault.vault import Vault
from tests.conftest import World

_LAST = select(AuditRow.key_id).order_by(AuditRow.number.desc()).limit(1)
OLDER = new_keys()
RING = with_one_more(OLDER, "audit")


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def keys(world: World, seconds: Seconds) -> AuditKeys:
    with world.database.write() as session:
        in_force.begin(session, "audit", OLDER.audit, world.clock())
    made = AuditKeys(Vault(RING), seconds)
    world.database.carry(chain.KEYS, made)
    return made


def _written(world: World) -> str | None:
    with world.database.write() as session:
        chain.append(session, world.clock(), "demo", "log_in", "user:1")
    with world.database.read() as session:
        return session.scalars(_LAST).one()


def test_a_key_that_was_drawn_and_is_not_in_force_is_not_used(
    world: World, keys: AuditKeys
) -> None:
    assert _written(world) == "a1"


def test_the_next_key_is_used_seconds_after_it_is_in_force(
    world: World, keys: AuditKeys, seconds: Seconds
) -> None:
    _written(world)
    with world.database.write() as session:
        in_force.put_in_force(session, "audit", RING.audit, "a2", world.clock.forward(minutes=1))
    seconds.now = LOOK_AGAIN_S - 0.1
    assert _written(world) == "a1"
    seconds.now = LOOK_AGAIN_S
    assert _written(world) == "a2"
    with world.database.read() as session:
        assert chain.verify(session).why is None


def test_all_keys_that_there_are_prove_rows(world: World, keys: AuditKeys) -> None:
    with world.database.read() as session:
        assert set(keys(session).keys) == {"a1", "a2"}
