"""The story of a disk that is put back without its keys, or with those of the machine beside it.

With new keys old referrals could not be read, and who is referred twice would go unnoticed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from referrals.storage.database import Database
from referrals.vault.sources import load_or_create_keys
from service import database as preparing
from service.composition import build_store
from service.errors import Hopeless
from service.settings import Settings
from tests.service.test_command_line import run


@pytest.fixture
def settings(demo_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "data"))


def _keys(settings: Settings) -> Path:
    return settings.keys_dir / "keys.json"


def _put_others(settings: Settings) -> None:
    _keys(settings).unlink()
    load_or_create_keys(_keys(settings))


def test_without_its_keys_nothing_starts_and_no_new_ones_are_made(settings: Settings) -> None:
    _keys(settings).unlink()
    code, output, [line] = run("up", "--port", "18744", "--data", str(settings.data_dir))
    assert (code, output) == (78, "")
    assert "put keys.json back" in line
    assert not _keys(settings).exists()


def test_with_the_keys_of_another_nothing_starts(settings: Settings) -> None:
    _put_others(settings)
    code, _, [line] = run("up", "--port", "18744", "--data", str(settings.data_dir))
    assert code == 78
    assert "are another database's" in line


def test_no_other_command_makes_new_keys_either(settings: Settings) -> None:
    _keys(settings).unlink()
    code, output, [line] = run("token", "demo-nurse", "--data", str(settings.data_dir))
    assert (code, output) == (78, "")
    assert "put keys.json back" in line


def test_a_service_that_is_started_by_itself_refuses_as_well(settings: Settings) -> None:
    _put_others(settings)
    with pytest.raises(Hopeless, match=r"put keys\.json back"):
        build_store(settings)


def test_a_database_of_before_is_tried_by_what_it_holds(settings: Settings) -> None:
    database = Database(settings.database)
    with database.write_rows() as rows:
        rows.execute(text("DELETE FROM installation WHERE name = 'keys'"))
    database.close()
    preparing.prepare(settings, demo=True)
    _put_others(settings)
    with pytest.raises(Hopeless):
        preparing.prepare(settings, demo=True)
