"""Whatever happens to referrals, in whatever order: nobody is on no list, nobody on two."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.walking.__main__ import opened
from bench.walking.checking import Lost
from bench.walking.walk import Walk
from referrals.audit.chain import KEYS
from referrals.next_action.keeping import NextActions
from referrals.referral.tables import ReferralRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault
from tests.worlds import AUDIT_KEYS

STEPS, WALKS = 25, 40
LONG_WALK = 9_000
"""Ten thousand steps at each run; ``python -m bench.walking`` walks as far as it is told."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Vault]]:
    """Give a database with the demo staff, from which each walk begins anew."""
    file = tmp_path_factory.mktemp("walk") / "ground.db"
    with opened() as store:
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM INTO '{file}'")
        yield file, store.vault


@contextmanager
def walking(ground: tuple[Path, Vault]) -> Iterator[tuple[Walk, Database]]:
    file, vault = ground
    copy = file.with_name("walk.db")
    for left in file.parent.glob("walk.db*"):
        left.unlink()
    shutil.copyfile(file, copy)
    database = Database(f"sqlite:///{copy}", durable=False)
    database.keep(NextActions())
    database.carry(KEYS, lambda _session: AUDIT_KEYS)
    try:
        yield Walk(database, vault), database
    finally:
        database.close()


@settings(max_examples=WALKS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.integers(0, 2**48), min_size=STEPS, max_size=STEPS))
def test_nobody_is_lost_and_nobody_stands_on_two_lists(
    ground: tuple[Path, Vault], steps: list[int]
) -> None:
    with walking(ground) as (walk, _):
        for number in steps:
            walk.step(number)
        walk.check_lists()


def test_on_a_long_walk_nobody_is_lost_and_nobody_stands_on_two_lists(
    ground: tuple[Path, Vault],
) -> None:
    numbers = Random(13)
    with walking(ground) as (walk, _):
        for step in range(1, LONG_WALK + 1):
            walk.step(numbers.getrandbits(48))
            if step % 500 == 0:
                walk.check_lists()


def test_whoever_is_on_no_list_is_found(ground: tuple[Path, Vault]) -> None:
    with walking(ground) as (walk, database):
        with database.write_rows() as connection:  # past the session, as a mistake would
            connection.execute(ReferralRow.__table__.update().values(next_action=None))  # type: ignore[attr-defined]
        with pytest.raises(Lost, match="no list"):
            walk.check_lists()
