"""Keys belong to a database: it is opened with its own, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete

from referrals.advice.encounter import Step
from referrals.installation.keys_check import NotItsKeys, fits, keys_of, settle_keys
from referrals.installation.tables import InstallationRow
from referrals.staff.second_factor import SecondFactors
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.vault.keys import Keys, load_or_create_keys, new_keys
from referrals.vault.vault import Vault
from tests.conftest import FORENOON, World
from tests.referrals.playing import NAME, Play


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keys.json"


def _settled(database: Database, file: Path) -> Keys:
    keys = load_or_create_keys(file)
    settle_keys(database, Vault(keys), FORENOON)
    return keys


def test_a_database_that_nobody_has_worked_with_draws_new_keys(
    database: Database, file: Path
) -> None:
    keys = keys_of(database, file)
    assert keys_of(database, file) == keys


def test_a_database_opens_with_the_keys_that_it_was_begun_with(
    database: Database, file: Path
) -> None:
    assert _settled(database, file) == keys_of(database, file)


def test_without_its_keys_it_is_refused_and_none_are_drawn(database: Database, file: Path) -> None:
    _settled(database, file)
    file.unlink()
    with pytest.raises(NotItsKeys) as refused:
        keys_of(database, file)
    assert refused.value.missing
    assert not file.exists()


@pytest.mark.parametrize("other", ["vault", "blind", "links"])
def test_one_key_of_another_database_is_refused(database: Database, file: Path, other: str) -> None:
    own, others = new_keys(), new_keys()
    settle_keys(database, Vault(own), FORENOON)
    mixed = Keys(**{**vars(own), other: getattr(others, other)})
    with database.read() as session:
        assert fits(session, Vault(own))
        assert not fits(session, Vault(mixed))


def test_of_two_first_starts_the_second_keys_are_refused(database: Database) -> None:
    settle_keys(database, Vault(new_keys()), FORENOON)
    with pytest.raises(NotItsKeys):
        settle_keys(database, Vault(new_keys()), FORENOON)


def test_a_database_that_does_not_know_yet_learns_the_keys_that_open_its_values(
    world: World, file: Path
) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME)
    assert Step.NAME in play.encounter.answers
    settle_keys(world.database, world.vault, world.clock())
    with world.database.read() as session:
        assert session.get(InstallationRow, "keys") is not None


def test_a_database_that_does_not_know_yet_refuses_keys_that_open_none_of_its_values(
    world: World,
) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME)
    with pytest.raises(NotItsKeys):
        settle_keys(world.database, Vault(new_keys()), world.clock())


def test_a_second_factor_tells_whose_keys_they_are_where_no_patient_does(world: World) -> None:
    with world.database.write() as session:
        user = session.get_one(UserRow, world.staff("demo-admin").id)
        user.second_factor = SecondFactors(world.database, world.vault)._lock(user.id, "s", [])
    with pytest.raises(NotItsKeys):
        settle_keys(world.database, Vault(new_keys()), world.clock())
    settle_keys(world.database, world.vault, world.clock())


def test_people_without_keys_are_refused_before_anything_is_known(world: World, file: Path) -> None:
    with world.database.write() as session:
        session.execute(delete(InstallationRow))
    with pytest.raises(NotItsKeys):
        keys_of(world.database, file)


def test_what_is_kept_of_the_keys_holds_none_of_them(database: Database, file: Path) -> None:
    keys = _settled(database, file)
    with database.read() as session:
        kept = str(session.get_one(InstallationRow, "keys").value)
    every = [keys.blind, keys.links, *keys.vault.values()]
    assert not [key for key in every if key.hex() in kept or key.hex()[:32] in kept]
