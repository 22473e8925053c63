"""Finds the weekdays that a course may meet on: "mandag til onsdag", "ikke om fredagen".

Works on folded text. A weekday with a date beside it is a period, and not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.text.lookups import PhraseMatcher, phrase_pattern, read_values

_NOT = re.compile(
    r"(?:\b(?:days? but|ikke|ik|ikk|ej|undtagen|hverken|ud over|andet end|bortset fra|paa naer"
    r"|not|never|except|other than|apart from|neither|cannot)|n't)"
    r"(?: (?!(?:kun|bare|men|only|just|but|naeste|denne|next|this)\b)\w+)? (?:om |paa |on )?$"
)
_DATED = re.compile(
    r",? (?:(?:den |d\.? ?|the )?\d"
    r"|(?:i )?(?:(?:naeste|denne|next|this) (?:uge|week)|(?:uge|week) ?\d))"
)
_JOINED = re.compile(r" ?(?:,|eller|og|or|and|nor) (?:om |paa |on )?")
_NO_REACH = 30
_WEEK = frozenset("0123456")
_WEEKDAY_BEGINNINGS = (
    ("man", "mon"),
    ("tir", "tue"),
    ("ons", "wed"),
    ("tor", "thu"),
    ("fre", "fri"),
    ("lo", "sat"),
    ("so", "sun"),
)


@dataclass(frozen=True)
class Days:
    """Days of the week that are named, asked for or ruled out."""

    days: frozenset[str]
    start: int
    end: int
    ruled_out: bool


class WeekdayFinder:
    """Reads its lookups once, when it is made."""

    def __init__(self) -> None:
        self._weekdays = PhraseMatcher(read_values("weekdays"))
        periods = read_values("periods")
        weekday = "|".join(map(phrase_pattern, [*periods["weekday"], *periods["short_weekday"]]))
        self._weekday_range = re.compile(
            r"(?<![a-z])(?<!paa )(?<!naeste )(?<!next )(?:(?:fra|from) )?"
            rf"(?:(?P<first>{weekday})(?:e|en|s)?(?: ?- ?| til | to | through )(?:og med )?"
            rf"|(?:mellem|between) (?P<from>{weekday})(?:e|en|s)? (?:og|and) )(?P<last>{weekday})"
            r"(?:e|en|s)?(?![a-z])(?!,? (?:den |d\.? ?|the )?\d)"
        )
        self._no_behind = PhraseMatcher({"no": periods["not_behind"]})

    def spans(self, text: str) -> Iterator[Days]:
        """Read "mandag til onsdag", and weekdays that will not do, before any is read as a date."""
        taken = 0
        for match in self._weekday_range.finditer(text):
            first, last = _weekday_of(match["first"] or match["from"]), _weekday_of(match["last"])
            between = range(first, last + 1 if first <= last else last + 8)
            days = frozenset(str(day % 7) for day in between)
            yield Days(days, *match.span(), ruled_out=self._rules_out(text, match))
            taken = match.end()
        last_no = -1
        for match, named in self._weekdays.find(text):
            joined = 0 <= last_no < match.start() and _JOINED.fullmatch(
                text, last_no, match.start()
            )
            if match.start() < taken or _DATED.match(text, match.end()):
                continue
            if joined or self._rules_out(text, match):
                last_no = match.end()
                yield Days(frozenset(named), *match.span(), ruled_out=True)

    def _rules_out(self, text: str, named: re.Match[str]) -> bool:
        """Tell a no before ("ikke om fredagen") or behind ("fredag kan hun ikke")."""
        behind = self._no_behind.find(text[named.end() : named.end() + _NO_REACH])
        return bool(_NOT.search(text[: named.start()])) or any(m.start() <= 2 for m, _ in behind)

    def wanted(self, text: str, spans: Sequence[Days]) -> Iterator[tuple[str, int, int]]:
        """Give the weekdays asked for: all but those that will not do, where none else is named.

        ``text`` is what is left to be read beside ``spans``; each day comes with start and end.
        """
        named = [
            Days(frozenset(days), *m.span(), ruled_out=False)
            for m, days in self._weekdays.find(text)
        ]
        said = sorted([*named, *spans], key=lambda one: one.start)
        wanted = [one for one in said if not one.ruled_out]
        meant = {day for one in wanted for day in one.days} if wanted else set(_WEEK)
        for one in said:
            if one.ruled_out:
                meant -= one.days
        if said and meant != _WEEK:
            for day in sorted(meant):
                named_by = next((one for one in wanted if day in one.days), said[0])
                yield day, named_by.start, named_by.end


def _weekday_of(written: str) -> int:
    beginnings = enumerate(_WEEKDAY_BEGINNINGS)
    return next(day for day, known in beginnings if written.startswith(known))
