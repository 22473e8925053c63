"""The log is anchored once a day; what was done to it afterwards does not fit the anchor."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from referrals.audit import chain
from referrals.audit.anchors import AnchorFile
from referrals.audit.chain import Why
from referrals.audit.proof import Proof, anchor, prove
from referrals.security_events.telling import LOGGER
from referrals.storage.database import Database
from tests.worlds import AUDIT_KEYS

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Log:
    """A log with anchors, and what was told of it."""

    database: Database
    file: AnchorFile
    caplog: pytest.LogCaptureFixture

    def write(self, rows: int = 1, actor: str = "demo") -> None:
        with self.database.write() as session:
            for _ in range(rows):
                chain.append(session, NOW, actor, "read_identity", "referral:H-1")

    def anchor(self, now: datetime = NOW) -> int:
        return anchor(self.database, self.file, now)

    def prove(self, *elsewhere: str) -> Proof:
        with self.database.read() as session:
            return prove(session, self.file, elsewhere)

    def tamper(self, statement: str) -> None:
        """Do what an intruder with the database's password does, and leave no trace of it."""
        with self.database.write() as session:
            if not self.database.is_sqlite:
                session.execute(text("SET LOCAL session_replication_role = replica"))
                session.execute(text(statement))
                return
            names = ("audit_no_update", "audit_no_delete")
            kept = "SELECT sql FROM sqlite_master WHERE name = :name"
            made = [session.scalar(text(kept), {"name": name}) for name in names]
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text(statement))
            for again in made:
                session.execute(text(again))

    def told(self, action: str) -> list[dict[str, object]]:
        lines = (each.message for each in self.caplog.records if each.name == LOGGER)
        return [told for line in lines if (told := json.loads(line))["event.action"] == action]


@pytest.fixture
def log(database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Log:
    caplog.set_level(logging.INFO, LOGGER)
    made = Log(database, AnchorFile(tmp_path / "anchors.jsonl"), caplog)
    made.write(5)
    return made


def test_the_log_is_anchored_at_once_and_then_once_a_day(log: Log) -> None:
    assert [log.anchor(NOW + hours * DAY / 24) for hours in (0, 1, 14, 15, 16, 38, 39)] == [
        *(1, 0, 0),
        *(1, 0, 0),
        1,
    ]


def test_a_clock_that_ran_ahead_once_does_not_keep_it_from_being_anchored(log: Log) -> None:
    log.anchor(NOW + 400 * DAY)
    assert log.anchor(NOW) == 1


def test_an_empty_log_is_not_anchored(database: Database, tmp_path: Path) -> None:
    assert anchor(database, AnchorFile(tmp_path / "a"), NOW) == 0


def test_an_anchor_is_told_so_that_it_gets_elsewhere(log: Log) -> None:
    log.anchor()
    [told] = log.told("log_anchored")
    assert (told["henvis.audit.row"], told["henvis.audit.anchor"]) == (
        5,
        log.file.path.read_text().strip(),
    )


def test_what_is_proven_goes_as_far_as_the_last_anchor(log: Log) -> None:
    log.anchor()
    log.write(2)
    proof = log.prove()
    assert (proof.holds, proof.verdict.checked, proof.anchored_to) == (True, 7, 5)


def test_without_an_anchor_nothing_says_that_the_end_is_there(log: Log) -> None:
    log.tamper("DELETE FROM audit WHERE number = 5")
    proof = log.prove()
    assert (proof.holds, proof.anchored_to) == (True, 0)


def test_an_end_that_was_cut_off_is_found(log: Log) -> None:
    log.anchor()
    log.tamper("DELETE FROM audit WHERE number >= 4")
    proof = log.prove()
    assert (proof.holds, proof.verdict.broken_at, proof.verdict.why) == (False, 4, Why.CUT_OFF)


def test_an_end_that_was_cut_off_and_went_on_since_is_found(log: Log) -> None:
    log.anchor()
    log.tamper("DELETE FROM audit WHERE number = 5")
    log.write(3, "somebody")
    assert (log.prove().verdict.broken_at, log.prove().verdict.why) == (5, Why.REWRITTEN)


@pytest.mark.parametrize("number", [4, 5])
def test_the_next_anchor_is_not_made_over_a_log_that_was_cut_off(log: Log, number: int) -> None:
    log.anchor()
    log.tamper(f"DELETE FROM audit WHERE number >= {number}")
    assert log.anchor(NOW + DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "cut_off"


def test_nor_over_one_that_was_written_anew(log: Log) -> None:
    log.anchor()
    log.tamper("DELETE FROM audit WHERE number = 5")
    log.write(3, "somebody")
    assert log.anchor(NOW + DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "rewritten"


def test_it_is_the_last_anchor_that_must_fit(log: Log) -> None:
    log.anchor()
    log.write()
    log.anchor(NOW + DAY)
    log.tamper("DELETE FROM audit WHERE number = 6")
    log.write(2, "somebody")
    assert log.anchor(NOW + 2 * DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "rewritten"


def test_nor_over_a_change_since_the_last(log: Log) -> None:
    log.anchor()
    log.write(3)
    log.tamper("UPDATE audit SET actor = 'somebody' WHERE number = 7")
    assert log.anchor(NOW + DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "changed"


def test_nor_over_rows_without_a_key(log: Log) -> None:
    log.anchor()
    log.database.carry(chain.KEYS, None)
    log.tamper("UPDATE audit SET key_id = NULL WHERE number = 5")
    log.write()
    log.tamper("UPDATE audit SET key_id = 'a1' WHERE number = 5")
    log.database.carry(chain.KEYS, lambda _session: AUDIT_KEYS)
    assert log.anchor(NOW + DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "keyless"


def test_nor_while_a_trigger_is_missing(log: Log) -> None:
    with log.database.write() as session:
        sqlite = "DROP TRIGGER audit_no_delete"
        postgres = "ALTER TABLE audit DISABLE TRIGGER audit_append_only"
        session.execute(text(sqlite if log.database.is_sqlite else postgres))
    try:
        assert log.anchor() == 0
        assert log.told("log_broken")[0]["event.reason"] == "triggers"
        assert not log.prove().holds
    finally:
        if not log.database.is_sqlite:
            with log.database.write() as session:
                session.execute(text("ALTER TABLE audit ENABLE TRIGGER audit_append_only"))


def test_nor_where_the_anchors_were_changed(log: Log) -> None:
    log.anchor()
    log.file.path.write_text("{}\n")
    assert log.anchor(NOW + DAY) == 0
    assert log.told("log_broken")[0]["event.reason"] == "bad_anchor"
    proof = log.prove()
    assert (proof.holds, proof.anchors, str(proof.bad_anchor)) == (False, [], "line 1: no anchor")


def test_a_file_that_cannot_be_written_is_told(log: Log, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    log.file = AnchorFile(tmp_path / "taken" / "anchors.jsonl")
    with pytest.raises(OSError, match="taken"):
        log.anchor()
    assert log.told("log_broken")[0]["event.reason"] == "not_anchored"


def test_anchors_kept_elsewhere_prove_what_the_file_no_longer_says(log: Log) -> None:
    log.anchor()
    event = json.dumps(log.told("log_anchored")[0])
    log.tamper("DELETE FROM audit WHERE number = 5")
    log.file.path.unlink()
    assert log.prove().holds
    assert log.prove(event).verdict.why is Why.CUT_OFF


def test_two_anchors_of_one_row_that_tell_of_two_logs_are_noticed(log: Log) -> None:
    log.anchor()
    before = log.file.path.read_text()
    log.tamper("DELETE FROM audit WHERE number = 5")
    log.file.path.unlink()
    log.write(1, "somebody")
    log.anchor()
    assert log.prove().holds
    assert (log.prove(before).verdict.broken_at, log.prove(before).verdict.why) == (
        5,
        Why.REWRITTEN,
    )


def test_rows_of_before_are_proven_by_the_first_anchor(database: Database, tmp_path: Path) -> None:
    database.carry(chain.KEYS, None)
    file = AnchorFile(tmp_path / "anchors.jsonl")
    with database.write() as session:
        for _ in range(3):
            chain.append(session, NOW, "demo", "read_identity", "referral:H-1")
    database.carry(chain.KEYS, lambda _session: AUDIT_KEYS)
    assert anchor(database, file, NOW) == 1
    with database.read() as session:
        proof = prove(session, file)
    assert (proof.verdict.keyless, proof.anchored_to) == (chain.Stretch(1, 3, NOW, NOW), 3)
