"""Whose guesses wait: those of who guesses, and nobody's whom they name."""

from __future__ import annotations

import pytest

from demo import people
from referrals.allowances.spending import TooManyAttempts
from referrals.staff.attempts import CODES, PASSWORDS, WRONG_FROM, Caller, net_of
from referrals.staff.second_factor import SecondFactors
from tests.conftest import World

NURSE, OTHER = "demo-nurse", "demo-nurse-2"
STRANGER, WARD = Caller("203.0.113.7"), Caller("198.51.100.1")
KNOWN = Caller(WARD.address, device="a device that the nurse was let in with")
AT_ONCE = PASSWORDS.rates[0].amount


def tried(world: World, name: str, caller: Caller, password: str = "forkert") -> str:
    try:
        secret = world.accounts.log_in(name, password, world.clock(), caller=caller)
    except TooManyAttempts:
        return "waits"
    return "in" if secret else "wrong"


def guess(world: World, name: str, caller: Caller, times: int = AT_ONCE) -> None:
    for _ in range(times):
        tried(world, name, caller)


@pytest.mark.parametrize("name", [NURSE, "findes-ikke"], ids=["known", "unknown"])
def test_whoever_guesses_has_to_wait(world: World, name: str) -> None:
    guess(world, name, STRANGER)
    assert tried(world, name.upper(), STRANGER, people.PASSWORD) == "waits"


def test_a_stranger_elsewhere_makes_no_name_wait(world: World) -> None:
    guess(world, NURSE, STRANGER, 3 * AT_ONCE)
    assert tried(world, NURSE, WARD, people.PASSWORD) == "in"


def test_a_colleague_at_the_same_address_makes_nobody_wait_at_a_device_that_knows_them(
    world: World,
) -> None:
    guess(world, NURSE, WARD)
    assert tried(world, NURSE, WARD, people.PASSWORD) == "waits"
    assert tried(world, NURSE, KNOWN, people.PASSWORD) == "in"


def test_a_device_that_is_known_guesses_no_more_than_a_stranger(world: World) -> None:
    guess(world, NURSE, KNOWN)
    assert tried(world, NURSE, KNOWN, people.PASSWORD) == "waits"


def test_a_shift_of_three_hundred_behind_one_address_gets_in(world: World) -> None:
    world.accounts._fits = lambda *_: True  # type: ignore[method-assign] - argon2 is slow on purpose
    assert {tried(world, NURSE, WARD, people.PASSWORD) for _ in range(300)} == {"in"}


def test_one_address_does_not_go_through_all_names(world: World) -> None:
    world.accounts._fits = lambda *_: False  # type: ignore[method-assign] - as above
    names = [f"nurse-{number}" for number in range(WRONG_FROM.rates[0].amount + 1)]
    answers = [tried(world, name, STRANGER) for name in names]
    assert answers == ["wrong"] * (len(names) - 1) + ["waits"]


def test_what_others_guess_there_holds_up_no_device_that_is_known(world: World) -> None:
    world.accounts._fits = lambda *_: False  # type: ignore[method-assign] - as above
    for number in range(WRONG_FROM.rates[0].amount + 1):
        tried(world, f"nurse-{number}", WARD)
    assert tried(world, NURSE, KNOWN) == "wrong"


def test_whoever_goes_on_guessing_waits_longer_and_longer(world: World) -> None:
    guess(world, NURSE, STRANGER)
    waits = []
    for _ in range(30):
        with pytest.raises(TooManyAttempts) as refused:
            world.accounts.log_in(NURSE, "forkert", world.clock(), caller=STRANGER)
        waits.append(refused.value.again_in_s)
        world.clock.forward(seconds=refused.value.again_in_s)
        assert tried(world, NURSE, STRANGER) == "wrong"
    assert waits[0] == 30
    assert waits == sorted(waits)
    assert waits[-1] == 120


def test_a_right_password_forgives_what_was_mistyped(world: World) -> None:
    guess(world, NURSE, WARD, AT_ONCE - 1)
    assert tried(world, NURSE, WARD, people.PASSWORD) == "in"
    guess(world, NURSE, WARD, AT_ONCE - 1)
    assert tried(world, NURSE, WARD, people.PASSWORD) == "in"


def test_who_holds_a_password_makes_its_owner_wait_for_no_code_at_a_known_device(
    world: World,
) -> None:
    factors, nurse = SecondFactors(world.database, world.vault), world.staff(NURSE)
    for _ in range(CODES.rates[0].amount):
        factors.prove(nurse, "a stolen session", "000000", world.clock())
    with pytest.raises(TooManyAttempts):
        factors.prove(nurse, "a stolen session", "000000", world.clock())
    assert not factors.prove(nurse, "own", "000000", world.clock(), device=KNOWN.device)


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_counts_as_the_line_that_it_belongs_to(address: str, counts_as: str) -> None:
    assert net_of(address) == counts_as
