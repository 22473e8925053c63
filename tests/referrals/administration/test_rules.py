"""What is tighter one administrator sets alone; what is looser waits for a second one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from referrals.administration.approving import Approving
from referrals.administration.decisions import Kind, waiting
from referrals.administration.rules import change_rules
from referrals.administration.users import RefusedChange
from referrals.audit.tables import AuditRow
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.staff import house_rules
from referrals.staff.house_rules import BOUNDS, SWITCHES, BadRule, HouseRules, Reason, Value
from referrals.staff.roles import NotAllowed
from referrals.staff.tables import SettingRow, UserRow
from tests.conftest import World
from tests.locking import WHOLE, locks_asked_for

WHY = "Delte computere på afsnittet"


@pytest.fixture
def world(world: World) -> World:
    """Give a house of which nobody changed a rule."""
    with world.database.write() as session:
        session.execute(delete(SettingRow))
    return world


def change(world: World, reason: str = WHY, by: str = "demo-admin", **wanted: Value) -> list[str]:
    start = world.accounts.start
    return change_rules(
        world.database, world.staff(by), start, wanted, world.clock(), reason=reason
    )


def approve(world: World) -> None:
    second = Approving(world.database, world.staff("demo-admin-2"))
    for asked in waiting(world.database, world.clock()):
        assert asked.kind is Kind.RULE
        second.approve(asked.id, world.clock())


def test_what_is_tighter_holds_at_once_and_what_is_looser_once_a_second_one_says_so(
    world: World,
) -> None:
    asked = change(world, session_idle=10, session_lifetime=1440, second_factor_for_nurses=True)
    assert asked == ["session_lifetime"]
    tighter = replace(
        HouseRules(), session_idle=timedelta(minutes=10), second_factor_for_nurses=True
    )
    assert world.accounts.rules() == tighter
    approve(world)
    assert world.accounts.rules() == replace(tighter, session_lifetime=timedelta(days=1))
    with world.database.read() as session:
        kept = house_rules.reasons(session)["session_lifetime"]
        said = session.scalars(select(AuditRow.record).where(AuditRow.action == "change_setting"))
        assert set(said) == {
            "setting:session_idle=10",
            "setting:second_factor_for_nurses=True",
            "setting:session_lifetime=1440",
        }
    assert kept == Reason(WHY, "demo-admin", world.clock())


@pytest.mark.parametrize("rule", SWITCHES)
def test_nobody_switches_a_factor_off_alone(world: World, rule: str) -> None:
    with world.database.write() as session:
        house_rules.change(session, rule, True, "demo-admin", world.clock())
    assert change(world, **{rule: False}) == [rule]
    assert getattr(world.accounts.rules(), rule)
    approve(world)
    assert not getattr(world.accounts.rules(), rule)


def test_what_stands_so_already_asks_for_no_reason_and_is_no_change(world: World) -> None:
    rules = HouseRules()
    names = (*BOUNDS, *SWITCHES, *house_rules.DOMAINS)
    same = {name: house_rules.as_set(rules, name) for name in names}
    assert change(world, reason="", **same) == []
    assert world.accounts.rules() == rules
    with world.database.read() as session:
        assert house_rules.reasons(session) == {}
        assert not session.scalars(
            select(AuditRow).where(AuditRow.action == "change_setting")
        ).all()


@pytest.mark.parametrize("minutes", [20, 60], ids=["tighter", "looser"])
def test_how_long_a_log_in_lasts_takes_a_reason_either_way(world: World, minutes: int) -> None:
    with pytest.raises(BadRule, match="reason"):
        change(world, reason="", session_idle=minutes)
    assert waiting(world.database, world.clock()) == []


@pytest.mark.parametrize(
    "bad", [{"session_idle": 241}, {"mail_domains": "x"}, {"unknown": 1}, {"require_passkey": 1}]
)
def test_rules_change_all_together_or_not_at_all(world: World, bad: dict[str, Value]) -> None:
    with pytest.raises(BadRule):
        change(world, referrals_a_day=10, invite_lifetime=43_200, **bad)
    assert world.accounts.rules() == HouseRules()
    assert waiting(world.database, world.clock()) == []


def test_of_one_rule_the_last_wish_counts(world: World) -> None:
    for minutes in (60, 90):
        change(world, session_idle=minutes)
    [asked] = waiting(world.database, world.clock())
    assert (asked.rule, asked.value) == ("session_idle", {"value": 90, "reason": WHY})
    approve(world)
    assert world.accounts.rules().session_idle == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("rule", "read", "meant"),
    [
        ("session_idle", 60, 240),
        ("mail_domains", "ballerup.dk, herlev.dk", "ballerup.dk, evil.example"),
    ],
)
def test_nobody_approves_a_value_other_than_the_one_that_was_read(
    world: World, rule: str, read: Value, meant: Value
) -> None:
    if rule == "mail_domains":
        change(world, mail_domains="ballerup.dk")
    change(world, **{rule: read})
    [seen] = waiting(world.database, world.clock())
    before = world.accounts.rules()
    change(world, **{rule: meant})
    [instead] = waiting(world.database, world.clock())
    assert instead.id != seen.id
    second = Approving(world.database, world.staff("demo-admin-2"))
    with pytest.raises(RefusedChange, match="replaced"):
        second.approve(seen.id, world.clock())
    assert world.accounts.rules() == before


def test_administrators_are_told_that_a_rule_was_loosened(world: World) -> None:
    with world.database.write() as session:
        for user in session.scalars(select(UserRow)):
            user.email = f"{user.name}@example.dk"
    change(world, invite_lifetime=43_200)
    approve(world)
    spread(world.database, [EmailAddresses()], world.clock())
    with world.database.read() as session:
        letters = select(OutboxRow.recipient).where(
            OutboxRow.channel == "email", OutboxRow.kind == "access_changed"
        )
        names = {
            session.get_one(UserRow, int(each)).name for each in session.scalars(letters).all()
        }
    assert names == {"demo-admin", "demo-admin-2"}


def test_nobody_else_changes_rules(world: World) -> None:
    with pytest.raises(NotAllowed):
        change(world, by="demo-lead", referrals_a_day=10)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_two_who_change_rules_at_once_do_so_one_after_the_other(world: World) -> None:
    with locks_asked_for(world.database) as asked:
        change(world, require_second_factor=True)
    assert asked == [WHOLE], "before it is read how the rules stand"
