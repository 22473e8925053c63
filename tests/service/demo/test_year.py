"""The demo's year is in place once it is complete, and is played once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from demo.year.play import Year
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.storage.table_base import Base
from service.composition import open_store
from service.demo import year
from service.demo.log_ins import year_is_missing
from service.settings import Settings


def _settings(folder: Path) -> Settings:
    return Settings.load(data_dir=folder, demo_encounters=12)


def test_a_new_demo_gets_its_year_and_only_a_new_one(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert year_is_missing(settings)
    year.play(settings)
    assert not year_is_missing(settings)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["henvis.db"]
    with open_store(settings) as store, store.database.read() as session:
        assert (session.scalar(select(func.count(EncounterRow.id))) or 0) > 12  # and the fixed ones


@pytest.mark.parametrize(
    "options",
    [{"demo": False}, {"demo_encounters": 0}, {"database_url": "sqlite:////nowhere/else.db"}],
    ids=["no demo", "none wanted", "another database"],
)
def test_nothing_is_played_where_nothing_is_wanted(
    tmp_path: Path, options: dict[str, object]
) -> None:
    assert not year_is_missing(Settings.load(data_dir=tmp_path, **options))


def test_another_database_gets_the_whole_year_as_well(tmp_path: Path, postgres_url: str) -> None:
    there = Settings.load(data_dir=tmp_path, demo_encounters=12, database_url=postgres_url)
    assert year_is_missing(there)
    year.play(there)
    assert not year_is_missing(there)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []
    with open_store(there) as store:
        with store.database.read() as session:
            assert (session.scalar(select(func.count(EncounterRow.id))) or 0) > 12
            assert chain.verify(session).broken_at is None
        kept = set(inspect(store.database.engine).get_table_names()) - {"alembic_version"}
        assert kept == {table.name for table in Base.metadata.sorted_tables}
        nurse = store.accounts.recognise(
            store.accounts.issue_token("demo-nurse", store.around.now()) or "", store.around.now()
        )
        assert nurse is not None
        assert store.encounters.start(nurse.staff)


def test_an_interrupted_year_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Year, "play", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            year.play(settings)
    assert year_is_missing(settings)
    year.play(settings)
    assert not year_is_missing(settings)
