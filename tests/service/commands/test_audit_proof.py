"""`audit verify` says what is proven, from when to when and by which anchors; and what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from referrals.audit.proof import anchor
from service.commands.audit_proof import prove
from service.composition import Store, build_store
from service.errors import UserError
from service.settings import Settings

TODAY = datetime(2026, 12, 1, tzinfo=UTC)
Opened = Callable[[], Store]


@pytest.fixture
def settings(demo_data: Path, tmp_path: Path) -> Settings:
    return Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "data"))


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    store = build_store(settings)
    yield store
    store.database.close()


def _anchored(settings: Settings) -> int:
    with opened(settings) as store:
        return anchor(store.database, store.anchors, TODAY)


def _change(settings: Settings, *statements: str) -> None:
    with opened(settings) as store, store.database.write_rows() as rows:
        for each in statements:
            rows.execute(text(each))


def _log_in(settings: Settings) -> None:
    with opened(settings) as store:
        store.accounts.issue_token("demo-nurse", store.around.now())


def test_before_an_anchor_it_says_that_the_end_is_not_proven(settings: Settings) -> None:
    lines = list(prove(settings))
    assert lines[0].startswith("audit log intact: ")
    assert lines[-3:] == [
        f"anchored: nothing; there is no anchor in {settings.anchors_file}",
        "not proven: that nothing after row 0 was cut off",
        "triggers: the database refuses changes, as it was made to",
    ]


def test_it_says_by_which_anchors_and_what_came_since(settings: Settings) -> None:
    assert _anchored(settings) == 1
    anchored = f"by that of 2026-12-01 ({settings.anchors_file})"
    assert any(anchored in line for line in prove(settings))
    assert not any(line.startswith("not proven") for line in prove(settings))
    _log_in(settings)
    assert any(line.startswith("not proven: that nothing after row") for line in prove(settings))


def test_it_says_from_when_to_when_the_log_is_under_a_key(settings: Settings) -> None:
    [line] = [line for line in prove(settings) if line.startswith("under a key")]
    assert "rows 1 to " in line
    assert line.endswith(" UTC")


def test_rows_of_before_prove_nothing_without_an_anchor(settings: Settings) -> None:
    with opened(settings) as store:
        store.database.carry("audit_keys", None)
        with store.database.write_rows() as rows:
            rows.execute(text("DROP TRIGGER audit_no_delete"))
            rows.execute(text("DELETE FROM audit"))
            rows.execute(
                text(
                    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
                    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
                )
            )
        store.accounts.issue_token("demo-nurse", store.around.now())
    [line] = [line for line in prove(settings) if line.startswith("without a key: rows 1 to 1, ")]
    assert line.endswith(": whoever owned the database could have written them anew")
    _anchored(settings)
    [line] = [line for line in prove(settings) if line.startswith("without a key")]
    assert line.endswith(" UTC")


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (
            ["DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE number = 2"],
            "row 3 does not fit the one before",
        ),
        (
            ["DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE number > 2"],
            "row 3 is missing, though an anchor saw it or one after it",
        ),
        (["DROP TRIGGER audit_no_update"], "audit_no_update is missing or not as it was made"),
    ],
    ids=["removed", "cut off", "trigger"],
)
def test_it_says_what_does_not_fit(settings: Settings, statements: list[str], told: str) -> None:
    _anchored(settings)
    _change(settings, *statements)
    with pytest.raises(UserError, match=told):
        prove(settings)


def test_anchors_of_elsewhere_are_looked_at_as_well(settings: Settings, tmp_path: Path) -> None:
    _anchored(settings)
    elsewhere = settings.anchors_file.rename(tmp_path / "syslog")
    assert any("by that of 2026-12-01" in line for line in prove(settings, elsewhere))
    elsewhere.write_text(elsewhere.read_text().replace('"row":', '"row":1'))
    with pytest.raises(UserError, match="were changed: line 1: not made with the key"):
        prove(settings, elsewhere)


def test_a_file_that_is_not_there_is_told_in_a_line(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: No such file"):
        prove(settings, tmp_path / "none")
