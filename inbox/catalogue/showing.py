"""How one course is shown: its form or its facts, with what went wrong and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from inbox.access import own_rolls
from inbox.catalogue.form import (
    CHOICES,
    LISTS,
    TICKS,
    TypedSession,
    fields_of,
    rows_of,
    with_blanks,
)
from inbox.page import page
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import Codes, Mistake, known_codes
from referrals.catalogue.listing import WORKED_WITH, Entry
from referrals.denmark.dates import local_day


@dataclass(frozen=True)
class Shown:
    """What a form shows besides the course: what was typed, what is wrong, what was done.

    ``fields`` and ``rows`` are None for what is stored.
    """

    fields: Mapping[str, str] | None = None
    rows: list[TypedSession] | None = None
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    changed_by_others: bool = False
    starts_on: str = ""
    made: str = ""
    status: int = 200


def codes_of(request: Request) -> Codes:
    """Give the codes that a course may use."""
    around = request.app.state.encounters.around
    return known_codes(around.labels, around.municipalities)


def context_of(request: Request, catalogue: MunicipalCatalogue) -> dict[str, Any]:
    """Give what every page of the courses needs."""
    around = request.app.state.encounters.around
    codes = codes_of(request)
    return {
        "municipality": around.municipalities.name_of(catalogue.municipality_code),
        "municipality_code": catalogue.municipality_code,
        "name_of": around.municipalities.name_of,
        "partners": around.municipalities.partners(),
        "languages": sorted(
            codes.languages, key=lambda c: around.labels.word("spoken_language", c)
        ),
        "may_write": catalogue.may_write,
        "today": local_day(request.app.state.now()),
        "now": request.app.state.now(),
        "labels": around.labels,
    }


def show_course_page(
    request: Request, catalogue: MunicipalCatalogue, entry: Entry | None, shown: Shown
) -> Response:
    """Show a course as a form to those who may change it, otherwise as facts. None is a new one."""
    stored = fields_of(entry.course) if entry else {}
    fields = shown.fields if shown.fields is not None else stored
    rows = shown.rows if shown.rows is not None else (rows_of(entry.course) if entry else [])
    can_change = entry is None or entry.course.status in WORKED_WITH
    context = context_of(request, catalogue) | {
        "entry": entry,
        "roll": own_rolls(request).of(entry.course.id, request.app.state.now()) if entry else None,
        "fields": fields,
        "rows": rows if shown.rows is not None else with_blanks(rows),
        "mistakes": shown.mistakes,
        "changed": _differing(stored, fields) if shown.changed_by_others else None,
        "starts_on": shown.starts_on,
        "made": shown.made,
        "choices": CHOICES,
        "ticks": TICKS,
    }
    name = "course_form.html" if catalogue.may_write and can_change else "course_facts.html"
    return page(request, name, context, shown.status)


def _differing(stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that others stored differently from what was typed, as they are stored."""
    return {
        name: text
        for name, text in stored.items()
        if _parts(name, text) != _parts(name, typed[name])
    }


def _parts(name: str, text: str) -> list[str]:
    """Give what a text says whatever its order; sessions stand one a line in the form."""
    if name == "sessions":
        return sorted(part.strip() for part in text.replace("\n", "|").split("|"))
    return sorted(text.split()) if name in LISTS else [text.strip()]
