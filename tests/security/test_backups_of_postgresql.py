"""The story of a PostgreSQL that is lost and put back from its dump: what had ended stays ended.

Dumped and restored by PostgreSQL's own tools, as docs/operations.md says.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from referrals.consent.tables import ConsentRow
from referrals.consent.withdrawal import withdraw
from referrals.feed import change_feed
from referrals.feed.change_feed import ChangeFeed, UnknownCursor
from referrals.outbox.letters import Outgoing, post
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import Actor
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import staff_of
from referrals.staff.tables import UserRow
from referrals.tombstones.journal import Journal
from referrals.tombstones.noting import Noting
from service import database as preparing
from service.cli import app
from service.composition import Store, open_store
from service.settings import Settings
from tests import postgres

ADVISER = "demo-adviser-0151"


@dataclass
class Restored:
    """A restored database, what ``settle-restore`` told, and what was open when it was dumped."""

    settings: Settings
    told: list[str]
    token: str
    reference: str
    cursor: str
    rows: int

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(self.settings) as store:
            yield store


@pytest.fixture(scope="module")
def restored(
    forenoon: None, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Restored]:
    folder = tmp_path_factory.mktemp("postgresql")
    dump = folder / "henvis.dump"
    with (
        postgres.a_database(postgres_server) as lost,
        postgres.a_database(postgres_server) as empty,
    ):
        before = Settings.load(data_dir=folder / "before", database_url=lost)
        preparing.prepare(before, demo=True)
        token, cursor = _begin_things(before)
        _run("pg_dump", "-Fc", "-f", dump, _for_tools(lost))
        reference = _end_things(before)
        after = Settings.load(
            data_dir=folder / "after", database_url=empty, tombstones_file=before.tombstones
        )
        shutil.copytree(before.keys_dir, after.keys_dir)
        _run("pg_restore", "--exit-on-error", "-d", _for_tools(empty), dump)
        rows = _audit_rows(after)
        told = _henvis(after, "settle-restore")
        yield Restored(after, told, token, reference, cursor, rows)


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True)


def _for_tools(url: str) -> str:
    return url.replace("+psycopg", "")


def _henvis(settings: Settings, *words: str) -> list[str]:
    env = {
        "HENVIS_DATABASE_URL": settings.database_url,
        "HENVIS_TOMBSTONES_FILE": str(settings.tombstones),
    }
    done = CliRunner().invoke(app, [*words, "--data", str(settings.data_dir)], env=env)
    if done.exception is not None:
        raise done.exception
    return done.stdout.splitlines()


def _audit_rows(settings: Settings) -> int:
    from referrals.audit.tables import AuditRow

    with open_store(settings) as store, store.database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def _begin_things(settings: Settings) -> tuple[str, str]:
    """Let a letter wait, an administrator be logged in and a system read its feed."""
    with open_store(settings) as store:
        now = store.around.now()
        with store.database.write() as session:
            post(session, Outgoing("email", "new_referral", "1", {}, once_key="waits"), now)
        page = _feed(store).after(change_feed.BEGINNING, now, change_feed.MOST)
        return str(store.accounts.issue_token("demo-admin", now)), page.cursor


def _feed(store: Store) -> ChangeFeed:
    with store.database.read() as session:
        adviser = session.scalars(select(UserRow).where(UserRow.name == ADVISER)).one()
        return ChangeFeed(store.database, staff_of(adviser))


def _end_things(settings: Settings) -> str:
    """Withdraw a consent and send the letter, after the dump; give the referral's reference."""
    with open_store(settings) as store:
        now = store.around.now()
        with store.database.write() as session:
            query = select(ReferralRow).where(ReferralRow.open.is_(True)).order_by(ReferralRow.id)
            row = session.scalars(query.limit(1)).one()
            withdraw(session, row, by=Actor.PATIENT, name="own_page", how="own_page", now=now)
            reference = row.reference
            for letter in session.scalars(select(OutboxRow).where(OutboxRow.once_key == "waits")):
                letter.sent_at = now
        Noting(store.database, Journal(settings.tombstones)).some(now)
        return reference


def test_it_tells_how_much_was_ended_again(restored: Restored) -> None:
    assert restored.told[:3] == ["consents: 1", "letters: 1", "sessions: 1"]


def test_a_consent_that_was_withdrawn_since_is_withdrawn(restored: Restored) -> None:
    with restored.store() as store, store.database.read() as session:
        row = session.scalars(
            select(ReferralRow).where(ReferralRow.reference == restored.reference)
        ).one()
        consents = session.scalars(
            select(ConsentRow).where(ConsentRow.encounter_id == row.encounter_id)
        ).all()
        assert row.state == "withdrawn"
        assert consents
        assert all(consent.withdrawn_at is not None for consent in consents)


def test_who_was_logged_in_is_not(restored: Restored) -> None:
    with restored.store() as store:
        assert store.accounts.recognise(restored.token, store.around.now()) is None


def test_a_letter_that_was_sent_since_does_not_wait(restored: Restored) -> None:
    with restored.store() as store, store.database.read() as session:
        letter = session.scalars(select(OutboxRow).where(OutboxRow.once_key == "waits")).one()
        assert letter.sent_at is not None


def test_a_system_is_told_to_read_its_feed_from_the_start(restored: Restored) -> None:
    with restored.store() as store, pytest.raises(UnknownCursor):
        _feed(store).after(restored.cursor, store.around.now(), change_feed.MOST)


def test_the_audit_log_goes_on_in_one_chain(restored: Restored) -> None:
    told = _henvis(restored.settings, "audit", "verify")
    assert _audit_rows(restored.settings) > restored.rows
    assert told[0].startswith("audit log intact: ")
    assert told[-1] == "triggers: the database refuses changes, as it was made to"


def test_the_doctor_finds_the_database_and_its_keys_in_order(restored: Restored) -> None:
    lines = _henvis(restored.settings, "doctor")
    assert {"ok       schema", "ok       keys"} <= set(lines)
