"""The rules that an administrator sets on a page, and how they stand now.

A rule that nobody changed has the value that the installation was started with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from referrals.staff.roles import MUNICIPAL_ROLES, WATCHED, Role
from referrals.staff.tables import SettingRow

Value = bool | int | str
"""What a rule may be set to."""
MINUTES = {
    "session_idle": (5, 240),
    "session_lifetime": (60, 1440),
    "invite_lifetime": (1440, 43_200),
}
"""The rules that are spans: fewest and most minutes that may be set."""
COUNTS = {
    "attempts_before_giving_up": (3, 10),
    "conversations_a_day": (30, 100_000),
    "referrals_a_day": (10, 100_000),
}
"""The rules that are numbers: fewest and most that may be set."""
BOUNDS = MINUTES | COUNTS
DOMAINS = ("mail_domains",)
"""The rules that are lists of domains."""
MOST_DOMAINS = 20
_DOMAIN = re.compile(r"([a-z0-9æøå](-?[a-z0-9æøå])*\.)+[a-zæøå]{2,}")
SWITCHES = ("require_second_factor", "second_factor_for_nurses", "require_passkey")
ALWAYS_TWICE = MUNICIPAL_ROLES | {Role.ADMINISTRATOR, Role.LEAD}
"""Who reads identity, and who lets others in."""
REASONED = ("session_idle", "session_lifetime")
"""The rules that are changed with a written reason: they say how long a computer left alone lies
open. As started they are NIST's for two factors (AAL2): half an hour idle, twelve in all."""
SHORTEST_REASON, LONGEST_REASON = 10, 300


ABOUT_PATIENTS = ("attempts_before_giving_up",)
"""The rules that are about how patients are met, and give nobody a way in."""


class BadRule(ValueError):
    """No rule of that name, a value out of its bounds, or ``reason``: it lacks one."""


@dataclass(frozen=True)
class Reason:
    """Why a rule stands as it does: in whose words, and since when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class HouseRules:
    """How long log-ins and invitations last, who proves who they are twice, how often is called.

    Nurses by default do not: they meet a shared ward computer with one hand free, and see only
    their own encounters of the last hours, no queue of people.
    """

    session_lifetime: timedelta = timedelta(hours=12)
    session_idle: timedelta = timedelta(minutes=30)
    invite_lifetime: timedelta = timedelta(days=7)
    require_second_factor: bool = True
    second_factor_for_nurses: bool = False
    require_passkey: bool = False
    attempts_before_giving_up: int = 3
    conversations_a_day: int = 75
    """Of more by one nurse administrators are told; beyond twice as many none is begun."""
    referrals_a_day: int = 40
    """Of more by one nurse administrators are told."""
    mail_domains: tuple[str, ...] = ()
    """Where notices may go to by e-mail; none for anywhere."""

    def asks_twice(self, role: Role) -> bool:
        """Tell whether a password alone lets nobody of this role in."""
        wanted = role in ALWAYS_TWICE or (role is Role.NURSE and self.second_factor_for_nurses)
        return self.require_second_factor and wanted

    def asks_passkey(self, role: Role) -> bool:
        """Tell whether a code is not enough for this role: who reads identity or decides on it."""
        return self.require_second_factor and self.require_passkey and role in WATCHED


_CHANGED = select(SettingRow.name, SettingRow.value).where(
    SettingRow.name.in_((*MINUTES, *COUNTS, *SWITCHES, *DOMAINS))
)
"""Put together once: each beginning, each sending and each page of a log-in asks it."""


def read(session: Session | Connection, start: HouseRules) -> HouseRules:
    """Give the rules as they stand: ``start`` with what was changed since."""
    changed: dict[str, bool | int | timedelta | tuple[str, ...]] = {}
    for name, value in session.execute(_CHANGED):
        given = value["value"]
        changed[name] = timedelta(minutes=given) if name in MINUTES else given
        if name in DOMAINS:
            changed[name] = tuple(given.split())
    return replace(start, **changed)  # type: ignore[arg-type]


def reasons(session: Session | Connection) -> dict[str, Reason]:
    """Give why rules were changed that need a reason; nothing for those that nobody changed."""
    columns = (SettingRow.name, SettingRow.value, SettingRow.changed_by, SettingRow.changed_at)
    rows = session.execute(select(*columns).where(SettingRow.name.in_(REASONED)))
    return {name: Reason(value.get("reason", ""), by, at) for name, value, by, at in rows}


def change(
    session: Session,
    name: str,
    value: Value,
    by: str,
    now: datetime,
    *,
    reason: str = "",
) -> bool:
    """Set one rule; spans are minutes, domains stand apart. False if it stood so already.

    What is ``REASONED`` is changed with a reason in a few words only. Raises BadRule.
    """
    value = checked(name, value)
    row = session.get(SettingRow, name)
    if row is not None and row.value.get("value") == value:
        return False
    kept = kept_as(name, value, reason)
    if row is None:
        row = SettingRow(name=name, value={})
        session.add(row)
    row.value, row.changed_by, row.changed_at = kept, by, now
    session.flush()
    return True


def checked(name: str, value: Value) -> Value:
    """Give what a rule is set to, in its one spelling. Raises BadRule."""
    if name in DOMAINS:
        return _domains(name, value)
    if name in BOUNDS and isinstance(value, int) and not isinstance(value, bool):
        fewest, most = BOUNDS[name]
        if fewest <= value <= most:
            return value
    elif name in SWITCHES and isinstance(value, bool):
        return value
    raise BadRule(name)


def kept_as(name: str, value: Value, reason: str) -> dict[str, Value]:
    """Write a checked value down, with the reason where the rule takes one. Raises BadRule."""
    if name not in REASONED:
        return {"value": value}
    reason = " ".join(reason.split())
    if not (SHORTEST_REASON <= len(reason) <= LONGEST_REASON and reason.isprintable()):
        raise BadRule("reason")
    return {"value": value, "reason": reason}


def as_set(rules: HouseRules, name: str) -> Value:
    """Give how a rule stands, as it would be set: spans in minutes, domains in one text."""
    value = getattr(rules, name)
    if isinstance(value, timedelta):
        return int(value.total_seconds() // 60)
    return " ".join(value) if isinstance(value, tuple) else value


def loosens(name: str, before: Value, after: Value) -> bool:
    """Tell whether a rule lets anybody in sooner, longer, further or more often than before."""
    if isinstance(before, str) or isinstance(after, str):
        had, gets = set(str(before).split()), set(str(after).split())
        return bool(had) and (not gets or not gets <= had)
    if name in SWITCHES:
        return bool(before) and not after
    return name not in ABOUT_PATIENTS and after > before


def _domains(name: str, typed: Value) -> str:
    """Write domains once each, by a blank. Raises BadRule for what is none."""
    if not isinstance(typed, str):
        raise BadRule(name)
    found = re.split(r"[\s,;]+", typed.casefold().strip()) if typed.strip() else []
    named = list(dict.fromkeys(each.removeprefix("@") for each in found if each))
    if len(named) > MOST_DOMAINS or not all(_DOMAIN.fullmatch(each) for each in named):
        raise BadRule(name)
    return " ".join(named)
