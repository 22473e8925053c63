"""Spending: counted once for whoever asks, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from referrals.allowances.rate import Allowance, per
from referrals.allowances.spending import Allowances, TooManyAttempts, forget_free
from referrals.allowances.tables import AllowanceRow
from referrals.storage.database import Database

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TRIES = Allowance("tries", (per(3, minutes=3), per(5, hours=1)))


def spent(allowances: Allowances, whom: str = "somebody", now: datetime = NOW) -> bool:
    try:
        allowances.spend(TRIES, whom, now)
    except TooManyAttempts:
        return False
    return True


def kept(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AllowanceRow.key)))


def test_so_many_are_allowed_and_the_next_waits(database: Database) -> None:
    allowances = Allowances(database)
    assert [spent(allowances) for _ in range(4)] == [True, True, True, False]
    assert spent(allowances, now=NOW + timedelta(minutes=1))


def test_the_wait_is_told(database: Database) -> None:
    allowances = Allowances(database)
    for _ in range(3):
        spent(allowances)
    with pytest.raises(TooManyAttempts) as refused:
        allowances.spend(TRIES, "somebody", NOW)
    assert refused.value.again_in_s == 60


def test_whoever_goes_on_waits_longer(database: Database) -> None:
    allowances = Allowances(database)
    minutes = [n for n in range(60) if spent(allowances, now=NOW + timedelta(minutes=n))]
    assert minutes == [0, 1, 2, 3, 4, 12, 24, 36, 48]


def test_two_processes_count_together(database: Database) -> None:
    """A second process has its own way to the same database."""
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False))
    here, there = Allowances(database), Allowances(elsewhere)
    assert [spent(here), spent(there), spent(here), spent(there)] == [True, True, True, False]
    elsewhere.close()


def test_of_many_at_once_no_more_get_in(database: Database) -> None:
    allowances = Allowances(database)
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda _: spent(allowances), range(24)))
    assert sum(got) == 3


def test_others_have_their_own(database: Database) -> None:
    allowances = Allowances(database)
    for _ in range(4):
        spent(allowances)
    assert spent(allowances, "somebody else")


def test_what_is_refused_counts_nothing(database: Database) -> None:
    allowances = Allowances(database)
    for _ in range(50):
        spent(allowances)
    assert spent(allowances, now=NOW + timedelta(minutes=1))


def test_a_look_counts_nothing(database: Database) -> None:
    allowances = Allowances(database)
    for _ in range(10):
        allowances.check(TRIES, "somebody", NOW)
    for _ in range(3):
        spent(allowances)
    with pytest.raises(TooManyAttempts):
        allowances.check(TRIES, "somebody", NOW)


def test_forgiven_begins_anew(database: Database) -> None:
    allowances = Allowances(database)
    for _ in range(4):
        spent(allowances)
    allowances.forgive(TRIES, "somebody")
    assert spent(allowances)


def test_a_clock_that_ran_ahead_for_a_minute_locks_nobody_out(database: Database) -> None:
    allowances, ahead = Allowances(database), NOW + timedelta(days=400)
    for _ in range(4):
        spent(allowances, now=ahead)
    allowances.check(TRIES, "somebody", NOW)
    assert [spent(allowances) for _ in range(4)] == [True, True, True, False]


def test_nobody_is_named_in_the_table(database: Database) -> None:
    spent(Allowances(database), "anne.hansen 10.0.0.7")
    assert all(len(key) == 64 and "anne" not in key for key in kept(database))


def test_what_is_free_again_is_forgotten_and_the_rest_stays(database: Database) -> None:
    allowances = Allowances(database)
    spent(allowances)
    assert forget_free(database, NOW + timedelta(minutes=2)) == 1
    assert len(kept(database)) == 1
    assert forget_free(database, NOW + timedelta(hours=1)) == 1
    assert kept(database) == []
