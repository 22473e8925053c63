"""The story of somebody with the database's password who takes themselves out of the audit log.

They read who three patients are, and leave the log as if that had never been. Before there was a
key and an anchor, `audit verify` called each of these logs intact.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from referrals.audit.proof import anchor
from service.commands.audit_proof import prove
from service.composition import Store, build_store
from service.errors import UserError
from service.settings import Settings

INTRUDER = "demo-adviser-0151"
GENESIS = "0" * 64
MONDAY, TUESDAY = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@dataclass
class Hospital:
    """An installation whose log was anchored on Monday, and read by an intruder since."""

    settings: Settings
    store: Store

    def rows(self) -> Connection:
        return self.store.database.engine.connect()

    def tamper(self, *statements: str) -> None:
        """Change the log by the database's own means, and put the triggers back."""
        with self.store.database.write_rows() as rows:
            kept = rows.execute(
                text(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'au%'"
                )
            ).all()
            for name, _ in kept:
                rows.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                rows.execute(text(statement))
            for _, made in kept:
                rows.execute(text(made))

    def log(self) -> list[tuple[str, ...]]:
        with self.rows() as rows:
            return [
                tuple(row)
                for row in rows.execute(
                    text("SELECT at, actor, action, record, key_id FROM audit ORDER BY number")
                )
            ]

    def tell(self) -> str:
        """Say what `audit verify` says."""
        try:
            return "\n".join(prove(self.settings))
        except UserError as error:
            return str(error)


@pytest.fixture
def hospital(demo_data: Path, tmp_path: Path) -> Iterator[Hospital]:
    settings = Settings.load(data_dir=shutil.copytree(demo_data, tmp_path / "data"))
    store = build_store(settings)
    assert anchor(store.database, store.anchors, MONDAY) == 1
    for _ in range(3):
        store.accounts.issue_token(INTRUDER, TUESDAY)
    assert anchor(store.database, store.anchors, TUESDAY) == 1
    yield Hospital(settings, store)
    store.database.close()


def _chained_anew(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Write a log as it was chained before there were keys: everybody can."""
    previous = GENESIS
    for number, (at, actor, action, record, _) in enumerate(rows, 1):
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC).isoformat()
        content = json.dumps(
            [number, moment, actor, action, record, previous],
            ensure_ascii=True,
            separators=(",", ":"),
        )
        made = hashlib.sha256(content.encode()).hexdigest()
        yield (
            "INSERT INTO audit (number, at, actor, action, record, previous_hash, hash) VALUES "
            f"({number}, '{at}', '{actor}', '{action}', '{record}', '{previous}', '{made}')"
        )
        previous = made


def test_an_untouched_log_is_called_intact(hospital: Hospital) -> None:
    assert "audit log intact" in hospital.tell()
    assert "by 2 anchors of 2026-11-30 to 2026-12-01" in hospital.tell()


def test_cutting_the_end_off_is_found(hospital: Hospital) -> None:
    last = len(hospital.log())
    hospital.tamper(f"DELETE FROM audit WHERE number > {last - 3}")
    assert f"row {last - 2} is missing, though an anchor saw it" in hospital.tell()


def test_writing_the_whole_log_anew_is_found(hospital: Hospital) -> None:
    innocent = [row for row in hospital.log() if row[1] != INTRUDER]
    hospital.tamper("DELETE FROM audit", *_chained_anew(innocent))
    assert "the audit log was changed" in hospital.tell()


def test_writing_it_anew_as_if_there_had_never_been_an_anchor_is_told(hospital: Hospital) -> None:
    """Where the intruder reaches the anchors' file too, what is left says what is not proven."""
    innocent = [row for row in hospital.log() if row[1] != INTRUDER]
    kept_elsewhere = hospital.settings.anchors_file.read_text()
    hospital.tamper("DELETE FROM audit", *_chained_anew(innocent))
    hospital.settings.anchors_file.unlink()
    assert "whoever owned the database could have written them anew" in hospital.tell()
    syslog = hospital.settings.data_dir / "from the syslog"
    syslog.write_text(kept_elsewhere)
    with pytest.raises(UserError, match="the audit log was changed"):
        prove(hospital.settings, syslog)


def test_taking_the_last_anchor_out_of_the_file_does_not_help_against_one_elsewhere(
    hospital: Hospital,
) -> None:
    file = hospital.settings.anchors_file
    monday, tuesday = file.read_text().splitlines()
    hospital.tamper(f"DELETE FROM audit WHERE number > {len(hospital.log()) - 3}")
    file.write_text(f"{monday}\n")
    assert "not proven: that nothing after row" in hospital.tell() or "intact" in hospital.tell()
    syslog = hospital.settings.data_dir / "from the syslog"
    syslog.write_text(f"<86>henvis: {json.dumps({'henvis.audit.anchor': tuesday})}\n")
    with pytest.raises(UserError, match="is missing, though an anchor saw it"):
        prove(hospital.settings, syslog)


def test_changing_a_name_and_its_hash_is_found(hospital: Hospital) -> None:
    last = len(hospital.log())
    hospital.tamper(
        f"UPDATE audit SET actor = 'somebody', hash = '{'0' * 64}' WHERE number = {last}"
    )
    assert f"row {last} does not fit the one before" in hospital.tell()


def test_leaving_the_triggers_off_is_found(hospital: Hospital) -> None:
    with hospital.store.database.write_rows() as rows:
        rows.execute(text("DROP TRIGGER audit_no_delete"))
    assert "the database lets the audit log be changed: audit_no_delete" in hospital.tell()
