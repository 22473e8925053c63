"""The story of a disk that is lost, of a backup that a thief has, and of one that is damaged."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import select
from typer.testing import CliRunner

from referrals.consent.tables import ConsentRow
from referrals.consent.withdrawal import withdraw
from referrals.outbox.letters import Outgoing, post
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import Actor
from referrals.referral.tables import ReferralRow
from referrals.tombstones.journal import Journal
from referrals.tombstones.noting import Noting
from service.backups.making import KEPT
from service.cli import app
from service.commands.doctor import diagnosis
from service.composition import open_store
from service.errors import UserError
from service.settings import Settings
from tests.service.test_command_line import run

WITHDRAW = {"by": Actor.PATIENT, "name": "own_page", "how": "own_page"}


@pytest.fixture
def settings(demo_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "data"))


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """The file of whoever may read backups, as age-keygen makes it."""
    made = x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# public key: {made.to_public()}\n{made}\n")
    return file


@pytest.fixture
def recipient(identity: Path) -> str:
    return identity.read_text().splitlines()[0].removeprefix("# public key: ")


@pytest.fixture
def backup(settings: Settings, recipient: str, tmp_path: Path) -> Path:
    file = tmp_path / "henvis.age"
    assert _told(settings, "backup", str(file), "--to", recipient) == [str(file)]
    return file


@pytest.fixture
def keys_backup(settings: Settings, recipient: str, tmp_path: Path) -> Path:
    file = tmp_path / "keys.age"
    assert _told(settings, "backup-keys", str(file), "--to", recipient) == []
    return file


def _run(settings: Settings, *words: str, **more: str) -> tuple[int, list[str], list[str]]:
    """Call a command within this process; how a process ends is told elsewhere."""
    done = CliRunner().invoke(app, [*words, "--data", str(settings.data_dir)], env=more)
    if isinstance(done.exception, UserError):
        return done.exception.exit_code, done.stdout.splitlines(), [str(done.exception)]
    if done.exception is not None:
        raise done.exception
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def _told(settings: Settings, *words: str) -> list[str]:
    code, output, errors = _run(settings, *words)
    assert (code, errors) == (0, [])
    return output


def _refused(settings: Settings, *words: str) -> str:
    code, output, errors = _run(settings, *words)
    assert (code, output) == (1, [])
    [line] = errors
    return line


def _verify(settings: Settings, file: Path, identity: Path, *more: str) -> list[str]:
    return _told(settings, "verify-backup", str(file), "--identity", str(identity), *more)


# In a thief's hands


def test_a_backup_is_readable_by_its_recipient_alone_and_holds_no_key(
    settings: Settings, backup: Path, identity: Path, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"SQLite" not in content
    other = tmp_path / "other.txt"
    other.write_text(f"{x25519.Identity.generate()}\n")
    line = _refused(settings, "verify-backup", str(backup), "--identity", str(other))
    assert "encrypted to somebody else" in line
    assert backup.stat().st_mode & 0o777 == 0o600


def test_not_even_its_recipient_finds_keys_in_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "plain.tar.gz"
    _told(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        assert sorted(archive.getnames()) == ["henvis.db", "manifest.json"]


def test_without_anybody_who_could_read_it_there_is_none(
    settings: Settings, tmp_path: Path
) -> None:
    assert "to whom is it encrypted" in _refused(settings, "backup", str(tmp_path / "b"))
    assert "only written encrypted" in _refused(settings, "backup-keys", str(tmp_path / "k"))
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("to", ["age1nonsense", "ssh-rsa nonsense", "somebody"])
def test_a_recipient_that_is_none_is_told(settings: Settings, tmp_path: Path, to: str) -> None:
    line = _refused(settings, "backup", str(tmp_path / "b"), "--to", to)
    assert "is no recipient of age" in line


def test_nothing_readable_is_left_lying_about(settings: Settings, backup: Path) -> None:
    names = {each.name for each in settings.data_dir.iterdir()}
    assert not [name for name in names if name.startswith("backup-")]
    assert not [each for each in backup.parent.iterdir() if each.name.endswith(".part")]


# Damaged


def test_a_whole_backup_is_counted_table_by_table_and_its_keys_are_tried(
    settings: Settings, backup: Path, keys_backup: Path, identity: Path
) -> None:
    *tables, last = _verify(settings, backup, identity, "--keys", str(keys_backup))
    with closing(sqlite3.connect(settings.database_file)) as database:
        [referrals] = database.execute("SELECT count(*) FROM referrals").fetchone()
    assert f"referrals: {referrals}" in tables
    assert last.startswith("whole: ")
    assert last.endswith("its keys fit")


def _flip(file: Path, place: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: _flip(file, 0.02),
        lambda file: _flip(file, 0.5),
        lambda file: _flip(file, 0.999),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    ],
    ids=["header", "middle", "end", "a byte short", "half"],
)
def test_a_damaged_backup_is_found(
    settings: Settings, backup: Path, identity: Path, damage: Callable[[Path], object]
) -> None:
    damage(backup)
    line = _refused(settings, "verify-backup", str(backup), "--identity", str(identity))
    assert "is damaged" in line


def _spoil_a_page(file: Path) -> None:
    """Write over one page of a table, as a disk does that is dying."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [page] = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'referrals'"
        ).fetchone()
        [size] = database.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\x5a" * size)


def test_of_a_database_with_a_spoilt_page_no_backup_is_made(
    settings: Settings, recipient: str, tmp_path: Path
) -> None:
    _spoil_a_page(settings.database_file)
    file = tmp_path / "henvis.age"
    line = _refused(settings, "backup", str(file), "--to", recipient)
    assert "the database is damaged" in line
    assert not file.exists()


def test_a_page_that_is_spoilt_within_a_backup_is_found(settings: Settings, tmp_path: Path) -> None:
    file, folder = tmp_path / "plain.tar.gz", tmp_path / "unpacked"
    _told(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    _spoil_a_page(folder / "henvis.db")
    with tarfile.open(file, "w:gz") as archive:
        for name in ("manifest.json", "henvis.db"):
            archive.add(folder / name, name)
    assert "is damaged" in _refused(settings, "verify-backup", str(file))


def test_a_row_that_was_taken_out_of_a_backup_is_found(settings: Settings, tmp_path: Path) -> None:
    file, folder = tmp_path / "plain.tar.gz", tmp_path / "unpacked"
    _told(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    with closing(sqlite3.connect(folder / "henvis.db")) as database, database:
        database.execute("DELETE FROM sessions")
        database.execute("DELETE FROM outbox")
    with tarfile.open(file, "w:gz") as archive:
        for name in ("manifest.json", "henvis.db"):
            archive.add(folder / name, name)
    assert "something else than it says" in _refused(settings, "verify-backup", str(file))


# Put back


@pytest.fixture
def empty(tmp_path: Path, settings: Settings) -> Settings:
    """A new machine, on which only the journal of what ended is left."""
    return Settings.load(data_dir=tmp_path / "new", tombstones_file=settings.tombstones)


def _restore(empty: Settings, *words: str) -> tuple[int, list[str], list[str]]:
    return _run(empty, "restore", *words, HENVIS_TOMBSTONES_FILE=str(empty.tombstones))


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
    _told(settings, "backup", str(file), "--to", recipient)
    _told(settings, "backup-keys", str(keys), "--to", recipient)
    _end_things(settings)
    code, told, errors = _restore(
        empty, str(file), "--identity", str(identity), "--keys", str(keys)
    )
    assert (code, errors) == (0, [])
    assert told == ["consents: 1", "letters: 1", "sessions: 1"]
    with open_store(empty) as store, store.database.read() as session:
        withdrawn = select(ConsentRow).where(ConsentRow.withdrawn_how == "restore")
        assert len(session.scalars(withdrawn).all()) == 1
        letter = session.scalars(select(OutboxRow).where(OutboxRow.once_key == "waits")).one()
        assert letter.sent_at is not None
        assert store.accounts.recognise(token, store.around.now()) is None


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
    _told(other, "backup-keys", str(keys), "--to", recipient)
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
    line = _refused(settings, "restore", str(backup), "--identity", str(identity))
    assert "is in use" in line


# Each night


def test_in_a_folder_the_newest_stay_and_other_files_are_left(
    settings: Settings, recipient: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(10, 14):
        (folder / f"henvis-202611{day}T023000Z.age").write_text("older")
    (folder / "notes.txt").write_text("mine")
    [made] = _told(settings, "backup", str(folder), "--to", recipient, "--keep", "2")
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["henvis-20261113T023000Z.age", Path(made).name, "notes.txt"]


def _unit(name: str) -> dict[str, list[str]]:
    """Read a file of systemd's: a setting may stand there more than once."""
    text = Path(__file__).parents[2].joinpath("docs", "samples", name).read_text()
    told: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            told.setdefault(name, []).append(value)
    return told


def test_the_timer_starts_the_service_of_its_name_each_night() -> None:
    timer = _unit("henvis-backup.timer")
    assert timer["OnCalendar"] == ["*-*-* 02:30:00"]
    assert timer["Persistent"] == ["true"]
    assert _unit("henvis-backup.service")["Type"] == ["oneshot"]


def test_the_sample_of_the_timer_makes_a_backup_as_it_stands(
    settings: Settings, recipient: str, identity: Path, tmp_path: Path
) -> None:
    unit = _unit("henvis-backup.service")
    folder = tmp_path / "backups"
    folder.mkdir()
    _henvis, *words = unit["ExecStart"][0].split()
    put = {"/srv/backups/henvis": str(folder), "/srv/henvis": str(settings.data_dir)}
    name, _, value = unit["Environment"][0].partition("=")
    value = value.replace("age1REPLACE", recipient)
    code, output, errors = run(*(put.get(word, word) for word in words), **{name: value})
    assert (code, errors) == (0, [])
    assert _verify(settings, Path(output.strip()), identity)[-1].startswith("whole: ")
    assert words[words.index("--keep") + 1] == str(KEPT)


def _doctor(settings: Settings) -> str:
    lines, _ = diagnosis(settings)
    return next(line for line in lines if " backup" in line)


def test_the_doctor_says_when_a_backup_can_be_read_by_anybody(
    settings: Settings, recipient: str, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(settings.database_file)) as database, database:
        database.execute("DELETE FROM installation WHERE name = 'demo'")
        database.execute("UPDATE users SET name = 'x-' || name")
    real = settings.model_copy(update={"demo": False})
    told = [_doctor(real)]
    _told(real, "backup", str(tmp_path / "plain"), "--plain")
    told.append(_doctor(real))
    _told(real, "backup", str(tmp_path / "sealed"), "--to", recipient)
    told.append(_doctor(real))
    assert "there is no backup yet" in told[0]
    assert "is not encrypted" in told[1]
    assert told[2] == "ok       backup"
