"""The second factor: who is asked for it, that a code works once, and recovery codes."""

from __future__ import annotations

import json
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from demo import people
from referrals.allowances.spending import TooManyAttempts
from referrals.staff import house_rules
from referrals.staff.accounts import Accounts
from referrals.staff.attempts import CODES
from referrals.staff.house_rules import HouseRules
from referrals.staff.roles import Role
from referrals.staff.second_factor import (
    RECOVERY_CODES,
    STEP_S,
    Enrolled,
    SecondFactors,
    place_of,
)
from referrals.staff.sessions import digest
from referrals.staff.tables import SettingRow, UserRow
from tests.conftest import World

ADVISER = "demo-adviser-0151"


@pytest.fixture
def factors(world: World) -> SecondFactors:
    """Ask for a second factor, as an installation with real patients does."""
    ask(world, wanted=True)
    return SecondFactors(world.database, world.vault)


def ask(world: World, *, wanted: bool) -> None:
    with world.database.write() as session:
        house_rules.change(session, "require_second_factor", wanted, "demo-admin", world.clock())


def log_in(world: World, name: str = ADVISER) -> str:
    secret = world.accounts.log_in(name, people.PASSWORD, world.clock())
    assert secret is not None
    return secret


def is_half(world: World, secret: str) -> bool:
    known = world.accounts.recognise(secret, world.clock())
    assert known is not None
    return known.half


def code_of(world: World, shared: str, steps: int = 0) -> str:
    return pyotp.TOTP(shared).at(world.clock() + timedelta(seconds=STEP_S * steps))


def enrol(world: World, factors: SecondFactors, secret: str) -> tuple[str, list[str]]:
    shared, enrolled = enrol_here(world, factors, secret)
    return shared, enrolled.codes


def enrol_here(world: World, factors: SecondFactors, secret: str) -> tuple[str, Enrolled]:
    shared = factors.offer(world.staff(ADVISER), secret).secret
    enrolled = factors.enrol(world.staff(ADVISER), secret, code_of(world, shared), world.clock())
    assert enrolled is not None
    return shared, enrolled


@pytest.mark.parametrize(
    ("role", "asked", "with_nurses"),
    [
        (Role.ADVISER, True, True),
        (Role.COURSE_MANAGER, True, True),
        (Role.ADMINISTRATOR, True, True),
        (Role.NURSE, False, True),
        (Role.LEAD, True, True),
    ],
)
def test_who_reads_identity_or_lets_others_in_proves_it_twice(
    role: Role, *, asked: bool, with_nurses: bool
) -> None:
    assert HouseRules().asks_twice(role) is asked
    assert HouseRules(second_factor_for_nurses=True).asks_twice(role) is with_nurses
    assert not HouseRules(require_second_factor=False).asks_twice(role)


def test_the_demo_asks_for_a_password_only(world: World) -> None:
    assert not world.accounts.rules().require_second_factor
    assert not is_half(world, log_in(world))


def test_an_installation_without_demo_data_asks_for_both(world: World) -> None:
    with world.database.write() as session:
        session.delete(session.get_one(SettingRow, "require_second_factor"))
    assert world.accounts.rules().require_second_factor
    assert is_half(world, log_in(world))


def test_a_password_alone_lets_an_adviser_in_half(world: World, factors: SecondFactors) -> None:
    assert is_half(world, log_in(world))


def test_a_nurse_needs_no_second_factor(world: World, factors: SecondFactors) -> None:
    assert not is_half(world, log_in(world, "demo-nurse"))


def test_a_token_of_the_command_line_counts_as_proved(world: World, factors: SecondFactors) -> None:
    token = world.accounts.issue_token(ADVISER, world.clock()) or ""
    assert not is_half(world, token)


def test_enrolling_lets_this_session_in_and_makes_others_half(
    world: World, factors: SecondFactors
) -> None:
    ask(world, wanted=False)
    here, there = log_in(world), log_in(world)
    _, enrolled = enrol_here(world, factors, here)
    assert (is_half(world, enrolled.secret), is_half(world, there)) == (False, True)


def test_a_code_works_once(world: World, factors: SecondFactors) -> None:
    shared, _ = enrol(world, factors, log_in(world))
    adviser, secret = world.staff(ADVISER), log_in(world)
    assert not factors.prove(adviser, secret, code_of(world, shared), world.clock())
    world.clock.forward(seconds=30)
    code = code_of(world, shared)
    renewed = factors.prove(adviser, secret, code, world.clock())
    assert not factors.prove(adviser, log_in(world), code, world.clock())
    assert renewed
    assert not is_half(world, renewed)


def test_an_older_code_does_not_work_after_a_newer_one(
    world: World, factors: SecondFactors
) -> None:
    shared, _ = enrol(world, factors, log_in(world))
    world.clock.forward(minutes=5)
    adviser, secret = world.staff(ADVISER), log_in(world)
    older, newer = code_of(world, shared, -1), code_of(world, shared)
    assert factors.prove(adviser, secret, newer, world.clock())
    assert not factors.prove(adviser, log_in(world), older, world.clock())


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_phone_whose_clock_is_half_a_minute_off_still_works(
    world: World, factors: SecondFactors, steps: int
) -> None:
    shared, _ = enrol(world, factors, log_in(world))
    world.clock.forward(minutes=5)
    code = code_of(world, shared, steps)
    assert factors.prove(world.staff(ADVISER), log_in(world), code, world.clock())


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６", "\x00", "1" * 40])
def test_a_wrong_code_leaves_the_session_half(
    world: World, factors: SecondFactors, code: str
) -> None:
    enrol(world, factors, log_in(world))
    world.clock.forward(minutes=5)
    secret = log_in(world)
    assert not factors.prove(world.staff(ADVISER), secret, code, world.clock())
    assert is_half(world, secret)


def test_guessing_codes_has_to_wait(world: World, factors: SecondFactors) -> None:
    secret = log_in(world)
    for _ in range(CODES.rates[0].amount):
        factors.prove(world.staff(ADVISER), secret, "000000", world.clock())
    with pytest.raises(TooManyAttempts):
        factors.prove(world.staff(ADVISER), secret, "000000", world.clock())


def test_a_recovery_code_works_once_however_it_is_typed(
    world: World, factors: SecondFactors
) -> None:
    _, codes = enrol(world, factors, log_in(world))
    adviser = world.staff(ADVISER)
    typed = codes[0].replace("-", " ").upper()
    assert factors.prove(adviser, log_in(world), typed, world.clock())
    assert not factors.prove(adviser, log_in(world), codes[0], world.clock())
    assert factors.recovery_codes_left(adviser) == RECOVERY_CODES - 1


def test_a_recovery_code_is_drawn_from_more_than_any_machine_tries(
    world: World, factors: SecondFactors
) -> None:
    _, codes = enrol(world, factors, log_in(world))
    assert len(set(codes)) == RECOVERY_CODES
    bits_of_a_sign = 5
    assert all(len(code.replace("-", "")) * bits_of_a_sign >= 128 for code in codes)
    assert set("".join(codes)) <= set("abcdefghijklmnopqrstuvwxyz234567-")


def kept_codes(world: World) -> list[str]:
    """Give what is stored of an adviser's recovery codes."""
    with world.database.read() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == ADVISER)).one()
        return json.loads(world.vault.bring_back(place_of(user.id), user.second_factor or b""))[
            "recovery"
        ]


def test_each_recovery_code_is_kept_under_a_salt_of_its_own(
    world: World, factors: SecondFactors
) -> None:
    _, codes = enrol(world, factors, log_in(world))
    kept = [each.split("$") for each in kept_codes(world)]
    salts, hashes = zip(*kept, strict=True)
    assert {len(salt) for salt in salts} == {32}
    assert len(set(salts)) == RECOVERY_CODES
    assert not set(hashes) & {digest(code.replace("-", "")) for code in codes}


def test_a_sheet_of_before_works_and_is_salted_once_one_of_it_was_used(
    world: World, factors: SecondFactors
) -> None:
    _, codes = enrol(world, factors, log_in(world))
    adviser = world.staff(ADVISER)
    of_before = [digest(code.replace("-", "")) for code in codes]
    with world.database.write() as session:
        user = session.get_one(UserRow, adviser.id)
        plain = world.vault.bring_back(place_of(user.id), user.second_factor or b"")
        sheet = json.dumps({**json.loads(plain), "recovery": of_before}).encode()
        user.second_factor = world.vault.lock_away(session, place_of(user.id), sheet)
    assert factors.prove(adviser, log_in(world), codes[3], world.clock())
    left = kept_codes(world)
    assert len(left) == RECOVERY_CODES - 1
    assert all("$" in each for each in left)
    assert not factors.prove(adviser, log_in(world), of_before[0], world.clock())
    for code in (*codes[:3], *codes[4:]):
        assert factors.prove(adviser, log_in(world), code, world.clock())
    assert kept_codes(world) == []


def test_somebody_with_a_password_cannot_enrol_over_a_phone(
    world: World, factors: SecondFactors
) -> None:
    _, codes = enrol(world, factors, log_in(world))
    thief = log_in(world)
    adviser = world.staff(ADVISER)
    world.clock.forward(minutes=5)
    code = code_of(world, factors.offer(adviser, thief).secret)
    assert factors.enrol(adviser, thief, code, world.clock()) is None
    assert is_half(world, thief)
    assert factors.enrol(adviser, thief, code, world.clock(), current=codes[1])


def test_what_is_stored_can_be_read_neither_without_the_key_nor_for_another(
    world: World, factors: SecondFactors
) -> None:
    shared, codes = enrol(world, factors, log_in(world))
    with world.database.read() as session:
        user = session.scalars(select(UserRow).where(UserRow.name == ADVISER)).one()
    assert user.second_factor is not None
    for secret in (shared, *codes):
        assert secret.encode() not in user.second_factor
    with pytest.raises(RuntimeError):
        world.vault.bring_back("second-factor:0", user.second_factor)


def test_another_session_is_offered_another_secret(world: World, factors: SecondFactors) -> None:
    adviser, one, two = world.staff(ADVISER), log_in(world), log_in(world)
    assert factors.offer(adviser, one) == factors.offer(adviser, one)
    assert factors.offer(adviser, one) != factors.offer(adviser, two)


def test_a_new_set_of_rules_holds_for_sessions_that_are_open(
    world: World, factors: SecondFactors
) -> None:
    ask(world, wanted=False)
    secret = log_in(world)
    assert not is_half(world, secret)
    ask(world, wanted=True)
    assert is_half(world, secret)
    assert Accounts(world.database).recognise(secret, world.clock())
