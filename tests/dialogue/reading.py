"""Reading dialogue files: plain text, one line a happening, as a conversation is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "dialogues"
KINDS = (
    *("nurse", "nurse presses", "nurse presses again", "nurse sends again", "nurse returns"),
    "nurse practises",
    *("device", "time passes"),
    *("henvis", "says", "never", "buttons", "awaits", "unfinished", "municipality", "patient"),
)
"""What a line can tell; see ``test_dialogues``."""
_LINE = re.compile(r"(?P<kind>[a-z]+(?: [a-z]+)*)(?::\s*(?P<words>.*))?")


@dataclass(frozen=True)
class Line:
    """One line of a dialogue; ``number`` counts from 1."""

    number: int
    kind: str
    words: str


@dataclass(frozen=True)
class Dialogue:
    """A dialogue file: its language (``da`` or ``en``) and its lines."""

    name: str
    language: str
    lines: tuple[Line, ...]


def dialogue_names() -> list[str]:
    """Name all dialogue files."""
    return sorted(path.stem for path in FOLDER.glob("*.dialogue"))


def read_dialogue(name: str) -> Dialogue:
    """Read one file. Raises ValueError for a line that is not understood."""
    text = (FOLDER / f"{name}.dialogue").read_text("utf-8")
    lines = []
    for number, written in enumerate(text.splitlines(), start=1):
        if not written.strip() or written.startswith("#"):
            continue
        match = _LINE.fullmatch(written.strip())
        if match is None or match["kind"] not in KINDS:
            raise ValueError(f"{name}, line {number}: what does “{written}” mean?")
        lines.append(Line(number, match["kind"], match["words"] or ""))
    return Dialogue(name, "en" if name.endswith("-en") else "da", tuple(lines))
