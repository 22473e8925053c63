"""Invitations: who invites whom to where, that a link works once, and what it makes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from demo import people
from referrals.administration.approving import Approving
from referrals.administration.decisions import waiting
from referrals.administration.users import Administration
from referrals.audit.tables import AuditRow
from referrals.staff.house_rules import HouseRules
from referrals.staff.invites import BadInvite, Invitations, NoInvite
from referrals.staff.passwords import WeakPassword
from referrals.staff.places import Place
from referrals.staff.roles import PEOPLE, NotAllowed, Role
from referrals.staff.tables import InviteRow
from referrals.staff.two_halves import joined
from tests.conftest import World

GOOD = "lampe kaktus flyver onsdag"
WARD = Place(ward_id="herlev-onk-1")
ADMIN, LEAD = "demo-admin", "demo-lead"


@pytest.fixture
def invitations(world: World) -> Invitations:
    return Invitations(world.database, world.accounts)


def invite(
    world: World, invitations: Invitations, role: Role, place: Place, by: str | None = LEAD
) -> str:
    return invitations.invite(world.staff(by) if by else None, role, place, world.clock())


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.NURSE, WARD),
        (Role.LEAD, WARD),
        (Role.LEAD, Place(hospital_id="herlev")),
        (Role.ADVISER, Place(municipality_code="0151")),
        (Role.COURSE_MANAGER, Place(municipality_code="0151")),
        (Role.ADMINISTRATOR, Place()),
    ],
)
def test_the_invited_becomes_a_user_of_that_role_there(
    world: World, invitations: Invitations, role: Role, place: Place
) -> None:
    secret = invitations.invite(None, role, place, world.clock())
    name = invitations.accept(secret, " Ny.Kollega ", "Ny Kollega", GOOD, world.clock())
    made = world.staff(name)
    assert (name, made.role) == ("ny.kollega", role)
    assert Place(made.ward_id, made.hospital_id, made.municipality_code) == place


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.NURSE, Place()),
        (Role.NURSE, Place(hospital_id="herlev")),
        (Role.NURSE, Place(ward_id="findes-ikke")),
        (Role.LEAD, Place(ward_id="herlev-onk-1", hospital_id="herlev")),
        (Role.ADVISER, WARD),
        (Role.ADVISER, Place(municipality_code="0101")),
        (Role.ADMINISTRATOR, WARD),
    ],
)
def test_a_role_that_does_not_belong_to_the_place_is_refused(
    world: World, invitations: Invitations, role: Role, place: Place
) -> None:
    with pytest.raises(BadInvite):
        invite(world, invitations, role, place, None)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_administrator_alone_invites_anybody(
    world: World, invitations: Invitations, role: Role
) -> None:
    places = {Role.NURSE: WARD, Role.LEAD: WARD, Role.ADMINISTRATOR: Place()}
    place = places.get(role, Place(municipality_code="0151"))
    with pytest.raises(NotAllowed):
        invite(world, invitations, role, place, ADMIN)
    assert invitations.open_ones(world.staff(ADMIN), world.clock()) == []


def test_a_lead_invites_nurses_of_the_own_hospital(world: World, invitations: Invitations) -> None:
    assert invite(world, invitations, Role.NURSE, WARD, LEAD)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.NURSE, Place(ward_id="gentofte-med-1")),
        (Role.LEAD, WARD),
        (Role.ADVISER, Place(municipality_code="0151")),
        (Role.ADMINISTRATOR, Place()),
    ],
)
def test_a_lead_invites_nobody_else(
    world: World, invitations: Invitations, role: Role, place: Place
) -> None:
    with pytest.raises(NotAllowed):
        invite(world, invitations, role, place, LEAD)


@pytest.mark.parametrize("name", ["demo-nurse", "demo-adviser-0151", "demo-manager-0151"])
def test_others_invite_nobody(world: World, invitations: Invitations, name: str) -> None:
    with pytest.raises(NotAllowed):
        invite(world, invitations, Role.NURSE, WARD, name)


def test_a_link_works_once(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    invitations.accept(secret, "en.to", "En To", GOOD, world.clock())
    with pytest.raises(NoInvite):
        invitations.accept(secret, "tre.fire", "Tre Fire", GOOD, world.clock())


def test_a_link_grows_old(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    world.clock.at += HouseRules().invite_lifetime
    with pytest.raises(NoInvite):
        invitations.read(secret, world.clock())


def test_a_link_can_be_taken_back_by_who_made_it(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD, None)
    lead, admin = world.staff(LEAD), world.staff(ADMIN)
    [listed] = invitations.open_ones(admin, world.clock())
    assert invitations.open_ones(lead, world.clock()) == []
    assert not invitations.take_back(lead, listed.id, world.clock())
    assert invitations.take_back(admin, listed.id, world.clock())
    with pytest.raises(NoInvite):
        invitations.read(secret, world.clock())


def test_the_secret_of_a_link_is_not_stored(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    with world.database.read() as session:
        stored = session.scalars(select(InviteRow)).one()
        records = [row.record for row in session.scalars(select(AuditRow))]
    assert secret not in repr((vars(stored), records))


@pytest.mark.parametrize(
    "name",
    [
        *("", "ab", "med mellemrum", "<b>", "x" * 81, "\x00abc"),
        *("command-line", "Clock", "housekeeping", "telegram", "own_page", "machine", "service:a"),
    ],
)
def test_a_name_that_cannot_be_typed_or_is_the_machine_s_is_refused(
    world: World, invitations: Invitations, name: str
) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    with pytest.raises(BadInvite) as refused:
        invitations.accept(secret, name, "Ny Kollega", GOOD, world.clock())
    assert refused.value.why == "name"


def test_a_taken_name_leaves_the_link_to_be_used(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    with pytest.raises(BadInvite) as refused:
        invitations.accept(secret, "demo-nurse", "Ny Kollega", GOOD, world.clock())
    assert refused.value.why == "taken"
    assert invitations.accept(secret, "ny.kollega", "Ny Kollega", GOOD, world.clock())


def test_a_weak_password_leaves_the_link_to_be_used(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    with pytest.raises(WeakPassword):
        invitations.accept(secret, "ny.kollega", "Ny Kollega", "ny.kollega12", world.clock())
    assert invitations.read(secret, world.clock()).role is Role.NURSE


def test_the_first_administrator_is_invited_from_the_command_line(
    world: World, invitations: Invitations
) -> None:
    secret = invitations.invite(None, Role.ADMINISTRATOR, Place(), world.clock())
    name = invitations.accept(secret, "chef", "Chefen", GOOD, world.clock())
    assert world.staff(name).role is Role.ADMINISTRATOR


def test_a_new_password_by_link_ends_all_sessions(world: World, invitations: Invitations) -> None:
    nurse = world.staff("demo-nurse")
    old = world.accounts.log_in(nurse.name, people.PASSWORD, world.clock()) or ""
    asking = Administration(world.database, world.staff(ADMIN))
    half = asking.new_password(nurse.id, world.clock(), world.vault, by_mail=False)
    assert half is not None
    [asked] = waiting(world.database, world.clock())
    second = Approving(world.database, world.staff("demo-admin-2"))
    secret = joined(second.approve(asked.id, world.clock()).invitation, half.code)
    assert invitations.read(secret, world.clock()).name == nurse.name
    assert invitations.accept(secret, "", "", GOOD, world.clock()) == nurse.name
    assert world.accounts.recognise(old, world.clock()) is None
    with pytest.raises(NoInvite):
        invitations.accept(secret, "", "", GOOD, world.clock())


def test_a_subject_outside_belongs_to_one_user(world: World, invitations: Invitations) -> None:
    one, two = (invite(world, invitations, Role.NURSE, WARD) for _ in range(2))
    outside = ("https://login.example", "subject-1")
    assert invitations.accept_outside(one, *outside, "a.b", "A B", world.clock())
    with pytest.raises(BadInvite) as refused:
        invitations.accept_outside(two, *outside, "c.d", "C D", world.clock())
    assert refused.value.why == "taken"


def test_who_came_from_outside_has_no_password_here(world: World, invitations: Invitations) -> None:
    secret = invite(world, invitations, Role.NURSE, WARD)
    invitations.accept_outside(secret, "https://login.example", "s", "a.b", "A B", world.clock())
    for password in ("", "!", GOOD):
        assert world.accounts.log_in("a.b", password, world.clock()) is None


def test_many_are_invited_at_once_each_by_name_and_with_a_link_of_their_own(
    world: World, invitations: Invitations
) -> None:
    people_ = ["Anna  Nørby", "ny@herlev.example", "Anna Nørby"]
    made = invitations.invite_all(world.staff(LEAD), Role.NURSE, WARD, people_, world.clock())
    assert [each.invited for each in made] == ["Anna Nørby", "ny@herlev.example"]
    assert len({each.secret for each in made}) == 2
    assert made[0].secret not in repr(made)
    listed = invitations.open_ones(world.staff(ADMIN), world.clock())
    assert {each.invited for each in listed} == {"Anna Nørby", "ny@herlev.example"}
    assert invitations.read(made[0].secret, world.clock()).invited == "Anna Nørby"


@pytest.mark.parametrize(
    ("people_", "why"),
    [(["x" * 121], "invited"), (["Anna\x00"], "invited"), ([], "many"),
     ([f"nr {n}" for n in range(101)], "many")],
)  # fmt: skip
def test_either_all_are_invited_or_nobody_is(
    world: World, invitations: Invitations, people_: list[str], why: str
) -> None:
    with pytest.raises(BadInvite) as refused:
        invitations.invite_all(
            world.staff(LEAD),
            Role.NURSE,
            WARD,
            ["Anna", *people_] if people_ else [],
            world.clock(),
        )
    assert refused.value.why == why
    assert invitations.open_ones(world.staff(ADMIN), world.clock()) == []


def test_whom_an_invitation_was_for_is_forgotten_once_it_is_used_or_taken_back(
    world: World, invitations: Invitations
) -> None:
    made = invitations.invite_all(
        world.staff(LEAD), Role.NURSE, WARD, ["Anna", "Bo"], world.clock()
    )
    invitations.accept(made[0].secret, "anna.n", "Anna", GOOD, world.clock())
    [left] = invitations.open_ones(world.staff(ADMIN), world.clock())
    invitations.take_back(world.staff(ADMIN), left.id, world.clock())
    with world.database.read() as session:
        assert set(session.scalars(select(InviteRow.invited))) == {None}
