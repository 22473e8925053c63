"""Log records that hold no message text, whichever part of the engine writes them.

Rasa logs the text of a message when handling it fails, when a payload cannot be read and in
the local variables of structured tracebacks. Installed by ``nlu/logging.yml``
(``rasa run --logging-config-file nlu/logging.yml``); needs FORCE_JSON_LOGGING=true where the
engine's standard error is a terminal.
"""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any

_WITHHELD = "text withheld"
_WARNINGS_LOGGER = "py.warnings"


class TextFreeRecord(logging.LogRecord):
    """A log record whose message and exception cannot carry what somebody typed.

    Keeps the event name of structured entries, the category and place of warnings, and the
    types and places of exceptions; drops all else of these. Other messages stay as they are.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.msg, self.args = _without_text(self.name, self.msg, self.args)
        if self.exc_info and self.exc_info[1]:
            self.msg = f"{self.msg} [{_places(self.exc_info[1])}]"
        self.exc_info = None
        self.exc_text = None


class TextFreeRecords(logging.Filter):
    """Makes every record from now on a text-free one, warnings included. Filters nothing."""

    def __init__(self) -> None:
        super().__init__()
        logging.setLogRecordFactory(TextFreeRecord)
        logging.captureWarnings(True)


def _without_text(name: str, message: Any, arguments: Any) -> tuple[Any, Any]:
    if name == _WARNINGS_LOGGER:
        shown = str(arguments[0] if arguments else message)
        place, _, _ = shown.partition("Warning:")
        return f"{place.strip()}Warning ({_WITHHELD})", ()
    if isinstance(message, str) and message.startswith("{"):
        try:
            event = json.loads(message).get("event")
        except ValueError:
            return message, arguments
        return f"{event} ({_WITHHELD})", ()
    return message, arguments


def _places(error: BaseException) -> str:
    chain = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)
        where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        chain.append(f"{type(current).__name__}{where}")
        current = current.__cause__ or current.__context__
    return " caused by ".join(chain)
