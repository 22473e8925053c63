"""Finds what a question about courses asks for: places with their part, days, form, wishes.

Gazetteers and grammar only, no learning. Works on folded text whose slips were repaired and whose
sealed values are written as that many bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.components.lookups import PhraseMatcher, read_values
from nlu.components.periods import PeriodFinder

YES = "yes"
_POSTCODE = re.compile(r"(?<![\w-])(?<!\d )(\d{4})(?![\w-])(?! \d| ?(?:kr|kroner|mg|ml|g)\b)")
_HOSPITAL = re.compile(r"[\s-]*(?:og gentofte )?(?:hospital|sygehus)|[\s-]+gentofte hosp")
_UNKNOWN_PLACE = re.compile(
    r"\b(?:i|ved|naer|taet paa|omkring|in|near|around)(?: \w+ i)? (\|{20,})"
)
_WORD = re.compile(r"\S+")
_ROLE_REACH = 5
"""So many words before a place may say what the place is."""
_NOT = re.compile(
    r"\b(?:ikke|ik|ej|undtagen|ud over|andet end|not|except|other than)(?: \w+)?\s+"
    r"(?:om |paa |on )?$"
)
_WEEK = frozenset("0123456")


@dataclass(frozen=True)
class CourseEntity:
    """One thing asked for; ``start`` and ``end`` are offsets in the text that was searched."""

    entity: str
    value: str
    start: int
    end: int


class CourseEntityFinder:
    """Finds course entities. Reads its lookups once, when it is made."""

    def __init__(self) -> None:
        self._periods = PeriodFinder()
        self._municipalities = PhraseMatcher(read_values("municipalities"))
        self._towns = PhraseMatcher(read_values("towns"))
        self._roles = PhraseMatcher(read_values("place_roles"))
        self._weekdays = PhraseMatcher(read_values("weekdays"))
        self._wishes = PhraseMatcher(read_values("course_wishes"))
        self._gazetteers = tuple(
            (entity, PhraseMatcher(read_values(lookup)))
            for entity, lookup in (
                ("course_format", "course_formats"),
                ("audience", "audiences"),
                ("clears", "clearings"),
                ("position", "positions"),
            )
        )

    def find(self, folded: str) -> list[CourseEntity]:
        """Return what the text asks for, in no order. Nothing else is found within a period."""
        periods = [
            CourseEntity("period", match.group(), match.start(), match.end())
            for match in self._periods.find(folded)
        ]
        rest = folded
        for period in periods:
            rest = rest[: period.start] + "#" * (period.end - period.start) + rest[period.end :]
        found = [*periods, *self._places(rest), *self._days(rest)]
        for entity, gazetteer in self._gazetteers:
            found += _values(entity, gazetteer, rest)
        found += (
            CourseEntity(wish, YES, match.start(), match.end())
            for match, wishes in self._wishes.find(rest)
            for wish in wishes
        )
        return found

    def _days(self, text: str) -> Iterator[CourseEntity]:
        """Read weekdays; one that is negated asks for all the others."""
        for match, days in self._weekdays.find(text):
            meant = _WEEK - set(days) if _NOT.search(text[: match.start()]) else days
            for day in sorted(meant):
                yield CourseEntity("weekday", day, match.start(), match.end())

    def _places(self, text: str) -> Iterator[CourseEntity]:
        """Read each place by its part: where a course is, is near, or where the patient lives."""
        near_places: list[tuple[int, int]] = []
        for match, postcodes in self._towns.find(text):
            if self._role(text, match.start()) == "near":
                near_places.append(match.span())
                yield CourseEntity("near", postcodes[0], *match.span())
        for match, codes in self._municipalities.find(text):
            if match.span() in near_places or _HOSPITAL.match(text, match.end()):
                continue
            lives = self._role(text, match.start()) == "lives_in"
            for code in codes:
                yield CourseEntity("lives_in" if lives else "place", code, *match.span())
        for match in _POSTCODE.finditer(text):
            if match.group(1).startswith("0"):
                continue
            lives = self._role(text, match.start()) == "lives_in"
            yield CourseEntity("lives_at" if lives else "near", match.group(1), *match.span())
        for match in _UNKNOWN_PLACE.finditer(text):
            yield CourseEntity("unknown_place", YES, *match.span(1))
        if not near_places:
            yield from self._near_alone(text)

    def _near_alone(self, text: str) -> Iterator[CourseEntity]:
        """Read "tæt på hjemmet": near, but nothing is named."""
        for match, roles in self._roles.find(text):
            if "near" in roles and re.match(
                r" (?:hjem\w*|home|bopael\w*|hvor h\w+ bor|patienten|where \w+ lives)\b",
                text[match.end() :],
            ):
                yield CourseEntity("near", "home", *match.span())

    def _role(self, text: str, at: int) -> str:
        """Tell the part of the place at ``at`` by the nearest words before it that say one."""
        words = list(_WORD.finditer(text[:at]))[-_ROLE_REACH:]
        before = text[words[0].start() : at] if words else ""
        said = [roles[-1] for _, roles in self._roles.find(before)]
        return said[-1] if said else "of_course"


def _values(entity: str, gazetteer: PhraseMatcher, text: str) -> Iterator[CourseEntity]:
    for match, values in gazetteer.find(text):
        for value in values:
            yield CourseEntity(entity, value, match.start(), match.end())
