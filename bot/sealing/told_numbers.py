"""Tells phone numbers, postcodes and other figures apart where they stand together. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from referrals.denmark.contact_details import BadValue, normal_phone
from referrals.denmark.identifiers import FULL_DATE, HOURS, is_birth_number

_CLOCK = r"(?:[01]?\d|2[0-4])"
_DAY_MONTH = r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])"
_TIME = rf"{_CLOCK}(?:[.:][0-5]\d)?"
PROTECTED = re.compile(
    rf"{FULL_DATE.pattern}|{HOURS.pattern}"
    rf"|(?<!\d)(?<!\d[./-]){_DAY_MONTH}[./-]\d\d(?![./-]?\d)"
    rf"|(?<!\d)(?<!\d[./-]){_DAY_MONTH}\s?-\s?{_DAY_MONTH}(?![./-]?\d)"
    rf"|\b(?:kl\.?|klokken)\s?{_TIME}(?:\s?(?:-|til|og)\s?{_TIME})?(?![\d.]\d)"
    rf"|(?<![\d.:]){_CLOCK}:[0-5]\d(?!\d)"
    r"|\(\d{1,3}\)|(?<!\d)\d{1,3}\s?(?:år\w*|years?|yo)\b",
    re.IGNORECASE,
)
"""Dates, hours and ages: their figures belong to nothing else."""
HOUR_OR_YEAR = re.compile(
    r"\b(?P<before>kl\.?|klokken|mellem|efter|før|inden|tidligst|senest|omkring|indtil|between|after"
    r"|before|at|by|until|siden|since|året|år|year|i|in|fra|from)\s(?P<one>\d{4})"
    r"(?:\s?(?:-|og|til|and|to)\s?(?P<two>\d{4}))?(?![\d.\-/]|\s\d)",
    re.IGNORECASE,
)
"""Four figures that an hour or a year is told by."""
BEFORE_A_PLACE = frozenset(("i", "in", "fra", "from"))
_BEFORE_BIRTH = frozenset(("fra", "from", "året", "år", "year"))
_GROUP = re.compile(r"\+?\d+")
_PHONE_DIGITS, _POSTCODE_DIGITS, _BIRTH_DIGITS = 8, 4, 6
_MOST_GROUPS = 24


class NumberKind(StrEnum):
    """What a part of a run is."""

    PHONE = "phone"
    NO_PHONE = "no_phone"
    CPR = "cpr"
    POSTCODE = "postcode"
    PLAIN = "plain"


@dataclass(frozen=True)
class NumberPart:
    """A piece of a run as it was typed."""

    kind: NumberKind
    text: str


@dataclass(frozen=True)
class _Reading:
    score: int
    parts: tuple[tuple[NumberKind, int, int], ...] = ()

    def before(self, kind: NumberKind, start: int, end: int, score: int) -> _Reading:
        return _Reading(self.score + score, ((kind, start, end), *self.parts))

    @property
    def phones(self) -> tuple[tuple[int, int], ...]:
        return tuple((start, end) for kind, start, end in self.parts if kind is NumberKind.PHONE)


def is_phone(text: str) -> bool:
    """Tell whether a text is a phone number that is in use."""
    try:
        return bool(normal_phone(text))
    except BadValue:
        return False


def parts_of(run: str, is_area: Callable[[str], bool]) -> list[NumberPart]:
    """Cut a run of figures where one number ends and the next begins.

    Numbers in use and postcodes of the area count most; two readings that are equally good are
    none: the figures are no phone number then, and the nurse is asked.
    """
    groups = list(_GROUP.finditer(run))
    if len(groups) > _MOST_GROUPS:
        return [NumberPart(NumberKind.NO_PHONE, run)]
    readings = [[_Reading(0)] for _ in range(len(groups) + 1)]
    for at in reversed(range(len(groups))):
        found = [
            rest.before(kind, at, end, score)
            for kind, end, score in _first_parts(run, groups, at, is_area)
            for rest in readings[end]
        ]
        best = max(reading.score for reading in found)
        readings[at] = list({r.phones: r for r in found if r.score == best}.values())[:2]
    if len(readings[0]) > 1:
        return [NumberPart(NumberKind.NO_PHONE, run)]
    return _written(run, groups, readings[0][0], is_area)


def _first_parts(
    run: str, groups: list[re.Match[str]], at: int, is_area: Callable[[str], bool]
) -> list[tuple[NumberKind, int, int]]:
    """Give what may begin at a group: kind, the group where it ends, and how much speaks for it."""
    first = groups[at][0]
    foreign = first.startswith(("+", "00"))
    parts = [
        (NumberKind.PHONE, end, 10)
        for end in range(at + 1, len(groups) + 1)
        if foreign or _digits(groups[at:end]) == _PHONE_DIGITS
        if is_phone(run[groups[at].start() : groups[end - 1].end()])
    ]
    if foreign and not parts:  # the rest of a foreign number must not become a Danish one
        return [(NumberKind.NO_PHONE, len(groups), -2 * _digits(groups[at:]))]
    if foreign:
        return parts
    if len(first) == _POSTCODE_DIGITS:
        parts.append((NumberKind.POSTCODE, at + 1, 6 if is_area(first) else 2))
    elif is_birth_number(first):
        parts.append((NumberKind.CPR, at + 1, -1))
    elif len(first) > _POSTCODE_DIGITS:
        parts.append((NumberKind.NO_PHONE, at + 1, -2 * len(first)))
    else:
        parts.append((NumberKind.PLAIN, at + 1, -len(first)))
    return parts


def _digits(groups: list[re.Match[str]]) -> int:
    return sum(len(group[0]) for group in groups)


def _written(
    run: str, groups: list[re.Match[str]], reading: _Reading, is_area: Callable[[str], bool]
) -> list[NumberPart]:
    """Give the parts as they were typed; more than four loose figures together are one number."""
    merged: list[tuple[NumberKind, int, int]] = []
    for kind, start, end in reading.parts:
        loose = (NumberKind.PLAIN, NumberKind.NO_PHONE)
        if merged and kind in loose and merged[-1][0] in loose:
            kind, start, end = NumberKind.PLAIN, merged.pop()[1], end
        elif kind is NumberKind.POSTCODE and merged and merged[-1][0] is NumberKind.NO_PHONE:
            before = groups[merged[-1][1] : start]
            dashed = "-" in run[before[-1].end() : groups[start].start()]
            if _digits(before) == _BIRTH_DIGITS and (dashed or not is_area(groups[start][0])):
                kind, start = NumberKind.NO_PHONE, merged.pop()[1]  # a CPR number with a slip in it
        if kind is NumberKind.PLAIN and _digits(groups[start:end]) > _POSTCODE_DIGITS:
            kind = NumberKind.NO_PHONE
        merged.append((kind, start, end))
    merged = _without_cut(run, groups, merged)
    parts, last = [], 0
    for number, (kind, _, end) in enumerate(merged, 1):
        stop = len(run) if number == len(merged) else groups[end - 1].end()
        parts.append(NumberPart(kind, run[last:stop]))
        last = stop
    return parts


def _without_cut(
    run: str, groups: list[re.Match[str]], parts: list[tuple[NumberKind, int, int]]
) -> list[tuple[NumberKind, int, int]]:
    """Refuse a phone number whose figures go on: nine figures are not cut to eight.

    They go on behind it after no more than a blank, and before one that is written in groups. An
    hour or a day stands for itself ("16.30", "24/12"), and so does an age before one in one piece.
    """
    whole: list[tuple[NumberKind, int, int]] = []
    for kind, start, end in parts:
        before = whole[-1] if whole else None
        kinds = (before[0], kind) if before else ()
        cut = kinds == (NumberKind.PHONE, NumberKind.PLAIN) and not _says_when(
            run, groups[start:end]
        )
        begun = kinds == (NumberKind.PLAIN, NumberKind.PHONE) and (
            end - start > 1 and not groups[start][0].startswith(("+", "00"))
        )
        if before and (cut or (begun and not _says_when(run, groups[before[1] : before[2]]))):
            whole[-1] = (NumberKind.NO_PHONE, before[1], end)
        else:
            whole.append((kind, start, end))
    return whole


def _says_when(run: str, groups: list[re.Match[str]]) -> bool:
    """Tell loose figures that a sign joins: "16.30", "16-18", "24/12"."""
    gaps = [run[a.end() : b.start()] for a, b in pairwise(groups)]
    return any(gap.strip() for gap in gaps)


def as_hour(digits: str) -> str | None:
    """Write four figures as an hour, or give None for what is none."""
    hours, minutes = int(digits[:2]), int(digits[2:])
    return f"{hours}.{digits[2:]}" if 5 <= hours <= 24 and minutes < 60 else None


def may_be_birth(before: str) -> bool:
    """Tell whether a year behind this word may be when somebody was born."""
    return before.casefold() in _BEFORE_BIRTH
