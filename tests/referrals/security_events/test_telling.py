"""What a line says of an event, and what never gets into one."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest

from referrals.security_events.events import Event
from referrals.security_events.telling import (
    FIRST_FIELD,
    LOGGER,
    Around,
    around,
    line_of,
    tell,
    tell_audited,
)

NOW = datetime(2026, 12, 1, 11, 14, 15, 926_535, tzinfo=UTC)
ASKED = Around("10.20.3.4", "5f2c9d7e01ab34cd", "POST", lambda: "/log-ind", "0123456789abcdef", 7)


@contextmanager
def within(asked: Around) -> Iterator[None]:
    token = around.set(asked)
    yield
    around.reset(token)


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(each.message) for each in caplog.records if each.name == LOGGER]


@pytest.fixture(autouse=True)
def _listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOGGER)


def test_a_line_says_what_happened_who_asked_and_from_where(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with within(ASKED):
        tell(Event.REFUSED, "not_allowed", about=9)
    [line] = told(caplog)
    assert line.pop("@timestamp")
    assert line == {
        "log.level": "warning",
        "message": "Somebody who is signed in asked for what their role may not.",
        "ecs.version": "8.17.0",
        "service.name": "henvis",
        "event.kind": "event",
        "event.category": ["web"],
        "event.type": ["denied"],
        "event.action": "refused",
        "event.outcome": "failure",
        "event.reason": "not_allowed",
        "user.target.id": "9",
        "source.ip": "10.20.3.4",
        "http.request.id": "5f2c9d7e01ab34cd",
        "http.request.method": "POST",
        "henvis.route": "/log-ind",
        "henvis.session": "0123456789abcdef",
        "user.id": "7",
    }


def test_a_role_is_told_once_it_is_known(caplog: pytest.LogCaptureFixture) -> None:
    with within(Around("::1", "5f", role="nurse")):
        tell(Event.REFUSED)
    assert told(caplog)[0]["user.roles"] == ["nurse"]


def test_what_is_not_known_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    tell(Event.CLOCK_JUMPED)
    assert not {"source.ip", "user.id", "event.reason", "henvis.audit.row"} & set(told(caplog)[0])


def test_the_time_is_told_in_utc_with_its_offset() -> None:
    danish = NOW.astimezone(timezone(timedelta(hours=1)))
    line = json.loads(line_of(Event.LOG_IN, {}, None, danish))
    assert line["@timestamp"] == "2026-12-01T11:14:15.926+00:00"


def test_every_line_begins_as_the_supervisor_knows_it() -> None:
    assert line_of(Event.LOG_IN, {}, ASKED, NOW).startswith(FIRST_FIELD)


@pytest.mark.parametrize("address", ["testclient", "10.0.0", "1.2.3.4, 5.6.7.8"], ids=str)
def test_an_address_that_is_no_ip_is_not_told_as_one(address: str) -> None:
    line = json.loads(line_of(Event.LOG_IN, {}, Around(address, "5f"), NOW))
    assert ("source.ip" in line, line["source.address"]) == (False, address)


@pytest.mark.parametrize(
    "typed", ["Zebulon Quistgaard", "20667788", "a@b.dk", "Wrong", 'x","y":"z'], ids=str
)
def test_nothing_that_a_person_typed_can_be_a_reason(typed: str) -> None:
    with pytest.raises(ValueError, match="a reason is a code"):
        tell(Event.LOG_IN_FAILED, typed)


def test_a_line_is_of_letters_that_every_syslog_takes() -> None:
    assert line_of(Event.LOG_IN, {}, Around("1.2.3.4\u2028æ", "5f"), NOW).isascii()


def test_a_line_is_one_line_whatever_an_address_holds() -> None:
    assert "\n" not in line_of(Event.LOG_IN, {}, Around("1.2.3.4\n{}", "5f"), NOW)


def test_what_is_written_into_the_audit_log_is_told_with_its_row(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tell_audited("reset_second_factor", "user:4", 12)
    [line] = told(caplog)
    assert [line[name] for name in ("event.action", "event.reason", "user.target.id")] == [
        "credential_reset",
        "reset_second_factor",
        "4",
    ]
    assert line["henvis.audit.row"] == 12


def test_a_record_that_is_no_user_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    tell_audited("read_identity", "referral:H-7KF3-Q", 12)
    assert "H-7KF3-Q" not in caplog.text


def test_what_is_no_event_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    tell_audited("file_referral", "referral:H-7KF3-Q", 12)
    assert told(caplog) == []


def test_nothing_is_told_where_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger(LOGGER)
    log.propagate = False
    try:
        tell(Event.UNEXPECTED)
    finally:
        log.propagate = True
    assert capsys.readouterr() == ("", "")
