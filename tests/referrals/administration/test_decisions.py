"""Two administrators for what reaches identity: who asks never sees, who approves never asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from referrals.administration import decisions
from referrals.administration.approving import Approved, Approving
from referrals.administration.decisions import Kind, administrators, waiting
from referrals.administration.tables import DecisionRow
from referrals.administration.users import Administration, NotThere, RefusedChange
from referrals.audit.tables import AuditRow
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.programs.service_accounts import recognise
from referrals.staff.invites import Invitations, NoInvite, Place
from referrals.staff.roles import BY_TWO, NotAllowed, Role, Scope
from referrals.staff.tables import InviteRow, PasskeyRow, UserRow
from tests.conftest import World

ADVISER, MANAGER, NURSE = "demo-adviser-0151", "demo-manager-0151", "demo-nurse"
BALLERUP = Place(municipality_code="0151")
GOOD = "lampe kaktus flyver onsdag"


@pytest.fixture
def first(world: World) -> Administration:
    return Administration(world.database, world.staff("demo-admin"))


def approving(world: World, name: str | None = "demo-admin-2") -> Approving:
    return Approving(world.database, world.staff(name) if name else None)


def only_request(world: World) -> int:
    [asked] = waiting(world.database, world.clock())
    return asked.id


def ask_for_adviser(world: World, *people: str) -> None:
    admin = world.staff("demo-admin")
    decisions.ask_for_invitations(
        world.database, admin, Role.ADVISER, BALLERUP, people or [""], world.clock()
    )


def ask_for_system(world: World) -> None:
    admin = world.staff("demo-admin")
    decisions.ask_for_system(world.database, admin, "nexus", "0151", [Scope.READ], world.clock())


def give_role(world: World, first: Administration, name: str = NURSE) -> bool:
    user = world.staff(name)
    return first.correct(user.id, user.display_name, Role.ADVISER, BALLERUP, world.clock())


ASKS: dict[Kind, Callable[[World, Administration], object]] = {
    Kind.INVITE: lambda world, _first: ask_for_adviser(world, "Ny Rådgiver"),
    Kind.ROLE: give_role,
    Kind.SECOND_FACTOR: lambda w, first: first.ask_reset(w.staff(ADVISER).id, w.clock()),
    Kind.PASSWORD: lambda w, first: first.new_password(
        w.staff(ADVISER).id, w.clock(), w.vault, by_mail=True
    ),
    Kind.SYSTEM: lambda world, _first: ask_for_system(world),
}


def enrolled(world: World, name: str) -> bool:
    with world.database.read() as session:
        return session.get_one(UserRow, world.staff(name).id).second_factor is not None


def enrol(world: World, name: str) -> None:
    with world.database.write() as session:
        session.execute(update(UserRow).where(UserRow.name == name).values(second_factor=b"sealed"))
        more = {"credential_id": b"c", "public_key": b"k", "sign_count": 0, "name": ""}
        session.add(PasskeyRow(user_id=world.staff(name).id, made_at=world.clock(), **more))


@pytest.mark.parametrize("kind", Kind)
def test_asking_changes_nothing_and_who_asked_cannot_approve(
    world: World, first: Administration, kind: Kind
) -> None:
    enrol(world, ADVISER)
    ASKS[kind](world, first)
    [asked] = waiting(world.database, world.clock(), world.staff("demo-admin"))
    assert (asked.kind, asked.own, asked.asked_by) == (kind, True, "demo-admin")
    with pytest.raises(RefusedChange) as refused:
        approving(world, "demo-admin").approve(asked.id, world.clock())
    assert refused.value.why == "own"
    assert enrolled(world, ADVISER)
    assert world.staff(NURSE).role is Role.NURSE
    with world.database.read() as session:
        assert session.scalars(select(InviteRow)).all() == []


def test_an_administrator_becomes_no_adviser_by_any_way_alone(
    world: World, first: Administration
) -> None:
    """The story of the hole: reset, a link, an invitation, a role, a system; all by one person."""
    admin = world.staff("demo-admin")
    for each in ASKS.values():
        each(world, first)
    mine = approving(world, "demo-admin")
    for asked in waiting(world.database, world.clock()):
        with pytest.raises(RefusedChange):
            mine.approve(asked.id, world.clock())
    for role in BY_TWO:
        place = Place() if role is Role.ADMINISTRATOR else BALLERUP
        with pytest.raises(NotAllowed):
            Invitations(world.database, world.accounts).invite(admin, role, place, world.clock())
    with world.database.read() as session:
        assert session.scalars(select(InviteRow)).all() == []


def approved(world: World) -> Approved:
    return approving(world).approve(only_request(world), world.clock())


def test_the_second_one_resets_a_factor_and_everybody_concerned_is_told(
    world: World, first: Administration
) -> None:
    enrol(world, ADVISER)
    secret = world.accounts.begin_session(world.staff(ADVISER).id, world.clock()) or ""
    for name in (ADVISER, MANAGER, "demo-admin-2", NURSE):
        set_email(world, name)
    first.ask_reset(world.staff(ADVISER).id, world.clock())
    assert told(world, "access_asked") == {"demo-admin-2"}
    result = approved(world)
    assert (result.invitation, result.token) == ("", "")
    assert not enrolled(world, ADVISER)
    with world.database.read() as session:
        assert session.scalars(select(PasskeyRow)).all() == []
    assert world.accounts.recognise(secret, world.clock()) is None
    assert told(world, "access_changed") == {ADVISER, MANAGER}
    assert waiting(world.database, world.clock()) == []


def set_email(world: World, name: str) -> None:
    with world.database.write() as session:
        session.execute(
            update(UserRow).where(UserRow.name == name).values(email=f"{name}@example.dk")
        )


def told(world: World, kind: str) -> set[str]:
    """Give who has a letter of this kind waiting."""
    spread(world.database, [EmailAddresses()], world.clock())
    with world.database.read() as session:
        letters = session.scalars(
            select(OutboxRow.recipient).where(OutboxRow.channel == "email", OutboxRow.kind == kind)
        ).all()
        return {session.get_one(UserRow, int(each)).name for each in letters}


def test_a_role_is_given_once_the_second_one_says_so(world: World, first: Administration) -> None:
    assert give_role(world, first)
    approved(world)
    now = world.staff(NURSE)
    assert (now.role, now.municipality_code, now.ward_id) == (Role.ADVISER, "0151", None)


def test_an_adviser_of_another_municipality_is_another_identity_to_read(
    world: World, first: Administration
) -> None:
    user, there = world.staff(ADVISER), Place(municipality_code="0163")
    assert first.correct(user.id, "Samme", Role.ADVISER, there, world.clock())
    assert world.staff(ADVISER).municipality_code == "0151"


def test_less_than_one_had_needs_nobody_else(world: World, first: Administration) -> None:
    user, ward = world.staff(ADVISER), Place(ward_id="herlev-onk-1")
    assert not first.correct(user.id, "Samme", Role.NURSE, ward, world.clock())
    assert world.staff(ADVISER).role is Role.NURSE


def test_the_link_of_an_invitation_is_seen_by_who_approves_alone(
    world: World, first: Administration
) -> None:
    ask_for_adviser(world, "Anna", "Bo")
    one, two = waiting(world.database, world.clock())
    assert (one.subject, two.subject) == ("Anna", "Bo")
    secret = approving(world).approve(one.id, world.clock()).invitation
    invitations = Invitations(world.database, world.accounts)
    assert invitations.read(secret, world.clock()).invited == "Anna"
    invitations.accept(secret, "anna.n", "Anna", GOOD, world.clock())
    assert world.staff("anna.n").municipality_code == "0151"
    approving(world).refuse(two.id, world.clock())
    with pytest.raises(NotThere):
        approving(world).approve(two.id, world.clock())


def test_a_system_s_token_is_seen_by_who_approves_alone(world: World) -> None:
    ask_for_system(world)
    token = approved(world).token
    system = recognise(world.database, token, world.clock())
    assert system is not None
    assert system.municipality_code == "0151"


def test_a_new_password_goes_to_the_user_s_own_mail_and_no_administrator_sees_it(
    world: World, first: Administration
) -> None:
    set_email(world, ADVISER)
    user = world.staff(ADVISER)
    assert first.new_password(user.id, world.clock(), world.vault, by_mail=True)
    assert waiting(world.database, world.clock()) == []
    with world.database.read() as session:
        letter = session.scalars(select(OutboxRow).where(OutboxRow.kind == "password_link")).one()
        invite = session.scalars(select(InviteRow)).one()
    assert letter.recipient == str(user.id)
    assert invite.secret_hash not in json.dumps(letter.payload)
    with pytest.raises(NoInvite):  # what the letter holds opens nothing
        Invitations(world.database, world.accounts).read(letter.payload["nonce"], world.clock())


@pytest.mark.parametrize("kind", Kind)
def test_a_request_is_void_after_a_week_or_once_its_asker_is_no_administrator(
    world: World, first: Administration, kind: Kind
) -> None:
    ASKS[kind](world, first)
    number = only_request(world)
    later = world.clock() + timedelta(days=7)
    with pytest.raises(NotThere):
        approving(world).approve(number, later)
    second = Administration(world.database, world.staff("demo-admin-2"))
    second.suspend(world.staff("demo-admin").id, world.clock())
    assert waiting(world.database, world.clock()) == []
    with pytest.raises(NotThere):
        approving(world, None).approve(number, world.clock())


def test_nobody_approves_what_is_about_themselves(world: World, first: Administration) -> None:
    second = world.staff("demo-admin-2")
    enrol(world, second.name)
    first.ask_reset(second.id, world.clock())
    with pytest.raises(RefusedChange):
        approved(world)


def test_nobody_but_an_administrator_asks_decides_or_looks(world: World) -> None:
    lead = world.staff("demo-lead")
    for call in (
        lambda: Approving(world.database, lead),
        lambda: waiting(world.database, world.clock(), lead),
        lambda: decisions.ask_for_system(
            world.database, lead, "nexus", "0151", [Scope.READ], world.clock()
        ),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_where_there_is_only_one_the_machine_decides_and_the_log_says_so(
    world: World, first: Administration
) -> None:
    first.suspend(world.staff("demo-admin-2").id, world.clock())
    assert administrators(world.database) == 1
    give_role(world, first)
    approving(world, None).approve(only_request(world), world.clock())
    with world.database.read() as session:
        row = session.scalars(select(DecisionRow)).one()
        by = session.scalars(select(AuditRow.actor).where(AuditRow.action == "approve_role")).one()
    assert (row.settled_by, row.outcome, by) == (None, "approved", "machine:command-line")


def test_whom_an_invitation_was_for_is_forgotten_once_it_is_decided_or_too_old(
    world: World,
) -> None:
    ask_for_adviser(world, "Anna", "Bo")
    approving(world).approve(waiting(world.database, world.clock())[0].id, world.clock())
    world.clock.forward(days=7)
    ask_for_adviser(world, "Cecilie")
    with world.database.read() as session:
        kept = session.scalars(select(DecisionRow.subject).order_by(DecisionRow.id)).all()
    assert kept == [None, None, "Cecilie"]


def test_the_same_request_twice_waits_once(world: World, first: Administration) -> None:
    for _ in range(2):
        give_role(world, first)
        ask_for_adviser(world, "Anna")
    assert [each.kind for each in waiting(world.database, world.clock())] == [
        Kind.ROLE,
        Kind.INVITE,
    ]


def test_what_came_of_a_decision_is_not_shown_by_chance() -> None:
    assert "geheim" not in repr(Approved(Kind.INVITE, invitation="geheim", token="geheim"))
