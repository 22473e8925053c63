"""The story of a disk that is lost and put back: what had ended stays ended."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from referrals.consent.tables import ConsentRow
from referrals.consent.withdrawal import withdraw
from referrals.outbox.letters import Outgoing, post
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import Actor
from referrals.referral.tables import ReferralRow
from referrals.tombstones.journal import Journal
from referrals.tombstones.noting import Noting
from service.composition import open_store
from service.settings import Settings
from tests.security.backing_up import refused, run_command, told_by

WITHDRAW = {"by": Actor.PATIENT, "name": "own_page", "how": "own_page"}

# Put back


@pytest.fixture
def empty(tmp_path: Path, settings: Settings) -> Settings:
    """A new machine, on which only the journal of what ended is left."""
    return Settings.load(data_dir=tmp_path / "new", tombstones_file=settings.tombstones)


def _restore(empty: Settings, *words: str) -> tuple[int, list[str], list[str]]:
    return run_command(empty, "restore", *words, HENVIS_TOMBSTONES_FILE=str(empty.tombstones))


def _end_things(settings: Settings) -> str:
    """Withdraw a consent, send a letter and log somebody in, after the backup; give the token."""
    with open_store(settings) as store:
        now = store.around.now()
        with store.database.write() as session:
            query = select(ReferralRow).where(ReferralRow.open.is_(True))
            withdraw(session, session.scalars(query.limit(1)).one(), now=now, **WITHDRAW)  # type: ignore[arg-type]
            for row in session.scalars(select(OutboxRow).where(OutboxRow.once_key == "waits")):
                row.sent_at = now
        Noting(store.database, Journal(settings.tombstones)).some(now)
        return str(store.accounts.issue_token("demo-nurse", now))


def _post_a_letter(settings: Settings) -> str:
    """Let a letter wait in the backup, and somebody be logged in; give the token."""
    with open_store(settings) as store:
        now = store.around.now()
        with store.database.write() as session:
            post(session, Outgoing("email", "new_referral", "1", {}, once_key="waits"), now)
        return str(store.accounts.issue_token("demo-admin", now))


def test_what_ended_after_the_backup_stays_ended_when_it_is_put_back(
    settings: Settings, empty: Settings, recipient: str, identity: Path, tmp_path: Path
) -> None:
    token = _post_a_letter(settings)
    file, keys = tmp_path / "later.age", tmp_path / "keys.age"
    told_by(settings, "backup", str(file), "--to", recipient)
    told_by(settings, "backup-keys", str(keys), "--to", recipient)
    _end_things(settings)
    code, told, errors = _restore(
        empty, str(file), "--identity", str(identity), "--keys", str(keys)
    )
    assert (code, errors) == (0, [])
    assert told[:3] == ["consents: 1", "letters: 1", "sessions: 1"]
    with open_store(empty) as store, store.database.read() as session:
        withdrawn = select(ConsentRow).where(ConsentRow.withdrawn_how == "restore")
        assert len(session.scalars(withdrawn).all()) == 1
        letter = session.scalars(select(OutboxRow).where(OutboxRow.once_key == "waits")).one()
        assert letter.sent_at is not None
        assert store.accounts.recognise(token, store.around.now()) is None


def test_who_restores_reads_what_came_back_and_what_to_do_next(
    empty: Settings, backup: Path, keys_backup: Path, identity: Path
) -> None:
    empty.tombstones.write_text("")
    _, told, _ = _restore(
        empty, str(backup), "--identity", str(identity), "--keys", str(keys_backup)
    )
    assert told[-2].startswith("restored: ")
    assert told[-2].endswith(f"into {empty.data_dir}")
    assert told[-1].startswith(f"next: ./henvis doctor --data {empty.data_dir}")


def test_who_restores_without_the_journal_reads_what_is_not_known(
    empty: Settings, backup: Path, keys_backup: Path, identity: Path
) -> None:
    empty.tombstones.unlink(missing_ok=True)
    _, told, _ = _restore(
        empty, str(backup), "--identity", str(identity), "--keys", str(keys_backup)
    )
    assert told[-2].startswith(
        f"not known: what ended since the backup, as there was no {empty.tombstones}"
    )


def test_who_restores_reads_what_only_a_person_can_put_right(
    empty: Settings, backup: Path, keys_backup: Path, identity: Path
) -> None:
    empty.tombstones.write_text('{"number":9999,"action":"change_password","record":"user:1"}\n')
    _, told, _ = _restore(
        empty, str(backup), "--identity", str(identity), "--keys", str(keys_backup)
    )
    assert told[0] == "passwords: 1"
    assert told[-2] == (
        "look at: users had changed their password; invite them anew at /admin/brugere"
    )


def test_a_backup_without_its_keys_is_not_put_back(
    empty: Settings, backup: Path, identity: Path
) -> None:
    code, _, [line] = _restore(empty, str(backup), "--identity", str(identity))
    assert code == 1
    assert "put the keys of its time" in line
    assert not empty.database_file.exists()


def test_a_backup_with_another_s_keys_is_not_put_back(
    empty: Settings, backup: Path, identity: Path, recipient: str, tmp_path: Path
) -> None:
    other = Settings.load(data_dir=tmp_path / "other")
    keys = tmp_path / "others-keys.age"
    told_by(other, "backup-keys", str(keys), "--to", recipient)
    words = (str(backup), "--identity", str(identity), "--keys", str(keys))
    code, _, [line] = _restore(empty, *words)
    assert code == 1
    assert "not the keys of that backup" in line
    assert not empty.database_file.exists()


def test_a_backup_of_before_with_its_keys_beside_it_is_still_put_back(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    old = tmp_path / "old.tar.gz"
    with closing(sqlite3.connect(settings.database_file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with tarfile.open(old, "w:gz") as archive:
        archive.add(settings.database_file, "henvis.db")
        archive.add(settings.keys_dir / "keys.json", "keys/keys.json")
    assert _restore(empty, str(old))[0] == 0
    with open_store(empty) as store:
        assert list(store.vault.keys.vault) == ["k1"]


def test_nothing_is_put_back_over_a_database(
    settings: Settings, backup: Path, identity: Path
) -> None:
    line = refused(settings, "restore", str(backup), "--identity", str(identity))
    assert "is in use" in line
