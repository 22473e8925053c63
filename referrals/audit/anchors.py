"""Anchors: once a day the end of the audit log is written down outside the database.

An anchor holds the number and hash of the last row, under the key of the log, so that it can
neither be made nor changed without it. A log that was written anew, or whose end was cut off,
does not fit the anchors of before. They lie in a file of a line each, and are told as security
events, so that they get to where nobody of this machine can reach them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from referrals.audit.chain import ChainKeys

FIRST = "0" * 64
EVENT_FIELD = "henvis.audit.anchor"
"""Where a security event holds an anchor."""
_CONTEXT = b"henvis anchor:"
"""So that what is made of an anchor fits no row of the log, nor the reverse."""


class BadAnchor(RuntimeError):
    """A line is no anchor of this log's keys, or one before it is missing. ``line`` from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True)
class Anchor:
    """What was seen at a moment: the last row's number and hash.

    ``count`` counts the anchors of a file from 1, ``previous`` is the mark of the one before;
    ``mark`` covers all of it.
    """

    count: int
    at: str
    row: int
    hash: str
    key: str
    previous: str
    mark: str = ""

    @property
    def day(self) -> str:
        """The day on which it was made, in UTC."""
        return self.at[:10]

    def marked(self, keys: ChainKeys) -> Anchor:
        """Give it with its mark. Raises KeyError for a key that is not given."""
        content = [self.count, self.at, self.row, self.hash, self.key, self.previous]
        message = _CONTEXT + json.dumps(content, separators=(",", ":")).encode()
        mark = hmac.new(keys.keys[self.key], message, hashlib.sha256).hexdigest()
        return replace(self, mark=mark)

    def written(self) -> str:
        """Write it as one line of JSON."""
        return json.dumps(vars(self), separators=(",", ":"))


@dataclass(frozen=True)
class AnchorFile:
    """The anchors of one log. Added to and never changed; only its owner can read it."""

    path: Path

    def anchors(self, keys: ChainKeys) -> list[Anchor]:
        """Read them. Raises BadAnchor where one was changed, made up, left out or put elsewhere."""
        if not self.path.exists():
            return []
        written = self.path.read_text("utf-8", errors="replace").splitlines()
        found = list(read(written, keys, only=True))
        before = FIRST
        for number, each in enumerate(found, 1):
            if each.count != number or each.previous != before:
                raise BadAnchor(number, "one before it is missing")
            before = each.mark
        return found

    def add(self, row: int, row_hash: str, now: datetime, keys: ChainKeys) -> Anchor:
        """Write one down, and have the disk keep it. Raises OSError, or BadAnchor."""
        before = self.anchors(keys)
        made = Anchor(
            count=len(before) + 1,
            at=now.astimezone(UTC).isoformat(timespec="seconds"),
            row=row,
            hash=row_hash,
            key=keys.current,
            previous=before[-1].mark if before else FIRST,
        ).marked(keys)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{made.written()}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return made


def read(lines: Iterable[str], keys: ChainKeys, *, only: bool = False) -> Iterator[Anchor]:
    """Read anchors from wherever they were kept, also as security events; some may be missing.

    Lines that hold none are left, or with ``only`` refused. Raises BadAnchor for these, and for an
    anchor that was not made with these keys.
    """
    for number, line in enumerate(lines, 1):
        found = _anchor(line)
        if found is None:
            if only:
                raise BadAnchor(number, "no anchor")
            continue
        if found.key not in keys.keys:
            raise BadAnchor(number, "its key is not given")
        if not hmac.compare_digest(found.marked(keys).mark, found.mark):
            raise BadAnchor(number, "not made with the key of this log")
        yield found


def _anchor(line: str) -> Anchor | None:
    """Find an anchor in a line, or in the event that it holds behind what a syslog writes."""
    with suppress(ValueError, TypeError):
        told = json.loads(line[line.index("{") :])
        anchor = Anchor(**(json.loads(told[EVENT_FIELD]) if EVENT_FIELD in told else told))
        if all(type(value) is _TYPES[name] for name, value in vars(anchor).items()):
            return anchor
    return None


_TYPES: dict[str, type] = dict.fromkeys(("at", "hash", "key", "previous", "mark"), str) | {
    "count": int,
    "row": int,
}
