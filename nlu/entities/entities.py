"""Finds what a message names: product, reason, time, language, place, reference, sealed values.

Gazetteers and patterns only, no learning. Knows nothing of Rasa. Offsets count characters of
the message as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.entities.clock_hours import PARTS, Hours, find_hours, hours_but, narrowed
from nlu.entities.course_entities import CourseEntity, CourseEntityFinder
from nlu.entities.postcodes import find_postcodes
from nlu.text.lookups import PhraseMatcher, read_values
from nlu.text.normalise import REFERENCE, SEALED_TOKEN, fold_character
from nlu.text.slips import SlipRepair

_CLOCK = re.compile(
    r"(?:(?:kl\.?|klokken|efter|foer|for|inden|mellem|mlm\.?|ml\.?|fra|omkring|ved|at|after|before|"
    r"around|between|from)\s*(\d{1,2})(?:[.:]\d{2})?(?!\d)|(?<!\d)(\d{1,2})[.:]\d{2}(?!\d))\s*([ap]m\b)?"
    r"|(?<!\d)(\d{1,2})\s*([ap]m\b)|(?:kl\.?|klokken)\s*(\d{2})\d{2}(?!\d)"
)
_NOON, _EVENING_FROM, _FIRST_HOUR, _LAST_HOUR = 12, 17, 6, 23
_WORD_OR_STOP = re.compile(r"[a-z0-9']+|[,.;:!?]")
_NEGATIONS = frozenset(
    ("ikke", "ik", "ikk", "ingen", "aldrig", "hverken", "uden", "no", "not", "never")
) | {"neither", "nor", "without", "cannot"}
_RESETS = frozenset(("men", "kun", "bare", "but", "only", "just", ",", ".", ";", ":", "!", "?"))
_NEGATION_REACH = 3
_PERIODS = ("period", "not_period")
_NEGATABLE = ("product", "spoken_language", "time_of_day")
_STREET = re.compile(r"(?:vej|gade|alle|straede|torv|ringvej)(?:en)?$")
_NOT_A_PLACE = re.compile(
    r"[\s-]*(?:og gentofte )?(?:hospital|sygehus)|[\s-]+gentofte hosp"
    r"|[\s-]+(?:hoved|ring|by)?(?:gade|vej|torv|alle|straede)n?\b"
)


@dataclass(frozen=True)
class FoundEntity:
    """One entity of a message; ``start`` and ``end`` are character offsets in its text."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class _Folded:
    text: str
    offsets: list[int]

    @classmethod
    def of(cls, text: str) -> _Folded:
        parts: list[str] = []
        offsets: list[int] = []
        for at, character in enumerate(text):
            folded = fold_character(character)
            parts.append(folded)
            offsets.extend([at] * len(folded))
        return cls("".join(parts), [*offsets, len(text)])

    def repaired(self, slips: SlipRepair) -> _Folded:
        """Give the same text with its slips repaired; a repaired word keeps its old place."""
        text, offsets, last = "", [], 0
        for start, end, right in slips.repairs(self.text):
            text += self.text[last:start] + right
            at = range(start, start + len(right))
            offsets += self.offsets[last:start] + [self.offsets[min(i, end - 1)] for i in at]
            last = end
        return _Folded(text + self.text[last:], offsets + self.offsets[last:])

    def found(self, entity: str, value: str, match: re.Match[str]) -> FoundEntity:
        return self.placed(CourseEntity(entity, value, match.start(), match.end()))

    def placed(self, found: CourseEntity) -> FoundEntity:
        end = self.offsets[found.end - 1] + 1 if found.end else 0
        return FoundEntity(found.entity, found.value, self.offsets[found.start], end)


class EntityFinder:
    """Finds the entities of a message. Reads the lookup files once, when it is made."""

    def __init__(self) -> None:
        self._gazetteers = {
            entity: PhraseMatcher(read_values(lookup))
            for entity, lookup in (
                ("product", "products"),
                ("reason", "reasons"),
                ("time_of_day", "times_of_day"),
                ("spoken_language", "spoken_languages"),
                ("detail", "details"),
                ("value", "skipped"),
            )
        }
        self._municipalities = PhraseMatcher(read_values("municipalities"))
        self._municipality_codes = frozenset(read_values("municipalities"))
        self._courses = CourseEntityFinder()
        self._slips = SlipRepair()

    def find(self, text: str) -> list[FoundEntity]:
        """Return every entity of the message, each value of a kind once, in text order."""
        found = list(self._sealed(text))
        references = [
            FoundEntity("reference", f"H-{m.group(1)}-{m.group(2)}".upper(), m.start(), m.end())
            for m in REFERENCE.finditer(text)
        ]
        found += references
        covered = [(entity.start, entity.end) for entity in found]
        folded = _Folded.of(_blank(text, covered)).repaired(self._slips)
        found += self._numbers(folded)
        for entity, gazetteer in self._gazetteers.items():
            found += (
                folded.found(entity, value, match)
                for match, values in gazetteer.find(folded.text)
                if _is_meant(entity, match)
                for value in values
            )
        found += self._homes(folded)
        asked = self._courses.find(folded.text)
        found += map(folded.placed, asked)
        periods = [(one.start, one.end) for one in asked if one.entity in _PERIODS]
        untimed = _blank(folded.text, periods)
        found += map(folded.placed, self._hours(untimed))
        found += self._clock_hours(folded, untimed, found)
        return _once_each(found)

    @staticmethod
    def _sealed(text: str) -> Iterator[FoundEntity]:
        for match in SEALED_TOKEN.finditer(text):
            kind = match.group(1).lower()
            yield FoundEntity(kind, match.group().lower(), match.start(), match.end())

    def _numbers(self, folded: _Folded) -> Iterator[FoundEntity]:
        for match in find_postcodes(folded.text):
            digits = match.group(1)
            kind = "municipality" if digits in self._municipality_codes else "postcode"
            yield folded.found(kind, digits, match)

    def _hours(self, text: str) -> Iterator[CourseEntity]:
        """Read between which hours to begin: as said, within the one part of the day that is named.

        "Ikke om aftenen" is before five. What is no one span of hours is not understood.
        """
        hours, named = list(find_hours(text)), []
        for match, (part, *_) in self._gazetteers["time_of_day"].find(text):
            if part not in PARTS or any(h.start <= match.start() < h.end for h in hours):
                continue
            no = _negation(text[: match.start()])
            if no is None:
                named.append(Hours(*PARTS[part], *match.span()))
            elif but := hours_but(part, no, match.end()):
                hours.append(but)
            else:
                yield CourseEntity("unread", text[no : match.end()], no, match.end())
        if not hours:
            return
        if common := narrowed([*hours, *(named if len(named) == 1 else [])]):
            yield CourseEntity("clock", common.value, common.start, common.end)
        else:
            yield from (
                CourseEntity("unread", text[one.start : one.end], one.start, one.end)
                for one in hours
            )

    def _homes(self, folded: _Folded) -> Iterator[FoundEntity]:
        """Read the municipality meant: what is called one wins, then where somebody lives.

        A hospital, a street, a place of work and what is negated name none.
        """
        text = folded.text
        named = [
            (match, codes, self._courses.role(text, match.start()))
            for match, codes in self._municipalities.find(text)
            if not _NOT_A_PLACE.match(text, match.end())
            and not _STREET.search(text[match.start() : match.end()])
            and not _is_negated(text[: match.start()])
        ]
        called = [one for one in named if _is_called_municipality(text, one[0])]
        homes = [one for one in named if one[2] == "lives_in"]
        for match, codes, role in called or homes or named:
            if role != "near" or called:
                yield from (folded.found("municipality", code, match) for code in codes)

    @staticmethod
    def _clock_hours(folded: _Folded, text: str, found: list[FoundEntity]) -> Iterator[FoundEntity]:
        if any(entity.entity == "time_of_day" for entity in found):
            return
        told: set[str] = set()
        for match in _CLOCK.finditer(text):
            hour = int(match.group(1) or match.group(2) or match.group(4) or match.group(6))
            half = match.group(3) or match.group(5)
            if half == "pm" and hour < _NOON:
                hour += _NOON
            if _FIRST_HOUR <= hour <= _LAST_HOUR and (part := _part_of_day(hour)) not in told:
                told.add(part)
                yield folded.found("time_of_day", part, match)


def _is_meant(entity: str, match: re.Match[str]) -> bool:
    """Tell a negated value ("ikke dansk") from a value that is meant."""
    return entity not in _NEGATABLE or not _is_negated(match.string[: match.start()])


def _is_called_municipality(text: str, match: re.Match[str]) -> bool:
    behind = re.match(r"s?[ -]kommune|s? municipality", text[match.end() :])
    before = re.search(r"(?:kommunen?|municipality of)(?: er| is|:)? $", text[: match.start()])
    return bool(behind or before)


def _is_negated(before: str) -> bool:
    return _negation(before) is not None


def _negation(before: str) -> int | None:
    """Give where the word stands that negates what comes after; None if there is none."""
    for word in reversed(list(_WORD_OR_STOP.finditer(before))[-_NEGATION_REACH:]):
        if word[0] in _RESETS:
            return None
        if word[0] in _NEGATIONS or word[0].endswith("n't"):
            return word.start()
    return None


def _part_of_day(hour: int) -> str:
    if hour < _NOON:
        return "morning"
    return "afternoon" if hour < _EVENING_FROM else "evening"


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text


def _once_each(found: list[FoundEntity]) -> list[FoundEntity]:
    seen: dict[tuple[str, str], FoundEntity] = {}
    for entity in sorted(found, key=lambda one: one.start):
        seen.setdefault((entity.entity, entity.value), entity)
    return list(seen.values())
