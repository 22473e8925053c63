"""What a process of ours says is written down with the time, the same wherever the machine is."""

from __future__ import annotations

import logging

import pytest

from service.processes.child import log_line


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "America/Lima"])
def test_a_line_begins_with_the_time_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    record = logging.makeLogRecord({"created": 86_400.0, "msg": "ready"})
    assert log_line().format(record) == "1970-01-02T00:00:00Z ready"
