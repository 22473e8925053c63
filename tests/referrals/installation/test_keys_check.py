"""Keys belong to a database: it is opened with its own, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from referrals.advice.encounter import Step
from referrals.installation.keys_check import NotItsKeys, are_known, fits, keys_of, settle_keys
from referrals.installation.tables import InstallationRow
from referrals.staff.second_factor import SecondFactors
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.vault.keys import PURPOSES, Keys, new_keys, with_one_more, without
from referrals.vault.sources import KeyFile
from referrals.vault.tables import VaultKeyRow
from referrals.vault.vault import Vault
from tests.conftest import FORENOON, World
from tests.referrals.playing import NAME, Play


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys" / "keys.json")


def _settled(database: Database, file: KeyFile) -> Keys:
    keys = file.load()
    settle_keys(database, Vault(keys), FORENOON)
    return keys


def test_a_database_that_nobody_has_worked_with_draws_new_keys(
    database: Database, file: KeyFile
) -> None:
    keys = keys_of(database, file)
    assert keys_of(database, file) == keys


def test_a_database_opens_with_the_keys_that_it_was_begun_with(
    database: Database, file: KeyFile
) -> None:
    assert _settled(database, file) == keys_of(database, file)


def test_with_another_s_keys_it_is_refused(database: Database, file: KeyFile) -> None:
    settle_keys(database, Vault(new_keys()), FORENOON)
    file.load()
    with pytest.raises(NotItsKeys, match="another's keys") as refused:
        keys_of(database, file)
    assert not refused.value.missing


def test_without_its_keys_it_is_refused_and_none_are_drawn(
    database: Database, file: KeyFile
) -> None:
    _settled(database, file)
    file.path.unlink()
    with pytest.raises(NotItsKeys, match="keys are missing") as refused:
        keys_of(database, file)
    assert refused.value.missing
    assert not file.exists()


@pytest.mark.parametrize("other", PURPOSES)
def test_one_key_of_another_database_is_refused(
    database: Database, file: KeyFile, other: str
) -> None:
    own, others = new_keys(), new_keys()
    settle_keys(database, Vault(own), FORENOON)
    mixed = Keys(**{**vars(own), other: others.of(other)})
    with database.read() as session:
        assert fits(session, Vault(own))
        assert not fits(session, Vault(mixed))


def test_of_two_first_starts_the_second_keys_are_refused(database: Database) -> None:
    settle_keys(database, Vault(new_keys()), FORENOON)
    with pytest.raises(NotItsKeys):
        settle_keys(database, Vault(new_keys()), FORENOON)


def test_a_database_that_does_not_know_yet_learns_the_keys_that_open_its_values(
    world: World, file: KeyFile
) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME)
    assert Step.NAME in play.encounter.answers
    settle_keys(world.database, world.vault, world.clock())
    with world.database.read() as session:
        assert are_known(session)


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
        factors = SecondFactors(world.database, world.vault)
        user.second_factor = factors._lock(session, user.id, "s", [])
    with pytest.raises(NotItsKeys):
        settle_keys(world.database, Vault(new_keys()), world.clock())
    settle_keys(world.database, world.vault, world.clock())


def test_people_without_keys_are_refused_before_anything_is_known(
    world: World, file: KeyFile
) -> None:
    with world.database.write() as session:
        session.execute(delete(InstallationRow))
    with pytest.raises(NotItsKeys):
        keys_of(world.database, file)


def test_what_is_kept_of_the_keys_holds_none_of_them(database: Database, file: KeyFile) -> None:
    keys = _settled(database, file)
    with database.read() as session:
        kept = str([vars(row) for row in session.scalars(select(VaultKeyRow))])
    assert not [key for _, _, key in keys if key.hex() in kept or key.hex()[:32] in kept]


def test_a_key_that_was_drawn_and_is_not_in_force_yet_changes_nothing(database: Database) -> None:
    keys = new_keys()
    settle_keys(database, Vault(keys), FORENOON)
    with database.read() as session:
        assert fits(session, Vault(with_one_more(keys, "blind")))


def test_keys_that_lack_one_that_is_in_force_are_refused(database: Database) -> None:
    keys = with_one_more(new_keys(), "blind")
    settle_keys(database, Vault(keys), FORENOON)
    with database.read() as session:
        assert not fits(session, Vault(without(keys, "blind", "b1")))


def _as_before(database: Database, keys: Keys) -> None:
    """Have a database know its keys as it did before each had an id."""
    vault = Vault(keys)
    value = {
        "vault": vault.lock_away(None, "keys-check", b"").hex(),
        "blind": vault.blind_index(None, "keys-check", ""),
        "links": vault.link_secret("keys-check", ""),
    }
    with database.write() as session:
        session.add(InstallationRow(name="keys", value=value, at=FORENOON))


def test_a_database_of_before_knows_its_keys_and_learns_their_ids(database: Database) -> None:
    keys = new_keys()
    _as_before(database, keys)
    settle_keys(database, Vault(keys), FORENOON)
    with database.read() as session:
        assert sorted(session.scalars(select(VaultKeyRow.key_id))) == ["a1", "b1", "k1", "l1"]
        assert session.get(InstallationRow, "keys") is None


@pytest.mark.parametrize("other", ["vault", "blind", "links"])
def test_a_database_of_before_refuses_one_key_of_another(database: Database, other: str) -> None:
    keys = new_keys()
    _as_before(database, keys)
    with pytest.raises(NotItsKeys):
        settle_keys(database, Vault(Keys(**{**vars(keys), other: new_keys().of(other)})), FORENOON)
