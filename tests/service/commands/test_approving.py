"""The command by which the machine decides where there is no second administrator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from referrals.administration import decisions
from referrals.administration.users import Administration
from referrals.staff.places import Place
from referrals.staff.roles import Role, Scope
from service import database as preparing
from service.commands.approving import approve, waiting_lines
from service.composition import Store, build_store
from service.errors import UserError
from service.settings import Settings
from tests.worlds import staff_called

BALLERUP = Place(municipality_code="0151")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.load(data_dir=tmp_path / "data", public_url="https://henvis.example")
    preparing.prepare(settings, demo=True)
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Give an installation whose only administrator asked for three things."""
    opened = build_store(settings)
    now, admin = opened.around.now(), staff_called("demo-admin", opened.database)
    house = Administration(opened.database, admin)
    house.suspend(staff_called("demo-admin-2", opened.database).id, now)
    decisions.ask_for_invitations(opened.database, admin, Role.ADVISER, BALLERUP, ["Anna"], now)
    decisions.ask_for_system(opened.database, admin, "nexus", "0151", [Scope.READ], now)
    nurse = staff_called("demo-nurse", opened.database)
    house.correct(nurse.id, nurse.display_name, Role.ADVISER, BALLERUP, now)
    yield opened
    opened.database.close()


@pytest.mark.usefixtures("store")
def test_what_waits_is_listed_and_approved_by_number(settings: Settings) -> None:
    invited, system, role = waiting_lines(settings)
    assert invited.startswith("1 invite Anna adviser Ballerup, asked by demo-admin at ")
    assert system.startswith("2 system nexus read Ballerup, asked by demo-admin at ")
    assert role.startswith("3 role demo-nurse adviser Ballerup, asked by demo-admin at ")
    assert approve(settings, 1).startswith("https://henvis.example/invitation/")
    assert approve(settings, 2).startswith("hvs_")
    assert approve(settings, 3) == "approved: role demo-nurse"
    assert waiting_lines(settings) == ["nothing waits for approval"]


@pytest.mark.usefixtures("store")
def test_what_does_not_wait_is_told_in_one_line(settings: Settings) -> None:
    approve(settings, 1)
    for number in (0, 1, 99):
        with pytest.raises(UserError, match="nothing waits as number"):
            approve(settings, number)
