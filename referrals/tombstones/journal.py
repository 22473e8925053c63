"""A file of what ended for good: one JSON object a line, appended, without anything personal.

A line is a row of the audit log (its number, what was done, to which record) or a letter that was
sent. Between them stand eras: each restore begins one, as numbers are then given anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class End:
    """Something that ended by a deed: ``record`` as the audit log names it."""

    number: int
    action: str
    record: str


@dataclass(frozen=True)
class Sent:
    """A letter that was sent, known again by its key, or by its number and when it was written."""

    letter: int
    created_at: datetime
    once_key: str | None = None


@dataclass(frozen=True)
class Era:
    """A restore: what follows was written by the database that came of it."""

    id: str
    restored_to: int


Line = End | Sent | Era


class Journal:
    """The file. A line that was cut off by a crash is left out, and what it told written again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> Iterator[Line]:
        """Give every line, oldest first; none if there is no file."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                line = _read(text)
                if line is not None:
                    yield line

    def append(self, lines: Iterable[Line]) -> int:
        """Write lines and have the disk hold them; tell how many."""
        texts = [_written(line) for line in lines]
        if not texts:
            return 0
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.path, flags, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            broken = file.tell() and not _ends_whole(self.path)
            file.write(("\n" if broken else "") + "".join(texts))
            file.flush()
            os.fsync(file.fileno())
        return len(texts)

    def position(self) -> int:
        """Give the number of the last row of the audit log that is known here; 0 for none."""
        last = 0
        for line in self.lines():
            if isinstance(line, End):
                last = line.number
            elif isinstance(line, Era):
                last = line.restored_to
        return last

    def since(self, era: str, number: int) -> list[End | Sent]:
        """Give what ended after a row of the audit log of an era, and in the eras that followed."""
        now, passed, found = "", era == "", list[End | Sent]()
        for line in self.lines():
            if isinstance(line, Era):
                now = line.id
                passed = passed or now == era
            elif passed and not (isinstance(line, End) and now == era and line.number <= number):
                found.append(line)
        return found


def _written(line: Line) -> str:
    if isinstance(line, End):
        told: dict[str, Any] = {"number": line.number, "action": line.action, "record": line.record}
    elif isinstance(line, Sent):
        told = {"letter": line.letter, "created_at": line.created_at.isoformat()}
        told |= {"once_key": line.once_key} if line.once_key else {}
    else:
        told = {"era": line.id, "restored_to": line.restored_to}
    return json.dumps(told, separators=(",", ":")) + "\n"


def _read(text: str) -> Line | None:
    try:
        told = json.loads(text)
        if "number" in told:
            return End(int(told["number"]), str(told["action"]), str(told["record"]))
        if "letter" in told:
            at = datetime.fromisoformat(told["created_at"])
            return Sent(int(told["letter"]), at, told.get("once_key"))
        return Era(str(told["era"]), int(told["restored_to"]))
    except (ValueError, KeyError, TypeError):
        return None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
