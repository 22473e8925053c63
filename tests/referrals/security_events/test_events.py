"""The events: each is listed, told somewhere, and sorted as ECS sorts."""

from __future__ import annotations

import re
from functools import cache

import pytest
import yaml

from referrals.security_events.events import AUDITED, Event
from service.settings import ROOT

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
