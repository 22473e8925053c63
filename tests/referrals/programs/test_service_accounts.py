"""Service accounts: made and revoked by an administrator, a token of their own, never a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.programs import service_accounts
from referrals.programs.service_accounts import BadAccount, ServiceAccounts, recognise
from referrals.programs.tables import ServiceAccountRow
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.invites import NAME as OF_A_PERSON
from referrals.staff.roles import SYSTEM, NotAllowed, Scope, System
from tests.conftest import World
from tests.referrals.playing import Play, kept


@pytest.fixture
def accounts(world: World) -> ServiceAccounts:
    return ServiceAccounts(world.database, world.staff("demo-admin"))


def make(world: World, *scopes: Scope, name: str = "nexus") -> str:
    with world.database.write() as session:
        return service_accounts.make(
            session, name, "0151", scopes or [*Scope], "demo-admin", world.clock()
        )


def known(world: World, token: str) -> System | None:
    return recognise(world.database, token, world.clock())


def test_a_token_opens_what_it_was_made_for(world: World) -> None:
    system = known(world, make(world, Scope.READ))
    assert system is not None
    assert (system.municipality_code, system.scopes) == ("0151", {Scope.READ})


def test_only_the_hash_of_a_token_is_kept(world: World) -> None:
    token = make(world)
    row = kept(world, ServiceAccountRow)
    assert token not in str(vars(row))


def test_a_revoked_token_opens_nothing_at_once(world: World, accounts: ServiceAccounts) -> None:
    token = make(world)
    [account] = accounts.all()
    assert accounts.revoke(account.id, world.clock())
    assert known(world, token) is None
    assert [each.revoked_at for each in accounts.all()] == [world.clock()]


@pytest.mark.parametrize("token", ["", "hvs_", "hvs_unknown", "nonsense"])
def test_an_unknown_token_opens_nothing(world: World, token: str) -> None:
    assert known(world, token) is None


@pytest.mark.parametrize("name", ["demo-adviser-0151", "demo-manager-0151", "demo-lead"])
def test_nobody_but_an_administrator_makes_them(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        ServiceAccounts(world.database, world.staff(name))


BAD = {
    "no name": (("", "0151", [Scope.READ]), "name"),
    "a name with a colon": (("a:bc", "0151", [Scope.READ]), "name"),
    "a name that is there": (("nexus", "0151", [Scope.READ]), "taken"),
    "no municipality of ours": (("other", "0101", [Scope.READ]), "municipality"),
    "no code": (("other", "\x00", [Scope.READ]), "municipality"),
    "nothing to do": (("other", "0151", []), "scope"),
}


@pytest.mark.parametrize(("asked", "why"), BAD.values(), ids=BAD)
def test_what_cannot_be_made_says_why(
    world: World, asked: tuple[str, str, list[Scope]], why: str
) -> None:
    make(world)
    with pytest.raises(BadAccount, match=why), world.database.write() as session:
        service_accounts.make(session, *asked, "demo-admin", world.clock())


def test_making_revoking_and_working_are_in_the_audit_log_by_a_name_no_person_can_have(
    world: World, accounts: ServiceAccounts
) -> None:
    system = known(world, make(world))
    assert system is not None
    Play(world).file(code="0151")
    reference = kept(world, ReferralRow).reference
    queue = MunicipalQueue(world.database, world.vault, system)
    queue.move(reference, "receive", world.clock())
    accounts.revoke(accounts.all()[0].id, world.clock())
    with world.database.read() as session:
        log = session.execute(
            select(AuditRow.actor, AuditRow.action).order_by(AuditRow.number)
        ).all()
        actors = session.scalars(select(ReferralEventRow.actor)).all()
    told = {tuple(row) for row in log}
    assert ("demo-admin", "make_service_account") in told
    assert ("demo-admin", "revoke_service_account") in told
    assert (f"{SYSTEM}nexus", "move_receive") in told
    assert f"{SYSTEM}nexus" in actors
    assert not OF_A_PERSON.fullmatch(f"{SYSTEM}nexus")
