"""Who may read backups, and the backups that they are given."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyrage import x25519

from service.settings import Settings
from tests.security.backing_up import told_by


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
    assert told_by(settings, "backup", str(file), "--to", recipient) == [str(file)]
    return file


@pytest.fixture
def keys_backup(settings: Settings, recipient: str, tmp_path: Path) -> Path:
    file = tmp_path / "keys.age"
    assert told_by(settings, "backup-keys", str(file), "--to", recipient)[0] == str(file)
    return file
