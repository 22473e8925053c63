"""What an administrator does with the rules of the house: alone what is tighter, by two the rest.

Every change is written to the audit log in the transaction that makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from referrals.administration import decisions
from referrals.administration.decisions import Kind, Wish
from referrals.administration.tables import DecisionRow
from referrals.audit import chain
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules, Value
from referrals.staff.roles import Staff, administrators_only
from referrals.storage.database import Database


def change_rules(
    database: Database,
    by: Staff,
    start: HouseRules,
    wanted: Mapping[str, Value],
    now: datetime,
    *,
    reason: str = "",
) -> list[str]:
    """Set what is tighter than before, and ask for what is looser; name what was asked for.

    ``start`` are the rules of an installation where nobody changed any; spans are minutes. What
    stands so already is left. Idle and absolute end of a log-in are changed with a written
    ``reason``. Changes and asks for all or, with BadRule, nothing. Raises NotAllowed.
    """
    administrators_only(by)
    looser = []
    with database.write() as session:
        chain.lock(session)
        stands = house_rules.read(session, start)
        for name, given in wanted.items():
            value = house_rules.checked(name, given)
            before = house_rules.as_set(stands, name)
            if value == before:
                continue
            if house_rules.loosens(name, before, value):
                kept = house_rules.kept_as(name, value, reason)
                looser.append(Wish(Kind.RULE, rule=name, value=kept))
            else:
                _set(session, name, value, reason, by.name, by.name, now)
        if looser:
            decisions.ask(session, by, looser, now)
    return [wish.rule or "" for wish in looser]


def put(session: Session, row: DecisionRow, asker: str, actor: str, now: datetime) -> None:
    """Set the rule that a decision is about; its reason is that of who asked."""
    kept = row.value or {}
    _set(session, row.rule or "", kept["value"], str(kept.get("reason", "")), asker, actor, now)


def _set(
    session: Session, name: str, value: Value, reason: str, by: str, actor: str, now: datetime
) -> None:
    if house_rules.change(session, name, value, by, now, reason=reason):
        told = name if isinstance(value, str) else f"{name}={value}"
        chain.append(session, now, actor, "change_setting", f"setting:{told}")
