"""What each role may do: this much, and nothing that is not named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from referrals.staff.roles import (
    INVITERS,
    MUNICIPAL_ROLES,
    PEOPLE,
    WATCHED,
    NotAllowed,
    Role,
    Scope,
    Staff,
    System,
    administrators_only,
    municipality_of,
)

WHO = Staff(1, "anna", "Anna Anden", Role.NURSE)
PLACED = {"ward_id": "herlev-onk-1", "hospital_id": "herlev", "municipality_code": "0151"}
MAY: Mapping[Role, set[str]] = {
    Role.NURSE: {"lead encounters", "read"},
    Role.LEAD: {"invite", "read"},
    Role.ADVISER: {"work a queue", "read"},
    Role.COURSE_MANAGER: {"work a queue", "read"},
    Role.ADMINISTRATOR: {"administrate", "invite", "read"},
    Role.SERVICE: {"read"},
}
"""With a place of every kind; without the place that a role is bound to it may less."""
SYSTEM = System(
    1, "service:ballerup", "Ballerup", Role.SERVICE, municipality_code="0151",
    scopes=frozenset({Scope.READ}),
)  # fmt: skip


def may(staff: Staff) -> set[str]:
    found = {
        "lead encounters": staff.is_nurse,
        "work a queue": staff.is_municipal,
        "administrate": staff.is_administrator,
        "invite": staff.may_invite,
        "read": staff.reads,
    }
    return {what for what, so in found.items() if so}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_is_named_and_nothing_else(role: Role) -> None:
    assert may(replace(WHO, role=role, **PLACED)) == MAY[role]


@pytest.mark.parametrize(
    ("role", "place", "lost"),
    [
        (Role.NURSE, "ward_id", {"lead encounters"}),
        (Role.ADVISER, "municipality_code", {"work a queue"}),
        (Role.COURSE_MANAGER, "municipality_code", {"work a queue"}),
    ],
)
def test_without_the_place_that_it_is_bound_to_a_role_may_less(
    role: Role, place: str, lost: set[str]
) -> None:
    nowhere = replace(WHO, role=role, **{**PLACED, place: None})
    assert may(nowhere) == MAY[role] - lost


def test_the_roles_that_read_a_municipality_or_decide_on_access_are_watched() -> None:
    assert frozenset({Role.ADVISER, Role.COURSE_MANAGER, Role.ADMINISTRATOR}) == WATCHED


def test_who_works_a_municipality_invites_nobody() -> None:
    assert MUNICIPAL_ROLES.isdisjoint(INVITERS)


def test_every_role_but_a_system_is_a_person() -> None:
    assert {*PEOPLE} == {*Role} - {Role.SERVICE}


@pytest.mark.parametrize("role", PEOPLE)
def test_only_administrators_pass_where_only_they_may(role: Role) -> None:
    staff = replace(WHO, role=role, **PLACED)
    if role is Role.ADMINISTRATOR:
        administrators_only(staff)
        return
    with pytest.raises(NotAllowed):
        administrators_only(staff)


@pytest.mark.parametrize(
    "staff",
    [replace(WHO, role=role, **PLACED) for role in (Role.ADVISER, Role.COURSE_MANAGER)] + [SYSTEM],
    ids=lambda staff: staff.role.value,
)
def test_who_works_a_municipality_works_their_own(staff: Staff) -> None:
    assert municipality_of(staff) == "0151"


@pytest.mark.parametrize(
    "staff",
    [
        *(replace(WHO, role=role, **PLACED) for role in (Role.NURSE, Role.LEAD)),
        replace(WHO, role=Role.ADMINISTRATOR, **PLACED),
        replace(WHO, role=Role.SERVICE, **PLACED),
        replace(WHO, role=Role.ADVISER),
        replace(SYSTEM, municipality_code=None),
    ],
    ids=["nurse", "lead", "administrator", "no system", "adviser nowhere", "system nowhere"],
)
def test_nobody_else_works_one(staff: Staff) -> None:
    with pytest.raises(NotAllowed):
        municipality_of(staff)


@pytest.mark.parametrize(
    ("scopes", "reads"),
    [(set(), False), ({Scope.WRITE}, False), ({Scope.READ}, True), ({*Scope}, True)],
    ids=["nothing", "write", "read", "both"],
)
def test_a_system_reads_where_it_was_let_read(scopes: set[Scope], *, reads: bool) -> None:
    assert replace(SYSTEM, scopes=frozenset(scopes)).reads is reads


def test_histories_name_a_person_with_the_role_and_a_system_by_its_name() -> None:
    assert (WHO.actor, SYSTEM.actor) == ("nurse:anna", "service:ballerup")
