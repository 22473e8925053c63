"""What a process of ours says is written down with the time, the same wherever the machine is."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from service.processes.child import Child, Running, log_line


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "America/Lima"])
def test_a_line_begins_with_the_time_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    record = logging.makeLogRecord({"created": 86_400.0, "msg": "ready"})
    assert log_line().format(record) == "1970-01-02T00:00:00Z ready"


EVENT = '{"@timestamp":"2026-12-01T11:14:15.926+00:00","event.action":"refused"}'


def _said(tmp_path: Path, *, echoes: bool) -> tuple[str, str]:
    """Start a child that says a line and an event; give its log and its events."""
    child = Child(
        name="service",
        argv=(sys.executable, "-c", f"print('hello'); print('{EVENT}')"),
        env={},
        cwd=tmp_path,
        log=tmp_path / "service.log",
        events=tmp_path / "security.jsonl",
        echoes_events=echoes,
        is_ready=lambda: True,
    )
    running = Running(child)
    running.start()
    if running.process:
        running.process.wait()
    running.bury()
    running.close()
    return (tmp_path / "service.log").read_text(), (tmp_path / "security.jsonl").read_text()


def test_security_events_have_a_file_of_their_own_where_they_stand_as_they_are(
    tmp_path: Path,
) -> None:
    log, events = _said(tmp_path, echoes=False)
    assert events == f"{EVENT}\n"
    assert log.endswith(" hello\n")


@pytest.mark.parametrize(("echoes", "printed"), [(True, f"{EVENT}\n"), (False, "")])
def test_security_events_are_printed_if_that_is_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, echoes: bool, printed: str
) -> None:
    _said(tmp_path, echoes=echoes)
    assert capsys.readouterr().out == printed
