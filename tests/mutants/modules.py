"""Which module is meant, and which tests are its own: the same folder under ``tests/``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def file_of(module: str) -> Path:
    """Give the file of ``a.b.c`` or ``a/b/c.py``, relative to the root."""
    file = Path(module) if module.endswith(".py") else Path(*module.split(".")).with_suffix(".py")
    if not (ROOT / file).is_file():
        raise SystemExit(f"there is no file {file}")
    return file


def tests_of(file: Path) -> list[Path]:
    """Give ``test_<stem>.py`` and ``test_<stem>_*.py`` of the mirrored folder.

    A test that is named for a longer sibling (``when_days`` beside ``when``) is that one's. Where a
    room is tested as one, as the reading is, all of its tests are.
    """
    siblings = [each.stem for each in (ROOT / file.parent).glob("*.py")]
    of_room = sorted((ROOT / "tests" / file.parent).glob("test_*.py"))
    own = [
        each
        for each in of_room
        if max((s for s in siblings if _is_for(each, s)), key=len, default="") == file.stem
    ]
    if not own and not of_room:
        raise SystemExit(f"{file} has no tests of its own: tests/{file.parent}/test_*.py")
    return own or of_room


def _is_for(test: Path, stem: str) -> bool:
    return f"{test.stem}_".startswith(f"test_{stem}_")
