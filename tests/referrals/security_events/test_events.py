"""The events: each is listed, told somewhere, and sorted as ECS sorts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from referrals.audit.chain import Why
from referrals.bedside.finding import LOOK_UP
from referrals.quotas.nurse import Counted
from referrals.security_events.events import AUDITED, Event
from service.settings import ROOT
from service.web.problems import EVENTS as TOLD_PROBLEMS

EVENTS = ROOT / "docs" / "security" / "events.md"
ALERTS = ROOT / "docs" / "security" / "alerts.yml"
PACKAGES = ("actions", "bot", "inbox", "referrals", "service")
CATEGORIES = """
    api authentication configuration database driver email file host iam intrusion_detection
    library malware network package process registry session threat vulnerability web
"""
TYPES = """
    access admin allowed change connection creation deletion denied device end error group
    indicator info installation protocol start user
"""


@cache
def code() -> str:
    """Give all code that could tell of an event."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return "\n".join(file.read_text("utf-8") for file in files)


def listed() -> list[tuple[str, str]]:
    """Give the inventory: events and their levels."""
    inventory = EVENTS.read_text("utf-8").partition("## Inventory")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| (\w+) \|", inventory, re.MULTILINE)


def test_the_inventory_lists_every_event_with_its_level_once_and_nothing_else() -> None:
    levels = {20: "information", 30: "warning", 40: "error"}
    assert sorted(listed()) == sorted(
        (event.value.action, levels[event.value.level]) for event in Event
    )


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value.action)
def test_each_event_is_told_somewhere(event: Event) -> None:
    assert re.search(rf"\bEvent\.{event.name}\b", code())


@pytest.mark.parametrize("action", AUDITED)
def test_what_is_told_with_the_audit_log_is_something_that_is_written_there(action: str) -> None:
    made = re.fullmatch(r"(?:search|approve)_(\w+)", action)  # put together where it is written
    words = made[1] if made else action
    assert re.search(rf"\"{words}\"|= \"{action}\"", code().replace(f'"{action}": Event', ""))


def test_every_reason_that_is_told_by_name_is_listed_with_its_event() -> None:
    told = re.findall(r"\btell\(\s*Event\.(\w+),\s*\"(\w+)\"", code())
    rows = EVENTS.read_text("utf-8").splitlines()
    by_action = {row.split("`")[1]: row for row in rows if row.startswith("| `")}
    assert len(told) > 10
    assert [
        (name, reason)
        for name, reason in told
        if f"`{reason}`" not in by_action[Event[name].value.action]
    ] == []


TOLD_BY_VARIABLE: dict[tuple[str, str, str], set[str]] = {
    ("referrals/audit/proof.py", "LOG_BROKEN", "why"): {*Why, "triggers"},
    ("referrals/bedside/finding.py", "LIMIT_REACHED", "LOOK_UP"): {LOOK_UP},
    ("referrals/quotas/nurse.py", "LIMIT_REACHED", "what"): {*Counted},
    ("referrals/quotas/nurse.py", "LIMIT_REACHED", "f'most_{what}'"): {
        f"most_{each}" for each in Counted if each is not Counted.REFERRALS
    },
    ("referrals/staff/accounts.py", "LOG_IN_FAILED", "why"): {"suspended", "wrong"},
    ("service/web/oidc_pages.py", "LOG_IN_OUTSIDE_FAILED", "why"): {"provider", "invitation"},
}
"""Where a reason is told that does not stand there, by file, event and what is written."""
BY_THE_ACTION, BY_THE_PROBLEM = "the action", "the problem's code"


def row_of(event: Event) -> str:
    """Give the line of the inventory about an event."""
    rows = EVENTS.read_text("utf-8").splitlines()
    [row] = [row for row in rows if row.startswith(f"| `{event.value.action}` |")]
    return row


def told_by_variable() -> Iterator[tuple[str, str, str]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "tell":
                    event, reason, *_ = [*map(ast.unparse, call.args), "''", "''"]
                    if event.startswith("Event.") and not reason.startswith("'"):
                        yield str(file.relative_to(ROOT)), event.removeprefix("Event."), reason


def test_what_a_reason_can_be_is_known_wherever_it_is_told_by_a_variable() -> None:
    assert set(told_by_variable()) == TOLD_BY_VARIABLE.keys()


@pytest.mark.parametrize("place", TOLD_BY_VARIABLE, ids=lambda place: ":".join(place))
def test_every_reason_that_is_told_by_a_variable_is_listed(place: tuple[str, str, str]) -> None:
    row = row_of(Event[place[1]])
    assert [each for each in TOLD_BY_VARIABLE[place] if f"`{each}`" not in row] == []


@pytest.mark.parametrize("code", TOLD_PROBLEMS)
def test_every_problem_that_is_told_is_listed_with_its_event(code: str) -> None:
    row = row_of(TOLD_PROBLEMS[code])
    assert f"`{code}`" in row or BY_THE_PROBLEM in row


@pytest.mark.parametrize("action", AUDITED)
def test_every_action_that_is_told_is_named_by_its_event_or_all_are(action: str) -> None:
    reasons = row_of(AUDITED[action]).rpartition(" | ")[2]
    assert BY_THE_ACTION in reasons or f"`{action}`" in reasons


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value.action)
def test_each_event_is_sorted_as_ecs_does(event: Event) -> None:
    assert event.value.category in CATEGORIES.split()
    assert event.value.type in TYPES.split()


def test_an_action_names_one_event() -> None:
    assert len({event.value.action for event in Event}) == len(Event)


def test_alerts_ask_for_events_that_there_are() -> None:
    rules = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]
    asked = {
        action
        for rule in rules
        for named in re.findall(r"action=~?\"([\w|]+)\"", rule["expr"])
        for action in named.split("|")
    }
    assert asked <= {event.value.action for event in Event}
    assert all(rule["annotations"]["summary"] for rule in rules)


def test_every_error_has_an_alert() -> None:
    errors = {event.value.action for event in Event if event.value.level == 40}
    assert all(f'action="{action}"' in ALERTS.read_text("utf-8") for action in errors)
