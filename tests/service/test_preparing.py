"""Making a database ready: one that this code cannot work with is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from referrals.storage import schema
from referrals.storage.database import Database
from service import database as preparing
from service.errors import Hopeless
from service.settings import Settings
from tests.service.test_command_line import run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.load(data_dir=tmp_path / "data")
    preparing.prepare(settings, demo=False)
    return settings


def _change(settings: Settings, statement: str) -> None:
    database = Database(settings.database)
    with database.write_rows() as rows:
        rows.execute(text(statement))
    database.close()


def test_a_newer_database_is_refused_in_one_line(settings: Settings) -> None:
    _change(settings, "UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
    code, output, [line] = run("up", "--port", "18745", "--data", str(settings.data_dir))
    assert (code, output) == (78, "")
    assert "newer Henvis" in line
    with pytest.raises(Hopeless, match="newer Henvis"):
        preparing.prepare(settings, demo=False)


def test_a_database_whose_revision_lies_is_refused(settings: Settings) -> None:
    _change(settings, "ALTER TABLE courses DROP COLUMN access")
    with pytest.raises(Hopeless, match=r"lacks courses\.access"):
        preparing.prepare(settings, demo=False)


def test_the_doctor_lists_every_check_and_tells_by_its_exit_code(settings: Settings) -> None:
    code, output, _ = run("doctor", "--no-demo", "--data", str(settings.data_dir))
    assert code == 0
    assert "ok       keys\n" in output
    code, output, _ = run("doctor", "--no-demo", "--host", "::", "--data", str(settings.data_dir))
    assert code == 78
    assert "refused  plain http: " in output


def test_migrate_says_what_it_did_and_may_be_said_again(settings: Settings) -> None:
    settings.database_file.unlink()
    database = Database(settings.database)
    schema.migrate(database, "0028_not_real")
    database.close()
    code, output, _ = run("migrate", "--data", str(settings.data_dir))
    assert (code, output.startswith("the database is up to date now")) == (0, True)
    code, output, _ = run("migrate", "--data", str(settings.data_dir))
    assert (code, output.startswith("the database is up to date already")) == (0, True)


def test_migrate_without_a_database_says_what_makes_one(tmp_path: Path) -> None:
    code, output, [line] = run("migrate", "--data", str(tmp_path / "none"))
    assert (code, output) == (1, "")
    assert "no database" in line
