"""Which rules an administrator may set, within which bounds, and what they mean for each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from referrals.staff import house_rules
from referrals.staff.house_rules import BadRule, HouseRules, Reason
from referrals.staff.roles import Role
from referrals.storage.database import Database
from tests.conftest import FORENOON

Value = bool | int | str
WHY = "Delte computere på afsnittet"
MINUTES = {
    "session_idle": (5, 240),
    "session_lifetime": (60, 24 * 60),
    "invite_lifetime": (24 * 60, 30 * 24 * 60),
}
COUNTS = {
    "attempts_before_giving_up": (3, 10),
    "conversations_a_day": (30, 100_000),
    "referrals_a_day": (10, 100_000),
}
SWITCHES = ["require_second_factor", "second_factor_for_nurses", "require_passkey"]
REASONED = ["session_idle", "session_lifetime"]
STARTED = HouseRules()


def change(database: Database, name: str, value: Value, reason: str = WHY) -> bool:
    with database.write() as session:
        return house_rules.change(session, name, value, "anna", FORENOON, reason=reason)


def stands(database: Database) -> HouseRules:
    with database.read() as session:
        return house_rules.read(session, STARTED)


def test_as_started_a_log_in_lasts_half_an_hour_idle_and_half_a_day_in_all() -> None:
    assert asdict(STARTED) == {
        "session_lifetime": timedelta(hours=12),
        "session_idle": timedelta(minutes=30),
        "invite_lifetime": timedelta(days=7),
        "require_second_factor": True,
        "second_factor_for_nurses": False,
        "require_passkey": False,
        "attempts_before_giving_up": 3,
        "conversations_a_day": 75,
        "referrals_a_day": 40,
        "mail_domains": (),
    }


def test_a_rule_that_nobody_changed_stands_as_it_was_started_with(database: Database) -> None:
    assert stands(database) == STARTED


# Spans and numbers


@pytest.mark.parametrize("name", [*MINUTES, *COUNTS])
@pytest.mark.parametrize("end", [0, 1], ids=["fewest", "most"])
def test_a_rule_may_be_set_to_its_bounds(database: Database, name: str, end: int) -> None:
    value = (MINUTES | COUNTS)[name][end]
    change(database, name, value)
    assert stands(database) == replace(
        STARTED, **{name: timedelta(minutes=value) if name in MINUTES else value}
    )


@pytest.mark.parametrize("name", [*MINUTES, *COUNTS])
@pytest.mark.parametrize("beyond", [-1, 1], ids=["fewer", "more"])
def test_and_not_beyond_them(database: Database, name: str, beyond: int) -> None:
    fewest, most = (MINUTES | COUNTS)[name]
    with pytest.raises(BadRule, match=name):
        change(database, name, fewest - 1 if beyond < 0 else most + 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_idle", "30"),
        ("session_idle", True),
        ("require_passkey", 1),
        ("require_passkey", "true"),
        ("mail_domains", 1),
        ("mail_domains", False),
        ("unknown", 30),
        ("unknown", True),
        ("unknown", "30"),
    ],
    ids=str,
)
def test_a_rule_takes_what_is_of_its_kind_and_there_is_no_other(
    database: Database, name: str, value: Value
) -> None:
    with pytest.raises(BadRule, match=name):
        change(database, name, value)


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_on_or_off(database: Database, name: str) -> None:
    started = getattr(STARTED, name)
    assert change(database, name, not started)
    assert stands(database) == replace(STARTED, **{name: not started})


def test_a_rule_that_stands_so_already_is_not_changed(database: Database) -> None:
    assert [change(database, "require_passkey", True) for _ in range(2)] == [True, False]


def test_a_rule_may_be_changed_again(database: Database) -> None:
    assert [change(database, "referrals_a_day", each) for each in (50, 60)] == [True, True]
    assert stands(database).referrals_a_day == 60


# Reasons


@pytest.mark.parametrize("name", REASONED)
@pytest.mark.parametrize("reason", ["x" * 10, "x" * 300, "  ti    tegn\n her "], ids=len)
def test_how_long_a_log_in_lasts_is_changed_with_a_reason_that_is_kept(
    database: Database, name: str, reason: str
) -> None:
    change(database, name, 60, reason)
    with database.read() as session:
        kept = house_rules.reasons(session)
    assert kept == {name: Reason(" ".join(reason.split()), "anna", FORENOON)}


@pytest.mark.parametrize("name", REASONED)
@pytest.mark.parametrize(
    "reason", ["", "x" * 9, "x    xxxxxx", "x" * 301, "med et nul \x00 i sig"], ids=ascii
)
def test_and_not_without_one_in_words(database: Database, name: str, reason: str) -> None:
    with pytest.raises(BadRule, match="reason"):
        change(database, name, 60, reason)
    assert stands(database) == STARTED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("invite_lifetime", 1500),
        *((name, 50 if name != "attempts_before_giving_up" else 4) for name in COUNTS),
        *((name, True) for name in SWITCHES),
        ("mail_domains", "regionh.dk"),
    ],
)
def test_every_other_rule_needs_none_and_keeps_none(
    database: Database, name: str, value: Value
) -> None:
    assert change(database, name, value, reason="")
    with database.read() as session:
        assert house_rules.reasons(session) == {}


# Domains


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("regionh.dk", ("regionh.dk",)),
        ("@RegionH.dk", ("regionh.dk",)),
        ("regionh.dk, herlev.dk;ishoej.dk\na.dk", ("regionh.dk", "herlev.dk", "ishoej.dk", "a.dk")),
        ("regionh.dk regionh.dk", ("regionh.dk",)),
        ("a-b.æøå.dk", ("a-b.æøå.dk",)),
        ("1.2.dk, ", ("1.2.dk",)),
    ],
    ids=["one", "as an address", "several", "twice", "signs", "a comma behind"],
)
def test_domains_are_kept_once_each(database: Database, typed: str, kept: tuple[str, ...]) -> None:
    change(database, "mail_domains", typed)
    assert stands(database).mail_domains == kept


def test_no_domain_lets_notices_go_anywhere_again(database: Database) -> None:
    change(database, "mail_domains", "regionh.dk")
    change(database, "mail_domains", "  ")
    assert stands(database).mail_domains == ()


@pytest.mark.parametrize(
    "typed",
    ["dk", "regionh", "-a.dk", "a-.dk", "a--b.dk", "a..dk", "a.d", "a.dk.", "a@b.dk", "a_b.dk"],
)
def test_what_is_no_domain_is_refused_with_all_of_them(database: Database, typed: str) -> None:
    with pytest.raises(BadRule, match="mail_domains"):
        change(database, "mail_domains", f"regionh.dk {typed}")


def test_twenty_domains_may_be_named_and_no_more(database: Database) -> None:
    named = [f"a{number}.dk" for number in range(21)]
    change(database, "mail_domains", " ".join(named[:20]))
    assert len(stands(database).mail_domains) == 20
    with pytest.raises(BadRule):
        change(database, "mail_domains", " ".join(named))


# What they mean for each role

ALWAYS = {Role.ADVISER, Role.COURSE_MANAGER, Role.ADMINISTRATOR, Role.LEAD}
TWICE: Mapping[tuple[bool, bool], set[Role]] = {
    (False, False): set(),
    (False, True): set(),
    (True, False): ALWAYS,
    (True, True): {*ALWAYS, Role.NURSE},
}
PASSKEY: Mapping[tuple[bool, bool], set[Role]] = {
    (False, False): set(),
    (False, True): set(),
    (True, False): set(),
    (True, True): {Role.ADVISER, Role.COURSE_MANAGER, Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("switches", TWICE, ids=str)
def test_who_is_asked_twice_follows_from_two_switches(switches: tuple[bool, bool]) -> None:
    rules = HouseRules(require_second_factor=switches[0], second_factor_for_nurses=switches[1])
    assert {role for role in Role if rules.asks_twice(role)} == TWICE[switches]


@pytest.mark.parametrize("switches", PASSKEY, ids=str)
def test_who_needs_a_passkey_follows_from_two_switches(switches: tuple[bool, bool]) -> None:
    rules = HouseRules(require_second_factor=switches[0], require_passkey=switches[1])
    assert {role for role in Role if rules.asks_passkey(role)} == PASSKEY[switches]
