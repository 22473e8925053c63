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
from referrals.administration.rules import change_rules
from referrals.administration.tables import DecisionRow
from referrals.administration.users import Administration, NotThere, RefusedChange
from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.programs import service_accounts
from referrals.programs.service_accounts import recognise
from referrals.staff import house_rules
from referrals.staff.accounts import Accounts
from referrals.staff.invites import BadInvite, Invitations, NoInvite
from referrals.staff.places import Place
from referrals.staff.roles import PEOPLE, NotAllowed, Role, Scope
from referrals.staff.tables import InviteRow, PasskeyRow, UserRow, WardRow
from referrals.staff.two_halves import joined
from tests.conftest import World

ADVISER, MANAGER, NURSE = "demo-adviser-0151", "demo-manager-0151", "demo-nurse"
BALLERUP = Place(municipality_code="0151")
WARD = Place(ward_id="herlev-onk-1")
PLACES = {
    Role.NURSE: WARD,
    Role.LEAD: WARD,
    Role.ADVISER: BALLERUP,
    Role.COURSE_MANAGER: BALLERUP,
    Role.ADMINISTRATOR: Place(),
}
GOOD = "lampe kaktus flyver onsdag"


@pytest.fixture
def first(world: World) -> Administration:
    return Administration(world.database, world.staff("demo-admin"))


def approving(world: World, name: str | None = "demo-admin-2") -> Approving:
    return Approving(world.database, world.staff(name) if name else None)


def only_request(world: World) -> int:
    [asked] = waiting(world.database, world.clock())
    return asked.id


def ask_for(world: World, role: Role, place: Place, *people: str) -> list[str]:
    """Ask for invitations, and give the codes that were shown."""
    admin = world.staff("demo-admin")
    halves = decisions.ask_for_invitations(
        world.database, admin, role, place, people, world.clock()
    )
    assert [half.whom for half in halves] == [*people]
    return [half.code for half in halves]


def ask_for_adviser(world: World, *people: str) -> list[str]:
    return ask_for(world, Role.ADVISER, BALLERUP, *people)


def ask_for_system(world: World) -> str:
    admin, now = world.staff("demo-admin"), world.clock()
    asked = decisions.ask_for_system(world.database, admin, "nexus", "0151", [Scope.READ], now)
    return asked.code


def loosen(world: World, rule: str = "session_idle", value: house_rules.Value = 60) -> None:
    admin, start = world.staff("demo-admin"), world.accounts.start
    asked = change_rules(
        world.database, admin, start, {rule: value}, world.clock(), reason="Lange samtaler"
    )
    assert asked == [rule]


def give_role(
    world: World, first: Administration, name: str = NURSE, role: Role = Role.ADVISER
) -> bool:
    user, place = world.staff(name), PLACES[role]
    return first.correct(user.id, user.display_name, role, place, world.clock())


def suspend_and_ask(world: World, first: Administration, name: str = MANAGER) -> None:
    user_id = world.staff(name).id
    first.suspend(user_id, world.clock())
    assert first.ask_reinstate(user_id, world.clock())


ASKS: dict[Kind, Callable[[World, Administration], object]] = {
    Kind.INVITE: lambda world, _first: ask_for_adviser(world, "Ny Rådgiver"),
    Kind.ROLE: give_role,
    Kind.SECOND_FACTOR: lambda w, first: first.ask_reset(w.staff(ADVISER).id, w.clock()),
    Kind.PASSWORD: lambda w, first: first.new_password(
        w.staff(ADVISER).id, w.clock(), w.vault, by_mail=True
    ),
    Kind.SYSTEM: lambda world, _first: ask_for_system(world),
    Kind.RULE: lambda world, _first: loosen(world),
    Kind.REINSTATE: lambda world, first: suspend_and_ask(world, first),
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
    rules = world.accounts.rules()
    ASKS[kind](world, first)
    [asked] = waiting(world.database, world.clock(), world.staff("demo-admin"))
    assert (asked.kind, asked.own, asked.asked_by) == (kind, True, "demo-admin")
    with pytest.raises(RefusedChange) as refused:
        approving(world, "demo-admin").approve(asked.id, world.clock())
    assert refused.value.why == "own"
    assert enrolled(world, ADVISER)
    assert world.staff(NURSE).role is Role.NURSE
    assert world.accounts.rules() == rules
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
    for role in PEOPLE:
        with pytest.raises(NotAllowed):
            invitations(world).invite(admin, role, PLACES[role], world.clock())
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


def test_the_second_one_lets_a_suspended_user_in_again_and_they_are_told(
    world: World, first: Administration
) -> None:
    for name in (ADVISER, MANAGER):
        set_email(world, name)
    suspend_and_ask(world, first)
    assert is_suspended(world, MANAGER)
    with pytest.raises(RefusedChange) as refused:
        approving(world, "demo-admin").approve(only_request(world), world.clock())
    assert (refused.value.why, is_suspended(world, MANAGER)) == ("own", True)
    approved(world)
    assert not is_suspended(world, MANAGER)
    assert told(world, "access_changed") == {ADVISER, MANAGER}


def test_whoever_is_in_is_not_let_in_again(world: World, first: Administration) -> None:
    assert not first.ask_reinstate(world.staff(MANAGER).id, world.clock())
    assert waiting(world.database, world.clock()) == []


def is_suspended(world: World, name: str) -> bool:
    with world.database.read() as session:
        return (
            session.scalars(select(UserRow.suspended_at).where(UserRow.name == name)).one()
            is not None
        )


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


@pytest.mark.parametrize(
    ("role", "ended"), [(Role.ADVISER, True), (Role.NURSE, False)], ids=["no nurse", "a nurse"]
)
def test_whoever_is_no_nurse_any_more_has_nothing_under_way(
    world: World, first: Administration, role: Role, *, ended: bool
) -> None:
    nurse, conversation = world.staff(NURSE), world.encounters.start(world.staff(NURSE))
    place = Place(ward_id="herlev-med-2") if role is Role.NURSE else PLACES[role]
    first.correct(nurse.id, nurse.display_name, role, place, world.clock())
    approved(world)
    with world.database.read() as session:
        assert (session.get_one(EncounterRow, conversation).closed_at is not None) is ended


def test_an_adviser_of_another_municipality_is_another_identity_to_read(
    world: World, first: Administration
) -> None:
    user, there = world.staff(ADVISER), Place(municipality_code="0163")
    assert first.correct(user.id, "Samme", Role.ADVISER, there, world.clock())
    assert world.staff(ADVISER).municipality_code == "0151"


@pytest.mark.parametrize(
    ("role", "ward"),
    [(Role.NURSE, "herlev-med-2"), (Role.LEAD, "herlev-onk-1")],
    ids=["another ward's list", "inviting nurses there"],
)
def test_a_ward_reads_who_lies_there_and_so_takes_two(
    world: World, first: Administration, role: Role, ward: str
) -> None:
    nurse, place = world.staff(NURSE), Place(ward_id=ward)
    assert first.correct(nurse.id, nurse.display_name, role, place, world.clock())
    assert world.staff(NURSE) == nurse
    [asked] = waiting(world.database, world.clock())
    assert asked.place.endswith(", Herlev Hospital")
    approved(world)
    moved = world.staff(NURSE)
    assert (moved.role, moved.ward_id) == (role, ward)


def test_a_name_alone_needs_nobody_else(world: World, first: Administration) -> None:
    nurse = world.staff(NURSE)
    place = Place(ward_id=nurse.ward_id)
    assert not first.correct(nurse.id, "Nyt Navn", Role.NURSE, place, world.clock())
    assert world.staff(NURSE).display_name == "Nyt Navn"


@pytest.mark.parametrize("role", PEOPLE)
def test_neither_the_link_nor_the_code_lets_anybody_in_but_both_do(
    world: World, role: Role
) -> None:
    [code, other] = ask_for(world, role, PLACES[role], "Anna", "Bo")
    one, two = waiting(world.database, world.clock())
    assert (one.subject, two.subject) == ("Anna", "Bo")
    link = approving(world).approve(one.id, world.clock()).invitation
    offered = invitations(world).read(link, world.clock())
    assert (offered.invited, offered.asks_code) == ("Anna", True)
    for secret in (link, joined(link, other), joined(link, "x")):
        assert accepting(world, secret) == "code"
        assert accepting_outside(world, secret) == "code"
    for secret in (code, joined(code, link)):
        with pytest.raises(NoInvite):
            accepting(world, secret)
    assert accepting(world, joined(link, code.upper().replace("-", " "))) == ""
    anna = world.staff("anna.n")
    assert (anna.role, Place(anna.ward_id, anna.hospital_id, anna.municipality_code)) == (
        role,
        PLACES[role],
    )
    approving(world).refuse(two.id, world.clock())
    with pytest.raises(NotThere):
        approving(world).approve(two.id, world.clock())


def invitations(world: World) -> Invitations:
    return Invitations(world.database, Accounts(world.database))


def accepting(world: World, secret: str) -> str:
    """Try to come in with a password; give why not."""
    try:
        invitations(world).accept(secret, "anna.n", "Anna", GOOD, world.clock())
    except BadInvite as bad:
        return bad.why
    return ""


def accepting_outside(world: World, secret: str) -> str:
    """Try to come in with a log-in of elsewhere; give why not."""
    try:
        invitations(world).accept_outside(secret, "https://i", "s", "a.b", "A", world.clock())
    except BadInvite as bad:
        return bad.why
    return ""


def test_a_link_to_a_new_password_is_half_as_well(world: World, first: Administration) -> None:
    half = first.new_password(world.staff(ADVISER).id, world.clock(), world.vault, by_mail=False)
    assert half is not None
    link = approved(world).invitation
    assert accepting(world, link) == "code"
    assert world.accounts.log_in(ADVISER, GOOD, world.clock()) is None
    assert accepting(world, joined(link, half.code)) == ""
    assert world.accounts.log_in(ADVISER, GOOD, world.clock())


def test_a_system_s_token_is_half_as_well(world: World) -> None:
    code = ask_for_system(world)
    token = approved(world).token
    for secret in (token, joined(token, "x"), code, joined(code, token)):
        assert recognise(world.database, secret, world.clock()) is None
    system = recognise(world.database, joined(token, code), world.clock())
    assert system is not None
    assert system.municipality_code == "0151"


def test_the_code_of_before_is_void_once_the_same_is_asked_for_again(world: World) -> None:
    [lost] = ask_for_adviser(world, "Anna")
    [code] = ask_for_adviser(world, "Anna")
    link = approved(world).invitation
    assert accepting(world, joined(link, lost)) == "code"
    assert accepting(world, joined(link, code)) == ""


@pytest.mark.parametrize("kind", Kind)
def test_what_is_asked_for_again_gets_another_number_and_the_one_of_before_is_void(
    world: World, first: Administration, kind: Kind
) -> None:
    ASKS[kind](world, first)
    seen = only_request(world)
    ASKS[kind](world, first)
    assert only_request(world) > seen
    for press in (approving(world).approve, approving(world).refuse):
        with pytest.raises(RefusedChange, match="replaced"):
            press(seen, world.clock())


@pytest.mark.parametrize("ask", [Kind.INVITE, Kind.PASSWORD, Kind.SYSTEM])
def test_what_was_asked_for_before_there_were_codes_is_asked_for_again(
    world: World, first: Administration, ask: Kind
) -> None:
    ASKS[ask](world, first)
    with world.database.write() as session:
        session.execute(update(DecisionRow).values(code_hash=None))
    with pytest.raises(RefusedChange) as refused:
        approved(world)
    assert refused.value.why == "old"


def test_nobody_is_invited_by_an_administrator_without_a_name(world: World) -> None:
    with pytest.raises(BadInvite) as bad:
        ask_for_adviser(world, "Anna", " ")
    assert bad.value.why == "nameless"
    assert waiting(world.database, world.clock()) == []


@pytest.mark.parametrize(
    ("role", "told_of_it"),
    [
        (Role.NURSE, {"demo-lead"}),
        (Role.LEAD, {"demo-lead"}),
        (Role.ADVISER, {ADVISER, MANAGER}),
        (Role.ADMINISTRATOR, {"demo-admin", "demo-admin-2"}),
    ],
)
def test_who_answers_for_a_place_is_told_who_was_let_in_there(
    world: World, role: Role, told_of_it: set[str]
) -> None:
    everybody = (ADVISER, MANAGER, NURSE, "demo-lead", "demo-admin", "demo-admin-2")
    for name in (*everybody, "demo-adviser-0157"):
        set_email(world, name)
    ask_for(world, role, PLACES[role], "Anna")
    approved(world)
    assert told(world, "access_changed") == told_of_it


def test_a_new_password_goes_to_the_user_s_own_mail_and_no_administrator_sees_it(
    world: World, first: Administration
) -> None:
    set_email(world, ADVISER)
    user = world.staff(ADVISER)
    assert first.new_password(user.id, world.clock(), world.vault, by_mail=True) is None
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
        for each in ASKS.values():
            each(world, first)
    assert [each.kind for each in waiting(world.database, world.clock())] == [*ASKS]


def close_the_ward(world: World) -> None:
    with world.database.write() as session:
        session.execute(
            update(WardRow).where(WardRow.id == WARD.ward_id).values(valid_to=world.clock())
        )


def take_the_name(world: World) -> None:
    with world.database.write() as session:
        service_accounts.make(session, "nexus", "0151", [Scope.READ], "demo-admin", world.clock())


@pytest.mark.parametrize(
    ("ask", "meanwhile", "why"),
    [
        (lambda w, _: ask_for(w, Role.NURSE, WARD, "Anna"), close_the_ward, "place"),
        (lambda w, first: give_role(w, first, ADVISER, Role.NURSE), close_the_ward, "place"),
        (lambda w, _: ask_for_system(w), take_the_name, "taken"),
    ],
    ids=["invited to a ward that closed", "moved to a ward that closed", "a name that was taken"],
)
def test_what_cannot_be_done_any_more_is_not_done(
    world: World,
    first: Administration,
    ask: Callable[[World, Administration], object],
    meanwhile: Callable[[World], None],
    why: str,
) -> None:
    ask(world, first)
    meanwhile(world)
    with pytest.raises(RefusedChange) as refused:
        approved(world)
    assert refused.value.why == why
    assert len(waiting(world.database, world.clock())) == 1, "it can still be refused"


def test_what_came_of_a_decision_is_not_shown_by_chance() -> None:
    assert "geheim" not in repr(Approved(Kind.INVITE, invitation="geheim", token="geheim"))
