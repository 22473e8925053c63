"""What both file forms share: a course as text, the bounds of a file, and how a file fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from referrals.course import Course
from referrals.course_draft import CourseDraft, Mistake, write_draft
from referrals.labels import Labels

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
    """What is wrong with a field of the course that begins on ``line``."""

    line: int
    field: str
    mistake: Mistake


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
    """Give the text of a file, with or without byte order mark. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile("too_large", limit=f"{MAX_BYTES // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("not_utf8") from error
    if not text.strip():
        raise BadFile("empty")
    return text
