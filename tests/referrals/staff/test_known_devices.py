"""Devices that were let in before: what they bring along, and what nobody can make up."""

from __future__ import annotations

import pytest

from referrals.staff.known_devices import MOST_NAMES, KnownDevices
from referrals.vault.keys import new_keys, with_one_more
from referrals.vault.vault import Vault

NURSE, OTHER = "anne.hansen", "bo.jensen"


@pytest.fixture
def devices() -> KnownDevices:
    return KnownDevices(Vault(new_keys()))


def test_a_device_is_known_with_the_name_that_was_let_in(devices: KnownDevices) -> None:
    value = devices.remember("", NURSE)
    assert devices.known(value, NURSE)
    assert devices.known(value, f" {NURSE.upper()} ") == devices.known(value, NURSE)


def test_it_is_known_with_no_other(devices: KnownDevices) -> None:
    assert devices.known(devices.remember("", NURSE), OTHER) == ""


def test_a_ward_s_computer_is_known_with_all_who_share_it(devices: KnownDevices) -> None:
    value = devices.remember(devices.remember("", NURSE), OTHER)
    assert devices.known(value, NURSE) == devices.known(value, OTHER) != ""


def test_of_very_many_the_last_ones_are_known(devices: KnownDevices) -> None:
    value = ""
    for number in range(MOST_NAMES + 1):
        value = devices.remember(value, f"nurse-{number}")
    assert devices.known(value, "nurse-0") == ""
    assert devices.known(value, "nurse-1")
    assert len(value) < 1100


def test_it_stays_known_when_the_key_of_links_is_changed() -> None:
    keys = new_keys()
    value = KnownDevices(Vault(keys)).remember("", NURSE)
    after = KnownDevices(Vault(with_one_more(keys, "links")))
    assert after.known(value, NURSE)
    assert after.known(value, OTHER) == ""


def test_letting_the_same_in_again_changes_nothing(devices: KnownDevices) -> None:
    value = devices.remember("", NURSE)
    assert devices.remember(value, NURSE) == value


def test_two_devices_are_two(devices: KnownDevices) -> None:
    assert devices.remember("", NURSE) != devices.remember("", NURSE)


def test_nobody_else_s_keys_sign_for_us(devices: KnownDevices) -> None:
    theirs = KnownDevices(Vault(new_keys())).remember("", NURSE)
    assert devices.known(theirs, NURSE) == ""


def test_a_sign_belongs_to_its_device(devices: KnownDevices) -> None:
    sign = devices.remember("", NURSE).partition(".")[2]
    assert devices.known(f"{'A' * 22}.{sign}", NURSE) == ""


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "A" * 22, "æ" * 22, "A" * 22 + ".\n"])
def test_what_is_no_such_value_is_nobody_s_device(devices: KnownDevices, value: str) -> None:
    assert devices.known(value, NURSE) == ""


def test_the_value_tells_no_name(devices: KnownDevices) -> None:
    assert NURSE not in devices.remember("", NURSE)
