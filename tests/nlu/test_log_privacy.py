"""No record of the engine's log holds what somebody typed."""

from __future__ import annotations

import json
import logging

from nlu.log_privacy import TextFreeRecord

MARKER = "Ottilia-Markør"


def shown(name: str, message: str, *arguments: object, error: Exception | None = None) -> str:
    exception = (type(error), error, error.__traceback__) if error else None
    record = TextFreeRecord(name, logging.ERROR, __file__, 1, message, arguments, exception)
    return logging.Formatter().format(record)


def raised() -> Exception:
    try:
        try:
            raise KeyError(MARKER)
        except KeyError as inner:
            raise ValueError(MARKER) from inner
    except ValueError as outer:
        return outer


def test_a_structured_entry_keeps_its_event_only() -> None:
    entry = json.dumps({"event": "rest.message.received.failure", "text": MARKER})
    assert (
        shown("rasa.core.channels.rest", entry) == "rest.message.received.failure (text withheld)"
    )


def test_a_warning_keeps_its_place_and_category_only() -> None:
    line = shown("py.warnings", "%s", f"io.py:100: UserWarning: cannot read '{MARKER}'")
    assert line == "io.py:100: UserWarning (text withheld)"


def test_an_exception_keeps_types_and_places_but_no_message() -> None:
    line = shown("rasa.core.processor", "An action failed.", error=raised())
    assert MARKER not in line
    assert "ValueError at " in line
    assert "caused by KeyError at " in line


def test_any_other_message_stays_as_it_is() -> None:
    assert shown("root", "Starting on %s", "port 1") == "Starting on port 1"
    assert shown("root", "{not json") == "{not json"


def test_an_exception_that_was_never_raised_is_named() -> None:
    assert shown("root", "Failed", error=ValueError(MARKER)) == "Failed [ValueError]"
