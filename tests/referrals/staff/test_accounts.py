"""Who somebody is: the same answer for every wrong log-in, and sessions that can be ended."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from demo import people
from referrals.audit.tables import AuditRow
from referrals.staff.accounts import TOKEN_LIFETIME, Accounts, SignedIn
from referrals.staff.house_rules import HouseRules
from referrals.staff.roles import Role
from referrals.staff.tables import SessionRow, UserRow
from service.settings import ROOT
from tests.conftest import World
from tests.referrals.playing import how_many

NAME = "demo-nurse"


@pytest.fixture
def secret(world: World) -> str:
    """Log in as a nurse."""
    found = world.accounts.log_in(NAME, people.PASSWORD, world.clock())
    assert found is not None
    return found


def _suspend(world: World) -> None:
    with world.database.write() as session:
        session.execute(
            update(UserRow).where(UserRow.name == NAME).values(suspended_at=world.clock())
        )


def test_the_right_password_opens_a_session(world: World, secret: str) -> None:
    known = world.accounts.recognise(secret, world.clock())
    assert known == SignedIn(world.staff(NAME), half=False)
    assert known.staff.role is Role.NURSE


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (NAME, "wrong"),
        (NAME, ""),
        (NAME, people.PASSWORD + " "),
        (NAME + "x", people.PASSWORD),
        ("nobody", people.PASSWORD),
        ("", ""),
        ("nobody\x00", people.PASSWORD),
        ("\ud800", people.PASSWORD),
        ("' OR 1=1 --", people.PASSWORD),
        ("x" * 10_000, "x" * 10_000),
    ],
    ids=lambda text: ascii(text)[:16],
)
def test_every_wrong_log_in_gives_nothing_alike(world: World, name: str, password: str) -> None:
    assert world.accounts.log_in(name, password, world.clock()) is None


def test_an_unknown_name_costs_the_work_of_a_known_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    passwords = world.accounts._passwords

    class Counting:
        def verify(self, password: str, stored: str) -> bool:
            checked.append(stored)
            return False

        def hash(self, password: str) -> str:
            return passwords.hash(password)

    monkeypatch.setattr(world.accounts, "_passwords", Counting())
    for name in (NAME, "nobody"):
        world.accounts.log_in(name, "wrong", world.clock())
    assert [stored[:10] for stored in checked] == ["$argon2id$", "$argon2id$"]


def test_a_password_is_hashed_with_as_much_work_as_recommended() -> None:
    """In a process of its own: the tests' own hashes with little."""
    hashing = (
        "from referrals.staff.accounts import Accounts\n"
        "from referrals.storage.database import Database\n"
        "print(Accounts(Database('sqlite:///never-opened.db')).hash_password('x'))"
    )
    hashed = subprocess.check_output([sys.executable, "-c", hashing], text=True, cwd=ROOT)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_wrong_log_in_leaves_no_session(world: World) -> None:
    world.accounts.log_in(NAME, "wrong", world.clock())
    assert how_many(world, SessionRow) == 0


def test_the_secret_itself_is_not_stored(world: World, secret: str) -> None:
    with world.database.read() as session:
        stored = session.scalars(select(SessionRow.secret_hash)).one()
    assert stored == hashlib.sha256(secret.encode()).hexdigest()


def test_a_suspended_person_cannot_log_in(world: World) -> None:
    _suspend(world)
    assert world.accounts.log_in(NAME, people.PASSWORD, world.clock()) is None


def test_a_suspended_person_is_out_at_once(world: World, secret: str) -> None:
    _suspend(world)
    assert world.accounts.recognise(secret, world.clock()) is None


def test_a_suspended_person_gets_no_token(world: World) -> None:
    _suspend(world)
    assert world.accounts.issue_token(NAME, world.clock()) is None


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "x" * 10_000], ids=lambda t: ascii(t)[:6])
def test_an_unknown_secret_is_nobody(world: World, secret: str, wrong: str) -> None:
    assert world.accounts.recognise(wrong, world.clock()) is None


def test_a_log_in_ends_after_half_an_hour_without_use(world: World, secret: str) -> None:
    assert world.accounts.recognise(secret, world.clock.forward(minutes=30)) is None


def test_use_keeps_a_log_in_alive(world: World, secret: str) -> None:
    for _ in range(4):
        known = world.accounts.recognise(secret, world.clock.forward(minutes=29))
    assert known is not None


def test_a_page_that_asks_by_itself_keeps_no_log_in_alive(world: World, secret: str) -> None:
    known = world.accounts.recognise(secret, world.clock.forward(minutes=29), seen=False)
    assert known is not None
    assert known.ends_at == world.clock() + timedelta(minutes=1)
    assert world.accounts.recognise(secret, world.clock.forward(minutes=1), seen=False) is None


def test_use_moves_the_end_of_a_log_in_but_never_past_twelve_hours(
    world: World, secret: str
) -> None:
    begun, minutes_left = world.clock(), []
    for _ in range(24):
        known = world.accounts.recognise(secret, world.clock.forward(minutes=29))
        assert known is not None
        assert known.ends_at is not None
        minutes_left.append((known.ends_at - world.clock()) // timedelta(minutes=1))
    assert set(minutes_left[:23]) == {30}
    assert known.ends_at == begun + timedelta(hours=12)


def test_a_log_in_ends_after_twelve_hours_of_use(world: World, secret: str) -> None:
    for _ in range(30):
        known = world.accounts.recognise(secret, world.clock.forward(minutes=24))
    assert known is None


def test_the_limits_of_a_log_in_can_be_set(world: World) -> None:
    accounts = Accounts(world.database, HouseRules(session_idle=timedelta(minutes=5)))
    secret = accounts.log_in(NAME, people.PASSWORD, world.clock())
    assert accounts.recognise(secret or "", world.clock.forward(minutes=5)) is None


def test_a_token_may_rest_unused(world: World) -> None:
    token = world.accounts.issue_token(NAME, world.clock())
    assert world.accounts.recognise(token or "", world.clock.forward(days=29)) is not None


def test_a_token_ends_by_itself(world: World) -> None:
    token = world.accounts.issue_token(NAME, world.clock())
    world.clock.at += TOKEN_LIFETIME
    assert world.accounts.recognise(token or "", world.clock()) is None


def test_nobody_gets_a_token_for_an_unknown_name(world: World) -> None:
    assert world.accounts.issue_token("nobody", world.clock()) is None


def test_a_log_out_ends_the_session(world: World, secret: str) -> None:
    world.accounts.log_out(secret, world.clock())
    assert world.accounts.recognise(secret, world.clock()) is None


def test_a_log_out_ends_no_other_session(world: World, secret: str) -> None:
    other = world.accounts.log_in(NAME, people.PASSWORD, world.clock())
    world.accounts.log_out(secret, world.clock())
    assert world.accounts.recognise(other or "", world.clock()) is not None


def test_a_log_out_with_an_unknown_secret_is_ignored(world: World, secret: str) -> None:
    world.accounts.log_out("unknown", world.clock())
    assert world.accounts.recognise(secret, world.clock()) is not None


def test_logging_in_and_out_is_in_the_audit_log_once(world: World, secret: str) -> None:
    world.accounts.log_out(secret, world.clock())
    world.accounts.log_out(secret, world.clock())
    with world.database.read() as session:
        logged = session.scalars(select(AuditRow.action).order_by(AuditRow.number))
        assert logged.all() == ["log_in", "log_out"]
