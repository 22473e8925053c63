"""The story of a backup that a thief has, of one that is damaged, and of those of each night."""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import x25519

from service.backups.making import KEPT
from service.commands.doctor import diagnosis
from service.settings import Settings
from tests.security.backing_up import refused, told_by, verify
from tests.service.test_command_line import run

# In a thief's hands


def test_a_backup_is_readable_by_its_recipient_alone_and_holds_no_key(
    settings: Settings, backup: Path, identity: Path, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"SQLite" not in content
    other = tmp_path / "other.txt"
    other.write_text(f"{x25519.Identity.generate()}\n")
    line = refused(settings, "verify-backup", str(backup), "--identity", str(other))
    assert "encrypted to somebody else" in line
    assert backup.stat().st_mode & 0o777 == 0o600


def test_not_even_its_recipient_finds_keys_in_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "plain.tar.gz"
    told_by(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        assert sorted(archive.getnames()) == ["henvis.db", "manifest.json"]


def test_without_anybody_who_could_read_it_there_is_none(
    settings: Settings, tmp_path: Path
) -> None:
    assert "to whom is it encrypted" in refused(settings, "backup", str(tmp_path / "b"))
    assert "only written encrypted" in refused(settings, "backup-keys", str(tmp_path / "k"))
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("to", ["age1nonsense", "ssh-rsa nonsense", "somebody"])
def test_a_recipient_that_is_none_is_told(settings: Settings, tmp_path: Path, to: str) -> None:
    line = refused(settings, "backup", str(tmp_path / "b"), "--to", to)
    assert "is no recipient of age" in line


def test_nothing_readable_is_left_lying_about(settings: Settings, backup: Path) -> None:
    names = {each.name for each in settings.data_dir.iterdir()}
    assert not [name for name in names if name.startswith("backup-")]
    assert not [each for each in backup.parent.iterdir() if each.name.endswith(".part")]


# Damaged


def test_a_whole_backup_is_counted_table_by_table_and_its_keys_are_tried(
    settings: Settings, backup: Path, keys_backup: Path, identity: Path
) -> None:
    *tables, last = verify(settings, backup, identity, "--keys", str(keys_backup))
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
    line = refused(settings, "verify-backup", str(backup), "--identity", str(identity))
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
    line = refused(settings, "backup", str(file), "--to", recipient)
    assert "the database is damaged" in line
    assert not file.exists()


def test_a_page_that_is_spoilt_within_a_backup_is_found(settings: Settings, tmp_path: Path) -> None:
    file, folder = tmp_path / "plain.tar.gz", tmp_path / "unpacked"
    told_by(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    _spoil_a_page(folder / "henvis.db")
    with tarfile.open(file, "w:gz") as archive:
        for name in ("manifest.json", "henvis.db"):
            archive.add(folder / name, name)
    assert "is damaged" in refused(settings, "verify-backup", str(file))


def test_a_row_that_was_taken_out_of_a_backup_is_found(settings: Settings, tmp_path: Path) -> None:
    file, folder = tmp_path / "plain.tar.gz", tmp_path / "unpacked"
    told_by(settings, "backup", str(file), "--plain")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    with closing(sqlite3.connect(folder / "henvis.db")) as database, database:
        database.execute("DELETE FROM sessions")
        database.execute("DELETE FROM outbox")
    with tarfile.open(file, "w:gz") as archive:
        for name in ("manifest.json", "henvis.db"):
            archive.add(folder / name, name)
    assert "something else than it says" in refused(settings, "verify-backup", str(file))


def test_database_and_keys_for_two_people_are_verified_by_both_their_identities(
    settings: Settings, backup: Path, identity: Path, tmp_path: Path
) -> None:
    other = x25519.Identity.generate()
    second = tmp_path / "second.txt"
    second.write_text(f"{other}\n")
    keys = tmp_path / "keys-for-another.age"
    told_by(settings, "backup-keys", str(keys), "--to", str(other.to_public()))
    told = verify(settings, backup, identity, "--identity", str(second), "--keys", str(keys))
    assert told[-1].endswith("its keys fit")


def test_who_writes_the_keys_reads_which_they_are_and_what_to_do_next(
    settings: Settings, recipient: str, tmp_path: Path
) -> None:
    told = told_by(settings, "backup-keys", str(tmp_path / "k.age"), "--to", recipient)
    assert told[1] == "keys: vault k1, fingerprints b1, links l1, audit a1"
    assert told[2].startswith("next: keep it apart from the backups of the database")


# Each night


def test_in_a_folder_the_newest_stay_and_other_files_are_left(
    settings: Settings, recipient: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(10, 14):
        (folder / f"henvis-202611{day}T023000Z.age").write_text("older")
    (folder / "notes.txt").write_text("mine")
    [made] = told_by(settings, "backup", str(folder), "--to", recipient, "--keep", "2")
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
    assert verify(settings, Path(output.strip()), identity)[-1].startswith("whole: ")
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
    told_by(real, "backup", str(tmp_path / "plain"), "--plain")
    told.append(_doctor(real))
    told_by(real, "backup", str(tmp_path / "sealed"), "--to", recipient)
    told.append(_doctor(real))
    assert "there is no backup yet" in told[0]
    assert "is not encrypted" in told[1]
    assert told[2] == "ok       backup"
