"""Keeps secrets and what people wrote out of every log of this process.

Nothing of ours logs them. Libraries may: httpx logs addresses, and Telegram's hold the token; what
cannot be read as an answer is logged whole, and so is the error of a task that nobody awaits.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from referrals.storage.aside import place
from service.web.guarding.secret_paths import INSTEAD, without_secret_addresses

QUIET = ("httpx", "httpcore", "httpx2", "httpcore2", "telegram", "hpack")
"""Libraries that would tell of every request."""
FOREIGN = frozenset(QUIET) | {
    *("asyncio", "aiohttp", "aiosmtplib", "mail", "psycopg", "sqlalchemy"),
    *("authlib", "rasa_sdk", "multipart", "python_multipart", "concurrent"),
}
"""Libraries that handle what people write: of what they log, only the kind and the place stays."""
_SHAPES = re.compile(
    r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{20,}|(?<=start=)[\w-]{16,}|(?<=/start )[\w-]{16,}"
)
"""A bot's token, and what follows an invitation into Telegram."""


class Redaction:
    """Rewrites each record before any handler sees it, arguments and traceback included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        self._formatter = logging.Formatter()
        self._made = logging.getLogRecordFactory()

    def clean(self, text: str) -> str:
        """Give the text without anything secret."""
        for secret in self._secrets:
            text = text.replace(secret, INSTEAD)
        return _SHAPES.sub(INSTEAD, without_secret_addresses(text))

    def __call__(self, *args: object, **more: object) -> logging.LogRecord:
        """Make a record, as logging's factory."""
        record = self._made(*args, **more)
        if record.name.partition(".")[0] in FOREIGN:
            return _without_text(record)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a library's mistake: say what it would have said
            message = str(record.msg)
        record.msg, record.args = self.clean(message), ()
        if record.exc_info:
            record.exc_text = self.clean(self._formatter.formatException(record.exc_info))
        return record


def _without_text(record: logging.LogRecord) -> logging.LogRecord:
    error = record.exc_info[1] if record.exc_info else None
    kind = f" error={type(error).__name__} at={place(error)}" if error else ""
    record.msg = f"library={record.name} line={record.filename}:{record.lineno}{kind}"
    record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
    return record


def keep_secrets_out_of_logs(*secrets: str) -> None:
    """Redact what is logged in this process from now on, and quieten the talkative libraries."""
    logging.setLogRecordFactory(Redaction(secrets))
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
