"""Which starts are refused, which are warned of, and that the line says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from referrals.storage.schema import Standing
from service.start_check import (
    CHECKS,
    DatabaseFacts,
    EngineUserFacts,
    Facts,
    Severity,
    findings,
    is_loopback,
)

DEMO = Facts("/data", database=DatabaseFacts(Standing.CURRENT, demo=True, in_use=True))
REAL = Facts(
    "/data",
    demo_wanted=False,
    database=DatabaseFacts(
        Standing.CURRENT, in_use=True, backed_up_at=datetime(2026, 11, 30, tzinfo=UTC)
    ),
)
BEHIND_A_PROXY = replace(REAL, public_url="https://henvis.example.dk")
NEW = Facts("/data")


def told(facts: Facts) -> dict[str, Severity]:
    return {each.check: each.severity for each in findings(facts)}


def changed(facts: Facts, **database: object) -> Facts:
    assert facts.database is not None
    return replace(facts, database=replace(facts.database, **database))  # type: ignore[arg-type]


@pytest.mark.parametrize("facts", [DEMO, NEW], ids=["there", "to be made"])
def test_a_demo_on_this_machine_starts_without_a_word(facts: Facts) -> None:
    assert told(facts) == {}


def test_a_real_start_behind_a_proxy_is_told_of_its_plain_backup_only() -> None:
    assert told(BEHIND_A_PROXY) == {"backup": Severity.WARNING}


BACKED_UP_AT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "doubtful"),
    [(timedelta(hours=47), False), (timedelta(days=2), False), (timedelta(hours=49), True)],
    ids=str,
)
def test_an_encrypted_backup_is_told_of_once_it_is_old(age: timedelta, *, doubtful: bool) -> None:
    facts = replace(changed(BEHIND_A_PROXY, backup_encrypted=True), now=BACKED_UP_AT + age)
    assert ("backup" in told(facts)) is doubtful


def _engine_as(**found: bool | str) -> Facts:
    return replace(DEMO, engine_user=EngineUserFacts("henvis-engine", **found))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "check"),
    {
        "demo data for real": (replace(DEMO, demo_wanted=False), "demo log-ins"),
        "demo data on every address": (replace(DEMO, host="0.0.0.0"), "demo on the net"),
        "demo data on a name": (replace(DEMO, host="henvis.example"), "demo on the net"),
        "demo data at a public address": (
            replace(DEMO, public_url="https://henvis.example.dk"),
            "demo on the net",
        ),
        "demo data yet to be made": (replace(NEW, host="::"), "demo on the net"),
        "log-ins that cross the net": (replace(REAL, host="0.0.0.0"), "plain http"),
        "a public address without TLS": (
            replace(REAL, public_url="http://henvis.example.dk"),
            "plain http",
        ),
        "tracebacks where others come": (replace(BEHIND_A_PROXY, debug=True), "debug"),
        "keys that others read": (replace(REAL, keys_mode=0o640), "keys readable by others"),
        "keys that are missing": (changed(REAL, keys="missing"), "keys"),
        "keys of another database": (changed(REAL, keys="others"), "keys"),
        "a demo without its keys": (changed(DEMO, keys="missing"), "keys"),
        "no such user for the engine": (_engine_as(known=False), "engine's user"),
        "the engine as root or as Henvis": (_engine_as(other=False), "engine's user"),
        "no right to become another": (_engine_as(may_become=False), "engine's user"),
        "the engine in our data": (_engine_as(opens="/data"), "engine's user"),
        "an engine that reads no code": (_engine_as(lacks="/opt/henvis"), "engine's user"),
        "a newer database": (changed(REAL, standing=Standing.UNKNOWN), "schema"),
    }.values(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_refused(facts: Facts, check: str) -> None:
    assert told(facts)[check] is Severity.REFUSED


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        (replace(REAL, root=True), "root"),
        (replace(REAL, debug=True), "debug"),
        (replace(DEMO, keys_mode=0o644), "keys readable by others"),
        (changed(REAL, second_factor=False), "second factor"),
        (replace(BEHIND_A_PROXY, host="0.0.0.0"), "proxy"),
        (changed(REAL, backed_up_at=None), "backup"),
        (changed(REAL, clock_waits_s=3600), "clock"),
        (replace(REAL, fence=0), "engine"),
        (replace(REAL, fence=3), "engine"),
        (replace(REAL, unreachable="connection refused"), "database"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_warned_of(facts: Facts, check: str) -> None:
    assert told(facts)[check] is Severity.WARNING


def test_a_user_of_the_engine_s_own_is_no_doubt() -> None:
    assert told(_engine_as()) == {}


def test_a_named_proxy_is_no_doubt() -> None:
    facts = replace(BEHIND_A_PROXY, host="0.0.0.0", proxies_named=True)
    assert "proxy" not in told(facts)


def test_keys_for_their_owner_alone_are_private() -> None:
    assert "keys readable by others" not in told(replace(REAL, keys_mode=0o600))


def test_a_real_database_stays_real_though_nobody_said_no_demo() -> None:
    facts = replace(BEHIND_A_PROXY, demo_wanted=True)
    assert told(facts) == {"backup": Severity.WARNING}


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("henvis.localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, local: object) -> None:
    assert is_loopback(host) is local


def test_every_check_can_speak_and_says_one_line() -> None:
    worst = Facts(
        "/data",
        host="0.0.0.0",
        demo_wanted=False,
        debug=True,
        root=True,
        keys_mode=0o666,
        fence=0,
        engine_user=EngineUserFacts("henvis-engine", known=False),
        unreachable="away",
        database=DatabaseFacts(
            Standing.UNKNOWN, in_use=True, keys="missing", second_factor=False, clock_waits_s=60
        ),
    )
    as_demo = changed(worst, demo=True)
    lines = [*findings(worst), *findings(as_demo), *findings(replace(DEMO, host="::"))]
    assert {each.check for each in lines} == set(CHECKS)
    assert not [each for each in lines if "\n" in each.line or len(each.line) > 240]
