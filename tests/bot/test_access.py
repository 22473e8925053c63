"""Who may enter the pages and calls of the bot."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bot.access import nurse
from referrals.staff.roles import NotAllowed, NotSignedIn, Role, Staff


def _enter(staff: Staff | None) -> Staff:
    request = SimpleNamespace(state=SimpleNamespace(staff=staff))
    return asyncio.run(nurse(request))  # type: ignore[arg-type]


def test_a_nurse_with_a_ward_enters() -> None:
    anna = Staff(1, "anna", "Anna Anden", Role.NURSE, ward_id="herlev-onk-1")
    assert _enter(anna) is anna


def test_who_is_not_signed_in_does_not() -> None:
    with pytest.raises(NotSignedIn):
        _enter(None)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.NURSE])
def test_nor_does_any_other_role(role: Role) -> None:
    with pytest.raises(NotAllowed):
        _enter(Staff(1, "anna", "Anna Anden", role, ward_id="herlev-onk-1"))


def test_nor_does_a_nurse_without_a_ward() -> None:
    with pytest.raises(NotAllowed):
        _enter(Staff(1, "anna", "Anna Anden", Role.NURSE))
