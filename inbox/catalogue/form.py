"""What is typed into the form of a course, as text: nothing of it is lost when it cannot stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.datastructures import FormData

from referrals.catalogue import draft
from referrals.catalogue.draft import MAX_SESSIONS, PRODUCTS, CourseDraft, write_draft
from referrals.courses.course import DANISH_TIME, Course, Intake

BLANK_ROWS = 2
MORE_ROWS = 4
CHOICES = {name: (f"course_{name}", codes) for name, codes in draft.CHOICES.items()}
"""Fields with a short list of codes: in which group of labels their words stand."""
TICKS = {"products": PRODUCTS}
LISTS = ("products", "open_to")
"""Fields of which several codes may be ticked."""


@dataclass(frozen=True)
class TypedSession:
    """The three boxes of one session, as typed."""

    day: str = ""
    begins: str = ""
    ends: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing stands in it."""
        return not (self.day or self.begins or self.ends)


def new_fields(municipality: str) -> dict[str, str]:
    """Give what stands in an empty form."""
    return {
        **dict.fromkeys(CourseDraft.model_fields, ""),
        "intake": Intake.FIXED.value,
        "language": "da",
        "open_to": municipality,
        "taken": "0",
        "price_dkk": "0",
    }


def fields_of(course: Course) -> dict[str, str]:
    """Give a course as the form shows it."""
    return write_draft(course)


def typed_fields(form: FormData) -> dict[str, str]:
    """Give what was typed into the fields, sessions as one text."""
    typed = {
        name: " ".join(map(str, form.getlist(name))) if name in LISTS else str(form.get(name, ""))
        for name in CourseDraft.model_fields
    }
    lines = [f"{r.day} {r.begins}-{r.ends}" for r in typed_rows(form) if not r.is_blank]
    interpreter = "ja" if typed["interpreter"] else "nej"
    return typed | {"sessions": "\n".join(lines), "interpreter": interpreter}


def typed_rows(form: FormData) -> list[TypedSession]:
    """Give what was typed into the boxes of the sessions."""
    names = ("session_day", "session_begins", "session_ends")
    boxes = [[str(value).strip() for value in form.getlist(name)] for name in names]
    return [TypedSession(*row) for row in zip(*boxes, strict=False)][:MAX_SESSIONS]


def rows_of(course: Course) -> list[TypedSession]:
    """Give the sessions of a course as the boxes show them."""
    rows = []
    for session in course.sessions:
        starts, ends = (t.astimezone(DANISH_TIME) for t in (session.starts_at, session.ends_at))
        rows.append(TypedSession(f"{starts:%Y-%m-%d}", f"{starts:%H:%M}", f"{ends:%H:%M}"))
    return rows


def with_blanks(rows: list[TypedSession], count: int = BLANK_ROWS) -> list[TypedSession]:
    """Give the rows that are filled in, and ``count`` empty ones to fill in."""
    filled = [row for row in rows if not row.is_blank]
    return [*filled, *[TypedSession()] * min(count, MAX_SESSIONS - len(filled))]


def weekly(rows: list[TypedSession], times: str) -> list[TypedSession]:
    """Repeat the last row that is filled in, one week later each, ``times`` times."""
    filled = [row for row in rows if not row.is_blank]
    try:
        first, count = date.fromisoformat(filled[-1].day), int(times)
    except (IndexError, ValueError):
        return rows
    room = MAX_SESSIONS - len(filled)
    for week in range(1, min(max(count, 0), room) + 1):
        day = first + timedelta(weeks=week)
        filled.append(TypedSession(day.isoformat(), filled[-1].begins, filled[-1].ends))
    return filled
