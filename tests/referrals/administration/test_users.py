"""What an administrator does: users, rules, places and the audit log; nobody else may."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from demo import people
from referrals.administration.approving import Approving
from referrals.administration.audit_search import AuditLog, Search
from referrals.administration.decisions import waiting
from referrals.administration.places import Places, ensure_municipalities, open_places
from referrals.administration.users import Administration, NotThere, RefusedChange
from referrals.audit.anchors import AnchorFile
from referrals.referral.tables import ReferralRow
from referrals.staff.invites import Invitations, NoInvite
from referrals.staff.places import Place
from referrals.staff.roles import NotAllowed, Role
from referrals.staff.tables import MunicipalityRow, UserRow, WardRow
from tests.conftest import World
from tests.referrals.playing import Play

ADVISER, MANAGER = "demo-adviser-0151", "demo-manager-0151"


@pytest.fixture
def admin(world: World) -> Administration:
    return Administration(world.database, world.staff("demo-admin"))


@pytest.fixture
def places(world: World) -> Places:
    return Places(world.database, world.staff("demo-admin"))


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", ADVISER, MANAGER])
def test_only_an_administrator_keeps_house(world: World, name: str) -> None:
    for door in (Administration, Places, AuditLog):
        with pytest.raises(NotAllowed):
            door(world.database, world.staff(name))


def test_users_are_found_by_name_role_and_state(world: World, admin: Administration) -> None:
    admin.suspend(world.staff("demo-nurse-2").id, world.clock())
    assert [u.name for u in admin.users(words="KOLLEGA").users] == ["demo-nurse-2"]
    assert len(admin.users(role=Role.ADVISER).users) == 9
    assert [u.name for u in admin.users(suspended=True).users] == ["demo-nurse-2"]
    assert "demo-nurse-2" not in [u.name for u in admin.users(suspended=False).users]
    assert admin.users(words="100%_").users == []
    assert admin.users(after="demo-nurse").users[0].name == "demo-nurse-2"


def audited(world: World, user_id: int) -> list[tuple[str, str]]:
    """Give what the log says when it is asked for a user, the oldest first."""
    log = AuditLog(world.database, world.staff("demo-admin"))
    rows = reversed(log.search(Search(record=f"user:{user_id}")).rows)
    return [(row.action, row.record.partition(":")[2].partition(":")[2]) for row in rows]


def correct(
    world: World, admin: Administration, user_id: int, name: str, role: Role, place: Place
) -> None:
    """Ask for another role or place, and have a second administrator say yes."""
    assert admin.correct(user_id, name, role, place, world.clock())
    [asked] = waiting(world.database, world.clock())
    Approving(world.database, world.staff("demo-admin-2")).approve(asked.id, world.clock())


def test_a_user_is_corrected_and_the_log_says_what_changed(
    world: World, admin: Administration
) -> None:
    nurse = world.staff("demo-nurse")
    ward = Place(ward_id="herlev-med-2")
    for name, role in ((" Ny Navn ", Role.NURSE), ("Ny Navn", Role.LEAD)):
        correct(world, admin, nurse.id, name, role, ward)
    now = world.staff("demo-nurse")
    assert (now.display_name, now.role, now.ward_id) == ("Ny Navn", Role.LEAD, "herlev-med-2")
    changes = [row for row in audited(world, nurse.id) if row[0].startswith("change_user")]
    assert changes == [
        ("change_user_name", ""),
        ("change_user_place", "from:herlev-onk-1"),
        ("change_user_place", "to:herlev-med-2"),
        ("change_user_role", "nurse>lead"),
    ]
    told = len(audited(world, nurse.id))
    assert not admin.correct(nurse.id, "Ny Navn", Role.LEAD, ward, world.clock())
    assert len(audited(world, nurse.id)) == told


def test_another_role_logs_out_and_another_ward_does_not(
    world: World, admin: Administration
) -> None:
    nurse = world.staff("demo-nurse")
    secret = world.accounts.log_in(nurse.name, people.PASSWORD, world.clock()) or ""
    ward = Place(ward_id="herlev-med-2")
    correct(world, admin, nurse.id, nurse.display_name, Role.NURSE, ward)
    assert world.accounts.recognise(secret, world.clock()) is not None
    correct(world, admin, nurse.id, nurse.display_name, Role.LEAD, ward)
    assert world.accounts.recognise(secret, world.clock()) is None


def test_an_adviser_who_moves_leaves_the_open_referrals_behind(
    world: World, admin: Administration
) -> None:
    reference, adviser = Play(world).file(), world.staff(ADVISER)
    queue = world.queue()
    queue.move(reference, "assign", world.clock(), about=ADVISER)
    gladsaxe = Place(municipality_code="0163")
    correct(world, admin, adviser.id, "Samme", Role.ADVISER, gladsaxe)
    with world.database.read() as session:
        row = session.scalars(select(ReferralRow)).one()
        assert (row.assigned_to, row.municipality_code) == (None, "0151")
    assert world.staff(ADVISER).municipality_code == "0163"


@pytest.mark.parametrize(
    ("name", "role", "place", "why"),
    [
        (" ", Role.NURSE, Place(ward_id="herlev-onk-1"), "display_name"),
        ("x" * 121, Role.NURSE, Place(ward_id="herlev-onk-1"), "display_name"),
        ("Ny", Role.ADVISER, Place(ward_id="herlev-onk-1"), "place"),
        ("Ny", Role.NURSE, Place(ward_id="findes-ikke"), "place"),
        ("Ny", Role.NURSE, Place(), "place"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    world: World, admin: Administration, name: str, role: Role, place: Place, why: str
) -> None:
    nurse = world.staff("demo-nurse")
    with pytest.raises(RefusedChange) as refused:
        admin.correct(nurse.id, name, role, place, world.clock())
    assert refused.value.why == why
    assert world.staff("demo-nurse") == nurse


def test_nobody_changes_their_own_role_but_may_change_their_own_name(
    world: World, admin: Administration
) -> None:
    own = world.staff("demo-admin").id
    with pytest.raises(RefusedChange):
        admin.correct(own, "Ny", Role.ADVISER, Place(municipality_code="0151"), world.clock())
    admin.correct(own, "Nyt Navn", Role.ADMINISTRATOR, Place(), world.clock())
    assert world.staff("demo-admin").display_name == "Nyt Navn"
    with pytest.raises(NotThere):
        admin.correct(99_999, "Ny", Role.ADMINISTRATOR, Place(), world.clock())


def test_a_suspended_user_is_out_everywhere_at_once(world: World, admin: Administration) -> None:
    nurse = world.staff("demo-nurse")
    secret = world.accounts.log_in(nurse.name, people.PASSWORD, world.clock()) or ""
    token = world.accounts.issue_token(nurse.name, world.clock()) or ""
    admin.suspend(nurse.id, world.clock())
    assert world.accounts.recognise(secret, world.clock()) is None
    assert admin.ask_reinstate(nurse.id, world.clock())
    assert world.accounts.log_in(nurse.name, people.PASSWORD, world.clock()) is None
    [asked] = waiting(world.database, world.clock())
    second = Approving(world.database, world.staff("demo-admin-2"))
    second.approve(asked.id, world.clock())
    assert world.accounts.recognise(secret, world.clock()) is None
    assert world.accounts.recognise(token, world.clock()) is None
    assert world.accounts.log_in(nurse.name, people.PASSWORD, world.clock())


def test_a_user_is_logged_out_everywhere_and_may_log_in_again(
    world: World, admin: Administration
) -> None:
    nurse = world.staff("demo-nurse")
    secret = world.accounts.log_in(nurse.name, people.PASSWORD, world.clock()) or ""
    token = world.accounts.issue_token(nurse.name, world.clock()) or ""
    admin.end_sessions(nurse.id, world.clock())
    assert world.accounts.recognise(secret, world.clock()) is None
    assert world.accounts.recognise(token, world.clock()) is None
    assert world.accounts.log_in(nurse.name, people.PASSWORD, world.clock())
    assert ("end_all_sessions", "") in audited(world, nurse.id)
    with pytest.raises(RefusedChange):
        admin.end_sessions(world.staff("demo-admin").id, world.clock())


def test_the_invitations_of_a_suspended_lead_are_void(world: World, admin: Administration) -> None:
    invitations, lead = Invitations(world.database, world.accounts), world.staff("demo-lead")
    secret = invitations.invite(lead, Role.NURSE, Place("herlev-onk-1"), world.clock())
    admin.suspend(lead.id, world.clock())
    with pytest.raises(NoInvite):
        invitations.read(secret, world.clock())


def test_nobody_suspends_themselves(world: World, admin: Administration) -> None:
    with pytest.raises(RefusedChange):
        admin.suspend(world.staff("demo-admin").id, world.clock())


@pytest.fixture
def assigned(world: World) -> int:
    """File a referral to Ballerup and give it to the adviser; its id."""
    Play(world).file()
    with world.database.write() as session:
        return session.execute(
            update(ReferralRow)
            .values(assigned_to=world.staff(ADVISER).id)
            .returning(ReferralRow.id)
        ).scalar_one()


@pytest.mark.parametrize("to", [MANAGER, None], ids=["colleague", "everybody"])
def test_open_work_is_handed_over(
    world: World, admin: Administration, assigned: int, to: str | None
) -> None:
    taker = world.staff(to).id if to else None
    adviser = world.staff(ADVISER).id
    assert admin.user(adviser, world.clock()).open_referrals == 1
    admin.suspend(adviser, world.clock(), taker)
    with world.database.read() as session:
        row = session.get_one(ReferralRow, assigned)
        assert (row.assigned_to, row.version) == (taker, 2)


def test_work_goes_to_no_other_municipality(
    world: World, admin: Administration, assigned: int
) -> None:
    with pytest.raises(RefusedChange):
        admin.suspend(world.staff(ADVISER).id, world.clock(), world.staff("demo-adviser-0157").id)
    with world.database.read() as session:
        assert session.get_one(ReferralRow, assigned).assigned_to == world.staff(ADVISER).id
        assert session.get_one(UserRow, world.staff(ADVISER).id).suspended_at is None


def test_an_unknown_user_is_not_there(world: World, admin: Administration) -> None:
    for call in (
        admin.suspend,
        admin.ask_reinstate,
        admin.ask_reset,
        admin.end_sessions,
        admin.user,
    ):
        with pytest.raises(NotThere):
            call(0, world.clock())


def test_a_ward_that_moves_takes_its_staff_along_and_stays_in_old_counts(
    world: World, places: Places
) -> None:
    new = places.move_ward("herlev-onk-1", "gentofte", "Onkologi", world.clock())
    assert world.staff("demo-nurse").ward_id == new
    with world.database.read() as session:
        old, moved = session.get_one(WardRow, "herlev-onk-1"), session.get_one(WardRow, new)
    assert (old.valid_to, moved.valid_from) == (world.clock(), world.clock())
    assert (moved.hospital_id, moved.name) == ("gentofte", old.name)
    with pytest.raises(NotThere):
        places.rename_ward("herlev-onk-1", "Nyt navn", world.clock())


def test_a_ward_closes_once_nobody_belongs_to_it(world: World, places: Places) -> None:
    with pytest.raises(RefusedChange):
        places.close_ward("herlev-onk-1", world.clock())
    places.close_ward("herlev-neu-1", world.clock())
    offered = open_places(world.database, world.staff("demo-admin"), world.clock())
    assert "herlev-neu-1" not in [key for _, key, _ in offered]


def test_places_are_added_and_renamed(world: World, places: Places) -> None:
    hospital = places.add_hospital("Ærø Sygehus", world.clock())
    ward = places.add_ward(hospital, "Medicin", "Afsnit Ø", world.clock())
    again = places.add_ward(hospital, "Medicin", "Afsnit Ø", world.clock())
    assert (hospital, ward, again) == (
        "aeroe-sygehus", "aeroe-sygehus-afsnit-oe", "aeroe-sygehus-afsnit-oe-2",
    )  # fmt: skip
    places.rename_hospital(hospital, "Ærø", world.clock())
    places.rename_ward(ward, "Afsnit Å", world.clock())
    assert ("Ærø", "Afsnit Å") in [(w.hospital, w.name) for w in places.wards()]


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\x00b"], ids=ascii)
def test_a_place_needs_a_name(world: World, places: Places, name: str) -> None:
    with pytest.raises(RefusedChange):
        places.add_hospital(name, world.clock())


def test_a_municipality_gets_a_number_that_can_be_called(world: World, places: Places) -> None:
    places.change_phone("0151", "44 77 20 00", world.clock())
    with world.database.read() as session:
        assert session.get_one(MunicipalityRow, "0151").phone == "+4544772000"
    for code, phone, error in (("0151", "12", RefusedChange), ("0101", "44 77 20 00", NotThere)):
        with pytest.raises(error):
            places.change_phone(code, phone, world.clock())


def test_an_installation_without_demo_data_has_the_nine_municipalities(world: World) -> None:
    with world.database.write() as session:
        session.execute(update(UserRow).values(municipality_code=None))
        session.delete(session.get_one(MunicipalityRow, "0173"))
    ensure_municipalities(world.database, world.around.municipalities.partners())
    with world.database.read() as session:
        assert len(session.scalars(select(MunicipalityRow)).all()) == 9


def test_the_log_is_searched_by_time_actor_action_and_record(
    world: World, admin: Administration, tmp_path: Path
) -> None:
    nurse, lead = world.staff("demo-nurse"), world.staff("demo-lead")
    admin.suspend(nurse.id, world.clock())
    world.clock.forward(days=1)
    admin.suspend(lead.id, world.clock())
    world.accounts.issue_token(ADVISER, world.clock())
    log = AuditLog(world.database, world.staff("demo-admin"))

    def found(wanted: Search) -> list[str]:
        return [row.record for row in log.search(wanted).rows]

    both = [f"user:{lead.id}", f"user:{nurse.id}"]
    assert found(Search(actor="demo-admin")) == both
    assert found(Search(action="suspend")) == both
    assert found(Search(record=both[1])) == both[1:]
    assert found(Search(action="suspend", since=world.clock())) == both[:1]
    assert found(Search(action="suspend", until=world.clock())) == both[1:]
    assert found(Search(action="suspend", before=2)) == both[1:]
    assert found(Search(actor="\x00")) == []
    reference = Play(world).file()
    assert set(found(Search(record=reference))) == {f"referral:{reference}"}
    assert "issue_token" in log.actions()
    assert log.proof(AnchorFile(tmp_path / "anchors.jsonl")).holds
