"""The story of a hospital that tries the demo, likes it, and goes on with the same data.

Everybody knows the demo's log-ins. Whoever finds the address would be `demo-admin`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from referrals.installation.own_facts import is_demo
from referrals.storage import schema
from referrals.storage.database import Database
from referrals.vault.sources import load_or_create_keys
from service import database as preparing
from service.settings import Settings
from tests.service.test_command_line import run

OF_BEFORE = text(
    "INSERT INTO users (name, display_name, role, password_hash, language) "
    "VALUES (:name, 'Demo', 'nurse', '!', 'da')"
)


@pytest.fixture
def tried(demo_data: Path, tmp_path: Path) -> Path:
    """Give the data that somebody tried the demo with."""
    return Path(shutil.copytree(demo_data, tmp_path / "data"))


@pytest.fixture(autouse=True)
def any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HENVIS_PORT", "18743")


def up(data: Path, *options: str, **variables: str) -> tuple[int, list[str]]:
    code, output, told = run("up", "--data", str(data), *options, **variables)
    assert output == ""
    return code, told


def test_going_on_for_real_is_refused(tried: Path) -> None:
    code, [line] = up(tried, "--no-demo")
    assert code == 78
    assert "is a demo" in line
    assert "give another --data" in line


def test_opening_it_to_the_net_is_refused(tried: Path) -> None:
    code, [line] = up(tried, "--host", "0.0.0.0")
    assert code == 78
    assert "leave out --host" in line


def test_giving_it_a_public_address_is_refused(tried: Path) -> None:
    code, [line] = up(tried, HENVIS_PUBLIC_URL="https://henvis.example.dk")
    assert code == 78
    assert "HENVIS_PUBLIC_URL" in line


def test_a_demo_that_is_yet_to_be_made_is_not_opened_to_the_net_either(tmp_path: Path) -> None:
    code, [_] = up(tmp_path / "new", "--host", "0.0.0.0")
    assert code == 78
    assert not (tmp_path / "new" / "henvis.db").exists()


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Give the data of a demo by a version that wrote down nothing of itself."""
    settings = Settings.load(data_dir=tmp_path / "older")
    load_or_create_keys(settings.keys_dir / "keys.json")
    database = Database(settings.database)
    schema.migrate(database, "0014_feed_index")
    with database.write_rows() as rows:
        for name in ("demo-nurse", "demo-admin"):
            rows.execute(OF_BEFORE, {"name": name})
    database.close()
    return settings.data_dir


def test_the_data_of_an_older_version_are_known_as_a_demo_too(older: Path) -> None:
    code, [line] = up(older, "--no-demo")
    assert code == 78
    assert "is a demo" in line


def test_an_older_demo_is_told_that_it_is_one_when_it_is_brought_up_to_date(older: Path) -> None:
    database = Database(Settings.load(data_dir=older).database)
    schema.migrate(database)
    with database.write_rows() as rows:  # whatever becomes of the users
        rows.execute(text("UPDATE users SET name = 'anna' WHERE name = 'demo-admin'"))
    with database.read() as session:
        assert is_demo(session)
    database.close()


def test_an_empty_database_is_no_demo_and_begins_for_real(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path / "real", demo=False)
    preparing.prepare(settings, demo=False)
    database = Database(settings.database)
    with database.read() as session:
        assert not is_demo(session)
    database.close()
