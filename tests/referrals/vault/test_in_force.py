"""Which keys are in force: one for what is new, the others for what is still under them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from referrals.storage.database import Database
from referrals.vault import in_force
from referrals.vault.keys import PURPOSES, Keys, new_keys, with_one_more
from referrals.vault.tables import VaultKeyRow
from referrals.vault.vault import Vault, index_key
from tests.conftest import FORENOON

LATER = FORENOON + timedelta(days=1)


def _two(purpose: str = "blind") -> Keys:
    return with_one_more(new_keys(), purpose)


def _ids(database: Database, purpose: str = "blind") -> list[str]:
    with database.read() as session:
        return list(in_force.ids(session, purpose))


def _begin(database: Database, keys: Keys, *purposes: str) -> None:
    with database.write() as session:
        for purpose in purposes or ("blind",):
            in_force.begin(session, purpose, keys.of(purpose), FORENOON)


def test_before_it_was_settled_none_is_in_force(database: Database) -> None:
    assert _ids(database) == []


def test_the_newest_of_the_first_set_is_the_current_one(database: Database) -> None:
    _begin(database, _two())
    assert _ids(database) == ["b2", "b1"]


def test_a_key_that_is_put_in_force_comes_first_and_the_one_before_stays(
    database: Database,
) -> None:
    keys = new_keys()
    _begin(database, keys)
    more = with_one_more(keys, "blind")
    with database.write() as session:
        in_force.put_in_force(session, "blind", more.blind, "b2", LATER)
    assert _ids(database) == ["b2", "b1"]
    with database.read() as session:
        rows = session.scalars(select(VaultKeyRow).order_by(VaultKeyRow.key_id)).all()
    assert [(row.key_id, row.current, row.since) for row in rows] == [
        ("b1", False, FORENOON),
        ("b2", True, LATER),
    ]


def test_a_change_of_one_purpose_leaves_the_others(database: Database) -> None:
    keys = new_keys()
    _begin(database, keys, *PURPOSES)
    with database.write() as session:
        more = with_one_more(keys, "vault")
        in_force.put_in_force(session, "vault", more.vault, "k2", LATER)
    assert [_ids(database, purpose) for purpose in PURPOSES] == [
        ["k2", "k1"],
        ["b1"],
        ["l1"],
        ["a1"],
    ]


def test_an_older_key_is_let_go_alone(database: Database) -> None:
    keys = _two()
    _begin(database, with_one_more(keys, "vault"), "blind", "vault")
    with database.write() as session:
        in_force.let_go(session, "blind", "b1")
    assert (_ids(database), _ids(database, "vault")) == (["b2"], ["k2", "k1"])


def test_who_looks_is_not_in_the_way_of_who_looks(database: Database) -> None:
    _begin(database, new_keys())
    with database.read() as one, database.read() as other:
        assert in_force.ids(one, "blind") == in_force.ids(other, "blind")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_who_looks_keeps_a_change_off_and_waits_for_none(database: Database) -> None:
    keys = _two()
    _begin(database, keys)
    with database.read() as session:
        in_force.ids(session, "blind")
        for change in (
            lambda s: in_force.let_go(s, "blind", "b1"),
            lambda s: in_force.put_in_force(s, "blind", keys.blind, "b2", LATER),
        ):
            with pytest.raises(in_force.Busy), database.write() as other:
                change(other)


def test_they_are_asked_for_once_in_a_transaction(database: Database) -> None:
    keys = new_keys()
    _begin(database, keys, "vault")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with database.write() as session:
        for _ in range(3):
            Vault(keys).lock_away(session, "place", b"x")
        in_one = sum("vault_keys" in statement for statement in asked)
    with database.write() as session:
        Vault(keys).lock_away(session, "place", b"x")
    in_two = sum("vault_keys" in statement for statement in asked)
    assert (in_one, in_two) == (1, 2)


def test_what_is_put_in_force_counts_within_its_own_transaction(database: Database) -> None:
    keys = new_keys()
    _begin(database, keys)
    more = with_one_more(keys, "blind")
    with database.write() as session:
        before = list(in_force.ids(session, "blind"))
        in_force.put_in_force(session, "blind", more.blind, "b2", LATER)
        put = list(in_force.ids(session, "blind"))
        in_force.let_go(session, "blind", "b1")
        assert (before, put, list(in_force.ids(session, "blind"))) == (
            ["b1"],
            ["b2", "b1"],
            ["b2"],
        )


# What the vault makes of it


def test_a_fingerprint_names_its_key_unless_it_is_the_first(database: Database) -> None:
    with database.read() as session:
        first = Vault(new_keys()).blind_index(session, "name", "Jens")
        second = Vault(_two()).blind_index(session, "name", "Jens")
    assert (index_key(first), index_key(second)) == ("b1", "b2")
    assert (len(first), len(second)) == (64, 64)
    assert "." not in first
    assert second.startswith("b2.")


def test_every_fingerprint_that_a_value_may_be_kept_by_is_given_the_current_first(
    database: Database,
) -> None:
    keys = new_keys()
    _begin(database, keys)
    with database.read() as session:
        old = Vault(keys).blind_index(session, "name", "Jens")
    more = Vault(with_one_more(keys, "blind"))
    with database.write() as session:
        assert more.blind_indexes(session, "name", "Jens") == [old]
        in_force.put_in_force(session, "blind", more.keys.blind, "b2", LATER)
        new, again = more.blind_indexes(session, "name", "Jens")
        assert (more.blind_index(session, "name", "Jens"), again) == (new, old)


def test_a_key_that_is_in_force_and_lacking_is_an_error_and_no_silence(database: Database) -> None:
    keys = new_keys()
    _begin(database, with_one_more(keys, "blind"))
    with database.read() as session, pytest.raises(KeyError):
        Vault(keys).blind_indexes(session, "name", "Jens")


def test_what_is_locked_away_is_under_the_key_in_force(database: Database) -> None:
    keys = _two("vault")
    vault = Vault(keys)
    with database.write() as session:
        assert vault.lock_away(session, "place", b"x").startswith(b"k2:")
        in_force.begin(session, "vault", new_keys().vault, FORENOON)
        locked = vault.lock_away(session, "place", b"x")
    assert locked.startswith(b"k1:")
    assert vault.bring_back("place", locked) == b"x"


def test_something_locked_under_a_key_that_is_not_here_is_not_opened() -> None:
    locked = Vault(_two("vault")).lock_away(None, "place", b"x")
    with pytest.raises(RuntimeError, match="does not match"):
        Vault(new_keys()).bring_back("place", locked)


def test_the_newest_key_makes_links_and_every_key_s_link_counts() -> None:
    keys = _two("links")
    old, new = Vault(Keys(**{**vars(keys), "links": new_keys().links})), Vault(keys)
    assert new.link_secrets("receipt", "H-1")[0] == new.link_secret("receipt", "H-1")
    assert new.link_secrets("receipt", "H-1")[1] == new.lasting_secret("receipt", "H-1")
    for each in new.link_secrets("receipt", "H-1"):
        assert len(each) == 32
        assert new.is_link("receipt", "H-1", each)
    assert not new.is_link("receipt", "H-1", old.link_secret("receipt", "H-1"))
    assert not new.is_link("receipt", "H-1", "")
    assert not new.is_link("receipt", "H-1", "ø")
