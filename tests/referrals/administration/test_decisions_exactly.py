"""How long a request and a mailed link last, to the second, and what the log says of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals.administration import decisions
from referrals.administration.decisions import administrators, record_of, waiting
from referrals.administration.tables import DecisionRow
from referrals.audit.tables import AuditRow
from referrals.outbox.tables import OutboxRow
from referrals.staff.invites import Place
from referrals.staff.roles import NotAllowed, Role, Scope
from referrals.staff.tables import InviteRow, UserRow
from referrals.storage.database import Database
from tests.conftest import World
from tests.referrals.playing import kept

SECOND = timedelta(seconds=1)
BALLERUP = Place(municipality_code="0151")


def test_a_request_waits_for_a_week_and_no_second_longer(world: World) -> None:
    admin, now = world.staff("demo-admin"), world.clock()
    decisions.ask_for_invitations(
        world.database, admin, Role.ADVISER, BALLERUP, ["Anna Anden"], now
    )
    week = now + timedelta(days=7)
    assert [len(waiting(world.database, at)) for at in (week - SECOND, week)] == [1, 0]


def test_each_request_is_in_the_audit_log(world: World) -> None:
    admin = world.staff("demo-admin")
    decisions.ask_for_system(world.database, admin, "nexus", "0151", [Scope.READ], world.clock())
    asked = kept(world, AuditRow, AuditRow.action == "ask_system")
    number = kept(world, DecisionRow).id
    assert (asked.actor, asked.record) == ("demo-admin", f"decision:{number}:system:0151")


def test_a_mailed_link_works_for_a_day_cannot_be_guessed_and_is_in_the_audit_log(
    world: World,
) -> None:
    admin, now = world.staff("demo-admin"), world.clock()
    user_id = world.staff("demo-nurse").id
    with world.database.write() as session:
        user = session.get_one(UserRow, user_id)
        decisions.mail_password_link(session, world.vault, admin, user, now)
    assert kept(world, InviteRow).expires_at == now + timedelta(days=1)
    letter = kept(world, OutboxRow, OutboxRow.kind == "password_link")
    assert len(letter.payload["nonce"]) == 32  # 128 bits
    mailed = kept(world, AuditRow, AuditRow.action == "mail_password_link")
    assert (mailed.actor, mailed.record) == ("demo-admin", f"user:{user_id}")


@pytest.mark.parametrize(
    ("columns", "record"),
    [
        ({"kind": "role", "user_id": 3, "role": "adviser"}, "user:3:decision:7"),
        (
            {"kind": "invite", "role": "adviser", "municipality_code": "0151"},
            "decision:7:adviser:0151",
        ),
        ({"kind": "invite", "role": "nurse", "ward_id": "w"}, "decision:7:nurse:w"),
        ({"kind": "invite", "role": "lead", "hospital_id": "h"}, "decision:7:lead:h"),
        ({"kind": "rule", "rule": "session_idle"}, "decision:7:session_idle:-"),
        ({"kind": "system", "municipality_code": "0151"}, "decision:7:system:0151"),
    ],
    ids=["user", "municipality", "ward", "hospital", "rule", "system"],
)
def test_the_audit_log_says_what_a_decision_is_about_and_where(
    columns: dict[str, object], record: str
) -> None:
    assert record_of(DecisionRow(id=7, **columns)) == record


def test_nobody_but_an_administrator_asks_for_a_system(world: World) -> None:
    lead = world.staff("demo-lead")
    with pytest.raises(NotAllowed):
        decisions.ask_for_system(world.database, lead, "nexus", "0151", [], world.clock())


def test_where_there_is_nobody_no_administrator_is_counted(database: Database) -> None:
    assert administrators(database) == 0
