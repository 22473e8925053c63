"""A person's own sessions, the password, and how often it may be tried."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from demo import people
from referrals.staff import house_rules
from referrals.staff.accounts import Accounts
from referrals.staff.house_rules import BadRule, Reason
from referrals.staff.passwords import LONGEST
from referrals.staff.tables import SessionRow
from tests.conftest import World

NAME = "demo-nurse"
OTHER = "demo-nurse-2"
WHY = "Delte computere på afsnittet"
GOOD = "lampe kaktus flyver onsdag"


def log_in(world: World, name: str = NAME, device: str = "Firefox, Windows") -> str:
    secret = world.accounts.log_in(name, people.PASSWORD, world.clock(), device)
    assert secret is not None
    return secret


def is_in(world: World, secret: str) -> bool:
    return world.accounts.recognise(secret, world.clock()) is not None


def test_people_see_their_own_sessions_only(world: World) -> None:
    here, there = log_in(world), log_in(world, device="Safari, iPhone")
    log_in(world, OTHER)
    listed = world.accounts.own_sessions(world.staff(NAME), here, world.clock())
    assert {(one.device, one.current) for one in listed} == {
        ("Firefox, Windows", True),
        ("Safari, iPhone", False),
    }
    assert not any(secret in repr(listed) for secret in (here, there))


def test_one_session_is_ended_and_the_others_stay(world: World) -> None:
    here, there = log_in(world), log_in(world)
    listed = world.accounts.own_sessions(world.staff(NAME), here, world.clock())
    [other] = [one.id for one in listed if not one.current]
    assert world.accounts.end_session(world.staff(NAME), other, world.clock())
    assert (is_in(world, here), is_in(world, there)) == (True, False)


def test_nobody_ends_the_session_of_another(world: World) -> None:
    here, theirs = log_in(world), log_in(world, OTHER)
    [their] = world.accounts.own_sessions(world.staff(OTHER), theirs, world.clock())
    assert not world.accounts.end_session(world.staff(NAME), their.id, world.clock())
    assert is_in(world, theirs)
    assert is_in(world, here)


def test_all_other_sessions_and_tokens_end_at_once(world: World) -> None:
    here, there, theirs = log_in(world), log_in(world), log_in(world, OTHER)
    token = world.accounts.issue_token(NAME, world.clock()) or ""
    exchanged = world.accounts.end_other_sessions(world.staff(NAME), here, world.clock())
    stay = [is_in(world, secret) for secret in (exchanged, there, token, theirs)]
    assert stay == [True, False, False, True]


def test_who_holds_this_session_s_secret_of_before_is_elsewhere_too(world: World) -> None:
    stolen = log_in(world)
    world.accounts.end_other_sessions(world.staff(NAME), stolen, world.clock())
    assert not is_in(world, stolen)


def test_a_session_that_is_given_another_secret_is_proved_no_later_by_that(world: World) -> None:
    here = log_in(world)
    world.clock.forward(minutes=10)
    exchanged = world.accounts.end_other_sessions(world.staff(NAME), here, world.clock())
    world.clock.forward(minutes=10)
    known = world.accounts.recognise(exchanged, world.clock())
    assert known is not None
    assert not known.fresh


def test_a_new_password_ends_all_other_sessions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    here, there = log_in(world), log_in(world)
    nurse = world.staff(NAME)
    renewed = world.accounts.change_password(nurse, here, people.PASSWORD, GOOD, world.clock())
    assert [is_in(world, secret) for secret in (renewed or "", here, there)] == [True, False, False]
    assert world.accounts.log_in(NAME, people.PASSWORD, world.clock()) is None
    assert world.accounts.log_in(NAME, GOOD, world.clock())


def test_a_password_is_not_changed_without_the_old_one(world: World) -> None:
    here = log_in(world)
    nurse = world.staff(NAME)
    assert not world.accounts.change_password(nurse, here, "forkert", GOOD, world.clock())
    assert world.accounts.log_in(NAME, people.PASSWORD, world.clock())


def test_a_password_counts_to_its_last_sign(world: World) -> None:
    longest = (f"{GOOD} " * 10)[:LONGEST]
    nurse, here, accounts = world.staff(NAME), log_in(world), Accounts(world.database)
    assert accounts.change_password(nurse, here, people.PASSWORD, longest, world.clock())
    assert accounts.log_in(NAME, f"{longest}x", world.clock()) is None
    assert accounts.log_in(NAME, longest, world.clock()) is not None


def test_a_session_is_as_long_as_the_administrator_says(world: World) -> None:
    secret = log_in(world)
    with world.database.write() as session:
        house_rules.change(session, "session_idle", 5, "demo-admin", world.clock(), reason=WHY)
    world.clock.forward(minutes=5)
    assert not is_in(world, secret)


@pytest.mark.parametrize("why", ["", " kort ", "x" * 301, "med nul \x00 i sig"], ids=ascii)
def test_how_long_a_log_in_lasts_is_changed_with_a_reason_in_words(world: World, why: str) -> None:
    def change(reason: str) -> bool:
        with world.database.write() as session:
            return house_rules.change(
                session, "session_lifetime", 480, "demo-admin", world.clock(), reason=reason
            )

    with pytest.raises(BadRule, match="reason"):
        change(why)
    assert change(WHY)
    assert not change(""), "it stands so already"
    with world.database.read() as session:
        kept = house_rules.reasons(session)
    assert kept == {"session_lifetime": Reason(WHY, "demo-admin", world.clock())}


@pytest.mark.parametrize(
    ("name", "value"),
    [("session_idle", 4), ("session_idle", 241), ("session_idle", True), ("unknown", 1),
     ("require_second_factor", 1)],
    ids=["short", "long", "switch", "unknown", "number"],
)  # fmt: skip
def test_a_rule_out_of_bounds_is_refused(world: World, name: str, value: int) -> None:
    with world.database.write() as session, pytest.raises(BadRule):
        house_rules.change(session, name, value, "demo-admin", world.clock())


def test_the_device_is_kept_short(world: World) -> None:
    log_in(world, device="x" * 500)
    with world.database.read() as session:
        assert len(session.scalars(select(SessionRow.device)).one()) == 120
