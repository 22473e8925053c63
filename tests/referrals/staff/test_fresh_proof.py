"""A proof is fresh for a quarter of an hour, and gives the session another secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from demo import people
from referrals.staff.accounts import FRESH, SignedIn
from referrals.staff.tables import SessionRow, UserRow
from tests.conftest import World

NAME = "demo-nurse"
HOURS = 12


def log_in(world: World) -> str:
    secret = world.accounts.log_in(NAME, people.PASSWORD, world.clock())
    assert secret is not None
    return secret


def known(world: World, secret: str | None) -> SignedIn | None:
    return world.accounts.recognise(secret or "", world.clock())


def is_fresh(world: World, secret: str | None) -> bool:
    found = known(world, secret)
    assert found is not None
    return found.fresh


def prove_again(world: World, secret: str, password: str = people.PASSWORD) -> str | None:
    return world.accounts.prove_again(world.staff(NAME), secret, password, world.clock())


def test_a_log_in_is_fresh_for_a_quarter_of_an_hour_and_then_proved_again(world: World) -> None:
    secret = log_in(world)
    world.clock.at += FRESH - timedelta(seconds=1)
    assert is_fresh(world, secret)
    world.clock.forward(seconds=1)
    assert not is_fresh(world, secret)
    assert is_fresh(world, prove_again(world, secret))


def test_the_secret_of_before_is_void_once_it_was_proved_again(world: World) -> None:
    """Whoever had read the cookie is out."""
    secret = log_in(world)
    renewed = prove_again(world, secret)
    assert renewed != secret
    assert (known(world, secret), known(world, renewed) is not None) == (None, True)
    with world.database.read() as session:
        assert len(session.scalars(select(SessionRow)).all()) == 1


def test_a_wrong_password_proves_nothing_and_changes_nothing(world: World) -> None:
    secret = log_in(world)
    world.clock.at += FRESH
    assert prove_again(world, secret, "forkert") is None
    assert not is_fresh(world, secret)


def test_proving_again_moves_no_end(world: World) -> None:
    secret = log_in(world)
    for _ in range(HOURS * 4 - 1):
        world.clock.forward(minutes=15)
        secret = prove_again(world, secret) or ""
        assert known(world, secret)
    world.clock.forward(minutes=15)
    assert known(world, secret) is None


def test_a_token_is_never_fresh_and_keeps_its_secret(world: World) -> None:
    token = world.accounts.issue_token(NAME, world.clock()) or ""
    assert not is_fresh(world, token)
    assert prove_again(world, token) == token
    assert not is_fresh(world, token)


@pytest.mark.parametrize("password", ["", "!", people.PASSWORD])
def test_who_has_no_password_here_proves_nothing_by_one(world: World, password: str) -> None:
    secret = log_in(world)
    with world.database.write() as session:
        session.get_one(UserRow, world.staff(NAME).id).password_hash = "!"
    assert not world.accounts.has_password(world.staff(NAME))
    assert prove_again(world, secret, password) is None
