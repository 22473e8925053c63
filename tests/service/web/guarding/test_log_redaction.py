"""Secrets in what libraries log: none comes out, whatever way it got in."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from service.web.guarding.log_redaction import QUIET, Redaction, keep_secrets_out_of_logs

TOKEN = "123456789:AAH-made_up_token_of_nobody_at_all"
SECRET = "IjFHiEe4YIfSIQ4nTE4BFBwjCYj-IhY1"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log into memory through a factory that redacts, and put everything back."""
    made, levels = logging.getLogRecordFactory(), {n: logging.getLogger(n).level for n in QUIET}
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    keep_secrets_out_of_logs("a-secret-without-shape")
    yield out
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(made)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


LINES = {
    "a token in an address": ("GET https://api.telegram.org/bot%s/getMe", TOKEN),
    "a token alone": ("rejected: %s", TOKEN),
    "a contact link": ("404 /kontakt/%s/patient", SECRET),
    "a confirmation": ("/telegram/bekraeft/%s", SECRET),
    "an invitation": ("/invitation/%s", SECRET),
    "a deep link": ("https://t.me/henvis_bot?start=%s", SECRET),
    "a command": ("text: /start %s", SECRET),
    "a receipt": ("/kvittering/H-7KF3-Q/%s", SECRET),
    "a known secret": ("webhook %s", "a-secret-without-shape"),
}


@pytest.mark.parametrize("what", LINES)
def test_a_secret_is_not_logged(log: io.StringIO, what: str) -> None:
    line, secret = LINES[what]
    logging.getLogger("somebody.else").warning(line, secret)
    assert secret not in log.getvalue()
    assert "***" in log.getvalue()


def test_a_secret_in_an_exception_is_not_logged(log: io.StringIO) -> None:
    try:
        raise RuntimeError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("failed")
    assert TOKEN not in log.getvalue()
    assert "RuntimeError" in log.getvalue()


def test_httpx_and_telegram_are_quiet(log: io.StringIO) -> None:
    for name in QUIET:
        logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/…")
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    "library", ["telegram.request", "asyncio", "aiosmtplib", "sqlalchemy.pool"]
)
def test_of_what_a_library_logs_only_kind_and_place_stay(log: io.StringIO, library: str) -> None:
    try:
        raise RuntimeError("her CPR is 2512489996")
    except RuntimeError:
        cut = '{"text": "Zebulon'
        logging.getLogger(library).exception('Can not load invalid JSON data: "%s"', cut)
    written = log.getvalue()
    assert f"library={library} line=test_log_redaction.py:" in written
    assert "error=RuntimeError at=test_log_redaction.py:" in written
    assert "Zebulon" not in written
    assert "2512489996" not in written


def test_what_is_no_secret_stays(log: io.StringIO) -> None:
    logging.getLogger("henvis").warning("telegram: no updates: %s at 12:30:45", "NetworkError")
    assert "telegram: no updates: NetworkError at 12:30:45" in log.getvalue()


def test_a_record_with_wrong_arguments_is_still_written(log: io.StringIO) -> None:
    record = Redaction([])("x", logging.WARNING, "f", 1, "two %s %s", ("one",), None)
    assert record.getMessage() == "two %s %s"
