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
from service import database as preparing
from service.settings import Settings
from tests.service.test_command_line import run


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


def test_the_data_of_an_older_version_are_known_as_a_demo_too(tried: Path) -> None:
    _as_before(tried)
    code, [line] = up(tried, "--no-demo")
    assert code == 78
    assert "is a demo" in line


def test_an_older_demo_is_told_that_it_is_one_when_it_is_brought_up_to_date(tried: Path) -> None:
    _as_before(tried)
    settings = Settings.load(data_dir=tried)
    database = Database(settings.database)
    schema.migrate(database)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM installation WHERE name = 'demo'")) == 1
        assert is_demo(session)
    database.close()


def test_an_empty_database_is_no_demo_and_begins_for_real(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path / "real", demo=False)
    preparing.prepare(settings, demo=False)
    database = Database(settings.database)
    with database.read() as session:
        assert not is_demo(session)
    database.close()


def _as_before(data: Path) -> None:
    """Leave the database as a version before this one had it."""
    database = Database(Settings.load(data_dir=data).database)
    with database.write_rows() as rows:
        rows.execute(text("DROP TABLE installation"))
        rows.execute(text("UPDATE alembic_version SET version_num = '0014_feed_index'"))
    database.close()
