"""The vault: values as ciphertext that belongs to one encounter and one kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from referrals.vault.keys import new_keys, with_one_more
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import KINDS, TOKEN, Sealed, Vault, purge, seal
from tests.conftest import World
from tests.referrals.playing import Play, how_many

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MARKER = "Zebulon Quistgaard"


@pytest.fixture
def encounter_id(world: World) -> str:
    return Play(world).id


def _keep(world: World, encounter_id: str, sealed: Sealed) -> str:
    with world.database.write() as session:
        return world.vault.keep(session, encounter_id, sealed, NOW)


def _unseal(world: World, encounter_id: str, token: str | None) -> str | None:
    with world.database.read() as session:
        return world.vault.unseal(session, encounter_id, token)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_value_comes_back_by_its_token(world: World, encounter_id: str, kind: str) -> None:
    token = _keep(world, encounter_id, seal(kind, MARKER))
    assert _unseal(world, encounter_id, token) == MARKER


@pytest.mark.parametrize("value", ["", "🌸", "محمد", "x" * 10_000, "\x00", "'; --"], ids=ascii)
def test_any_text_can_be_kept(world: World, encounter_id: str, value: str) -> None:
    token = _keep(world, encounter_id, seal("name", value))
    assert _unseal(world, encounter_id, token) == value


def test_a_token_means_nothing_in_another_encounter(world: World, encounter_id: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    assert _unseal(world, Play(world).id, token) is None


def test_a_token_of_another_kind_gives_nothing(world: World, encounter_id: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    assert _unseal(world, encounter_id, token.replace("name", "phone")) is None


@pytest.mark.parametrize(
    "token",
    [None, "", MARKER, "[[name:0123456789ab]]", "[[name:xyz]]", "[[secret:0123456789ab]]"],
    ids=repr,
)
def test_what_was_never_kept_gives_nothing(
    world: World, encounter_id: str, token: str | None
) -> None:
    assert _unseal(world, encounter_id, token) is None


def test_only_a_token_can_be_kept(world: World, encounter_id: str) -> None:
    with pytest.raises(ValueError, match="not a token"):
        _keep(world, encounter_id, Sealed("name", "name", MARKER))


@pytest.mark.parametrize("column", ["nonce", "ciphertext"])
def test_a_changed_byte_is_noticed(world: World, encounter_id: str, column: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    with world.database.write() as session:
        row = session.scalars(select(VaultValueRow)).one()
        old = getattr(row, column)
        setattr(row, column, bytes([old[0] ^ 1]) + old[1:])
    with pytest.raises(RuntimeError, match="does not match"):
        _unseal(world, encounter_id, token)


def test_a_value_that_was_moved_to_another_encounter_is_noticed(
    world: World, encounter_id: str
) -> None:
    token, other = _keep(world, encounter_id, seal("name", MARKER)), Play(world).id
    with world.database.write() as session:
        session.execute(update(VaultValueRow).values(encounter_id=other))
    with pytest.raises(RuntimeError, match="does not match"):
        _unseal(world, other, token)


def test_a_value_that_was_given_another_kind_is_noticed(world: World, encounter_id: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    with world.database.write() as session:
        session.execute(update(VaultValueRow).values(kind="note"))
    with pytest.raises(RuntimeError, match="does not match"):
        _unseal(world, encounter_id, token.replace("name", "note"))


def _swap(world: World, one: str, other: str) -> None:
    """Do what an intruder with the database's password does: each row gets the other's content."""
    with world.database.write() as session:
        rows = [
            session.scalars(select(VaultValueRow).filter_by(id=t[-14:-2])).one()
            for t in (one, other)
        ]
        first, second = rows
        first.nonce, second.nonce = second.nonce, first.nonce
        first.ciphertext, second.ciphertext = second.ciphertext, first.ciphertext


def test_two_values_of_one_kind_that_changed_places_are_noticed(
    world: World, encounter_id: str
) -> None:
    own = _keep(world, encounter_id, seal("phone", "+4520667788"))
    relative = _keep(world, encounter_id, seal("phone", "+4520667799"))
    _swap(world, own, relative)
    with pytest.raises(RuntimeError, match="does not match"):
        _unseal(world, encounter_id, own)


def test_two_values_that_changed_places_are_noticed_among_many(
    world: World, encounter_id: str
) -> None:
    own, relative = (_keep(world, encounter_id, seal("name", MARKER)) for _ in range(2))
    _swap(world, own, relative)
    with world.database.read() as session, pytest.raises(RuntimeError, match="does not match"):
        world.vault.unseal_all(session, [(encounter_id, own)])


def test_another_key_opens_nothing(world: World, encounter_id: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    with world.database.read() as session, pytest.raises(RuntimeError, match="does not match"):
        Vault(new_keys()).unseal(session, encounter_id, token)


def test_a_value_under_an_older_key_is_still_read(world: World, encounter_id: str) -> None:
    old = new_keys()
    both = with_one_more(old, "vault")
    with world.database.write() as session:
        token = Vault(old).keep(session, encounter_id, seal("name", MARKER), NOW)
        assert Vault(both).unseal(session, encounter_id, token) == MARKER


def test_what_is_stored_does_not_hold_the_value(world: World, encounter_id: str) -> None:
    _keep(world, encounter_id, seal("name", MARKER))
    with world.database.read() as session:
        row = session.scalars(select(VaultValueRow)).one()
        assert MARKER.encode() not in row.ciphertext + row.nonce + row.id.encode()


def test_the_same_value_is_never_stored_alike(world: World, encounter_id: str) -> None:
    _keep(world, encounter_id, seal("name", MARKER))
    _keep(world, encounter_id, seal("name", MARKER))
    with world.database.read() as session:
        assert len(set(session.scalars(select(VaultValueRow.ciphertext)))) == 2


def test_a_forgotten_value_is_gone_and_the_others_stay(world: World, encounter_id: str) -> None:
    gone = _keep(world, encounter_id, seal("name", MARKER))
    stays = _keep(world, encounter_id, seal("phone", "+4520667788"))
    with world.database.write() as session:
        world.vault.forget(session, encounter_id, gone)
    assert [_unseal(world, encounter_id, token) for token in (gone, stays)] == [None, "+4520667788"]


def test_one_encounter_cannot_forget_the_values_of_another(world: World, encounter_id: str) -> None:
    token = _keep(world, encounter_id, seal("name", MARKER))
    other = Play(world, "demo-nurse-2").id
    with world.database.write() as session:
        world.vault.forget(session, other, token)
    assert _unseal(world, encounter_id, token) == MARKER


def test_a_purge_takes_all_values_of_one_encounter_and_of_no_other(
    world: World, encounter_id: str
) -> None:
    other = Play(world).id
    for each in (encounter_id, encounter_id, other):
        _keep(world, each, seal("name", MARKER))
    with world.database.write() as session:
        purge(session, encounter_id)
    assert how_many(world, VaultValueRow) == how_many(
        world, VaultValueRow, VaultValueRow.encounter_id == other
    )


def test_a_sealed_value_is_not_shown() -> None:
    assert MARKER not in repr(seal("name", MARKER))


def test_a_new_token_has_the_shape_of_one() -> None:
    assert TOKEN.fullmatch(seal("name", MARKER).token)


def test_equal_values_have_equal_blind_indexes() -> None:
    vault = Vault(new_keys())
    assert vault.blind_index(None, "name", "Jens  HANSEN ") == vault.blind_index(
        None, "name", "jens hansen"
    )


@pytest.mark.parametrize(
    ("kind", "value"), [("name", "Jens Hansem"), ("phone", "Jens Hansen")], ids=["value", "kind"]
)
def test_other_values_and_kinds_have_other_blind_indexes(kind: str, value: str) -> None:
    vault = Vault(new_keys())
    assert vault.blind_index(None, kind, value) != vault.blind_index(None, "name", "Jens Hansen")


def test_blind_indexes_need_the_key() -> None:
    one, other = Vault(new_keys()), Vault(new_keys())
    assert one.blind_index(None, "name", "Jens") != other.blind_index(None, "name", "Jens")


def test_the_secret_of_a_link_is_the_same_every_time() -> None:
    vault = Vault(new_keys())
    assert vault.link_secret("receipt", "H-1") == vault.link_secret("receipt", "H-1")


@pytest.mark.parametrize(
    ("purpose", "record"), [("receipt", "H-2"), ("page", "H-1")], ids=["record", "purpose"]
)
def test_the_secret_of_one_link_opens_no_other(purpose: str, record: str) -> None:
    vault = Vault(new_keys())
    assert vault.link_secret(purpose, record) != vault.link_secret("receipt", "H-1")
