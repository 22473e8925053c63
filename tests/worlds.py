"""Databases that were migrated and staffed, and the domain around them; imports the domain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from demo import courses, people
from referrals.advice.tapping import TapGuard
from referrals.audit import chain
from referrals.consent.texts import load_consent_texts
from referrals.denmark.municipalities import load_municipalities
from referrals.next_action.keeping import NextActions
from referrals.staff.accounts import Accounts, staff_of
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from referrals.words.labels import Labels
from tests.conftest import Clock, World

AUDIT_KEYS = chain.ChainKeys({"a1": b"a" * 32}, "a1")


def migrated(url: str) -> str:
    """Bring a database up to date; give its address again."""
    database = Database(url)
    schema.migrate(database)
    database.close()
    return url


def kept(url: str, **options: bool) -> Iterator[Database]:
    """Give the way to a database that keeps the next actions, and close it."""
    database = Database(url, **options)
    database.keep(NextActions())
    database.carry(chain.KEYS, lambda _session: AUDIT_KEYS)
    yield database
    database.close()


def staff_called(name: str, database: Database) -> Staff:
    """Give somebody of the staff by name."""
    with database.read() as session:
        return staff_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())


def a_world(database: Database) -> World:
    clock = Clock()
    around = TurnServices(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=clock,
        taps=TapGuard(timedelta()),  # taps faster than anybody may
    )
    return World(database, clock, around, Accounts(database))


def staff_it(database: Database, password_hash: str) -> None:
    """Write the demo staff into an empty database, without referrals and courses."""
    world = a_world(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.accounts, "hash_password", lambda _password: password_hash)
        patch.setattr(people, "REFERRALS", ())
        patch.setattr(courses, "add", lambda *_: 0)
        people.fill(database, world.accounts, world.around)
