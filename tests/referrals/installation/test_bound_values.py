"""Values of before are bound to their tokens at the first start; nothing of before is read then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from referrals.installation import bound_values
from referrals.installation.bound_values import bind_values
from referrals.vault.keys import new_keys
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import Vault
from tests.conftest import World
from tests.referrals.playing import Play

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


class OldInstallation:
    """One whose values were sealed as they were until December 2026."""

    def __init__(self, world: World) -> None:
        self.keys = new_keys()
        self.vault = Vault(self.keys)
        self.database = world.database
        self.encounter_id = Play(world).id

    def keep(self, number: int, value: str) -> str:
        nonce = bytes([number]) * 12
        key, bound_to = AESGCM(self.keys.vault["k1"]), f"{self.encounter_id}:phone".encode()
        row = VaultValueRow(
            id=f"{number:012x}",
            encounter_id=self.encounter_id,
            kind="phone",
            key_id="k1",
            nonce=nonce,
            ciphertext=key.encrypt(nonce, value.encode(), bound_to),
            created_at=BEFORE,
        )
        with self.database.write() as session:
            session.add(row)
        return f"[[phone:{row.id}]]"

    def read(self, token: str) -> str | None:
        with self.database.read() as session:
            return self.vault.unseal(session, self.encounter_id, token)


@pytest.fixture
def old(world: World) -> OldInstallation:
    return OldInstallation(world)


def test_all_values_of_before_are_read_afterwards(
    old: OldInstallation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bound_values, "_BATCH", 2)
    kept = {old.keep(number, f"+45206677{number:02}"): number for number in range(1, 6)}
    assert bind_values(old.database, old.vault, NOW) == 5
    assert {token: old.read(token) for token in kept} == {
        token: f"+45206677{number:02}" for token, number in kept.items()
    }


def test_a_value_keeps_its_age(old: OldInstallation) -> None:
    old.keep(1, "+4520667788")
    bind_values(old.database, old.vault, NOW)
    with old.database.read() as session:
        assert session.scalar(select(VaultValueRow.created_at)) == BEFORE


def test_nothing_is_done_twice(old: OldInstallation) -> None:
    old.keep(1, "+4520667788")
    bind_values(old.database, old.vault, NOW)
    assert bind_values(old.database, old.vault, NOW) == 0


def test_a_row_of_an_old_copy_that_is_put_back_is_refused(old: OldInstallation) -> None:
    bind_values(old.database, old.vault, NOW)
    token = old.keep(1, "+4520667788")
    bind_values(old.database, old.vault, NOW)
    with pytest.raises(RuntimeError, match="does not match"):
        old.read(token)


def test_a_damaged_one_stops_no_start_and_stays_unreadable(old: OldInstallation) -> None:
    damaged, whole = old.keep(1, "+4520667788"), old.keep(2, "+4520667799")
    with old.database.write() as session:
        session.get_one(VaultValueRow, (damaged[8:-2], old.encounter_id)).ciphertext = b"0" * 30
    assert bind_values(old.database, old.vault, NOW) == 1
    assert old.read(whole) == "+4520667799"
    with pytest.raises(RuntimeError, match="does not match"):
        old.read(damaged)
