"""A course of a file as text, the bounds of a file, and how a file fails."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from referrals.catalogue.draft import CourseDraft, Mistake, write_draft
from referrals.courses.course import Course
from referrals.words.labels import Labels

MAX_BYTES = 4 * 1024 * 1024
MAX_COURSES = 2_000
FIELDS = (
    "key",
    "municipality",
    "status",
    *(name for name in CourseDraft.model_fields if name != "key"),
    "verified_on",
    "demo",
)
"""All that a file says of a course, in the order of the columns."""


@dataclass(frozen=True)
class Written:
    """One course of a file: the line on which it begins, and the text of its fields."""

    line: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class BadRow:
    """What is wrong with a field of the course that begins on ``line``; ``text`` stands there."""

    line: int
    field: str
    mistake: Mistake
    text: str = ""


class BadFile(ValueError):
    """A file that cannot be read at all: a code of ``file_error``, with what its wording names."""

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.about = about

    def words(self, labels: Labels, language: str = "da") -> str:
        """Say it in words."""
        return labels.word("file_error", self.code, language).format(**self.about)


class BadRows(ValueError):
    """A file with courses that cannot stand. Nothing of it was kept."""

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__(f"{len(rows)} mistakes")
        self.rows = rows


def written(course: Course) -> dict[str, str]:
    """Write all fields of a course as text."""
    return {
        **write_draft(course),
        "municipality": course.municipality_code,
        "status": course.status.value,
        "verified_on": course.verified_on.isoformat(),
        "demo": "ja" if course.demo else "nej",
    }


def decoded(content: bytes) -> str:
    """Give the text of a file in UTF-8 or as Excel saves it on Windows. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile("too_large", limit=f"{MAX_BYTES // 1024 // 1024} MB")
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    else:
        raise BadFile("not_utf8")
    if not text.strip():
        raise BadFile("empty")
    return text
