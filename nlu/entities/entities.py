"""Finds what a message names: product, reason, time, language, place, reference, sealed values.

Gazetteers and patterns only, no learning. Knows nothing of Rasa. Offsets count characters of
the message as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.entities.clock_hours import (
    PARTS,
    Hours,
    find_hours,
    find_points,
    hours_but,
    narrowed,
)
from nlu.entities.course_entities import CourseEntity, CourseEntityFinder
from nlu.entities.postcodes import find_postcodes
from nlu.entities.spoken_clock import in_figures
from nlu.text.folded import Folded
from nlu.text.lookups import PhraseMatcher, read_values
from nlu.text.normalise import REFERENCE, SEALED_TOKEN
from nlu.text.slips import SlipRepair

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
        folded = Folded.of(_blank(text, covered))
        folded = folded.replaced(self._slips.repairs(folded.text))
        folded = folded.replaced(in_figures(folded.text))
        found += self._numbers(folded)
        for entity, gazetteer in self._gazetteers.items():
            found += (
                _found(folded, entity, value, match)
                for match, values in gazetteer.find(folded.text)
                if _is_meant(entity, match)
                for value in values
            )
        found += self._homes(folded)
        asked = self._courses.find(folded.text)
        found += (_placed(folded, one) for one in asked)
        periods = [(one.start, one.end) for one in asked if one.entity in _PERIODS]
        untimed = _blank(folded.text, periods)
        spans = list(find_hours(untimed))
        found += (_placed(folded, one) for one in self._hours(untimed, spans))
        if not any(one.entity == "time_of_day" for one in found):
            found += (_placed(folded, one) for one in _parts_of_day(untimed, spans))
        return _once_each(found)

    @staticmethod
    def _sealed(text: str) -> Iterator[FoundEntity]:
        for match in SEALED_TOKEN.finditer(text):
            kind = match.group(1).lower()
            yield FoundEntity(kind, match.group().lower(), match.start(), match.end())

    def _numbers(self, folded: Folded) -> Iterator[FoundEntity]:
        for match in find_postcodes(folded.text):
            digits = match.group(1)
            kind = "municipality" if digits in self._municipality_codes else "postcode"
            yield _found(folded, kind, digits, match)

    def _hours(self, text: str, spans: list[Hours]) -> Iterator[CourseEntity]:
        """Read between which hours to begin: as said, within the one part of the day that is named.

        "Ikke om aftenen" is before five. What is no one span of hours is not understood.
        """
        hours = [one for one in spans if not one.ruled_out]
        named: list[Hours] = []
        for one in spans:
            if one.ruled_out:
                yield CourseEntity("unread", text[one.start : one.end], one.start, one.end)
        for match, (part, *_) in self._gazetteers["time_of_day"].find(text):
            if part not in PARTS or any(h.start <= match.start() < h.end for h in spans):
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

    def _homes(self, folded: Folded) -> Iterator[FoundEntity]:
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
                yield from (_found(folded, "municipality", code, match) for code in codes)


def _found(folded: Folded, entity: str, value: str, match: re.Match[str]) -> FoundEntity:
    return FoundEntity(entity, value, *folded.placed(*match.span()))


def _placed(folded: Folded, one: CourseEntity) -> FoundEntity:
    return FoundEntity(one.entity, one.value, *folded.placed(one.start, one.end))


def _parts_of_day(text: str, spans: list[Hours]) -> Iterator[CourseEntity]:
    """Give the part of the day that hours lie in, where it is one, and that of each hour alone."""
    meant = [one for one in spans if not one.ruled_out]
    common = narrowed(meant) if meant else None
    told = [*([common] if common else meant), *find_points(text, spans)]
    for one in told:
        if len(one.parts) == 1 and not one.ruled_out:
            yield CourseEntity("time_of_day", one.parts[0], one.start, one.end)


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


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text


def _once_each(found: list[FoundEntity]) -> list[FoundEntity]:
    seen: dict[tuple[str, str], FoundEntity] = {}
    for entity in sorted(found, key=lambda one: one.start):
        seen.setdefault((entity.entity, entity.value), entity)
    return list(seen.values())
