"""Finds the words of a message that say when something starts, such as "efter den 12.".

Only finds them, and whether they are asked for or ruled out: what they mean depends on the day of
asking and is counted out by whoever answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlu.entities import period_pattern
from nlu.entities.period_pattern import EDGE_AFTER, EDGE_BEFORE
from nlu.text.lookups import phrase_pattern, read_values

_BETWEEN_NOT = 3
"""So many words may stand between "ikke" and the time that it rules out."""


@dataclass(frozen=True)
class Period:
    """Words for a time; ``start`` and ``end`` span them and, if ``ruled_out``, the no before."""

    words: str
    start: int
    end: int
    ruled_out: bool


class PeriodFinder:
    """Finds periods in folded text. Reads its lookup once, when it is made."""

    def __init__(self) -> None:
        words = {name: _any_of(phrases) for name, phrases in read_values("periods").items()}
        self._pattern = re.compile(f"{EDGE_BEFORE}(?:{period_pattern.period(words)}){EDGE_AFTER}")
        stops = rf"(?:{words['not_a_no']}|{words['not_between']}|{words['weekday']})\b"
        between = rf"(?:(?!{stops})[a-z']+ ){{0,{_BETWEEN_NOT}}}"
        self._no = re.compile(rf"(?<![a-z]){words['not']} {between}$")
        self._no_no = re.compile(rf"(?<![a-z]){words['not']} {words['not_a_no']} (?:[a-z]+ )?$")
        self._no_behind = re.compile(rf",? {words['not_behind']}\b")
        self._and_so = re.compile(rf" ?(?:,|{words['or']}|{words['and']})(?: {words['or']})? ?")
        self._each_month = re.compile(period_pattern.each_month(words))
        self._listing = re.compile(rf" ?(?:,| (?:{words['or']}|{words['and_also']}) ) ?")
        self._month_behind = re.compile(period_pattern.month_behind(words))
        self._left_over = re.compile(f"(?<![a-z]){period_pattern.left_over(words)}{EDGE_AFTER}")

    def find(self, folded: str) -> Iterator[Period]:
        """Give the periods in text order; they never overlap.

        What stands behind one that is ruled out and is joined to it is ruled out as well.
        """
        last: Period | None = None
        for match in self._pattern.finditer(folded):
            no = self._no.search(folded, 0, match.start())
            start = no.start() if no else match.start()
            joined = last and self._and_so.fullmatch(folded, last.end, match.start())
            behind = self._no_behind.match(folded, match.end())
            ruled_out = bool(no or behind or (last and joined and last.ruled_out))
            if no and last and no.start() < last.end:
                start, ruled_out = match.start(), last.ruled_out
            last = Period(match.group(), start, match.end(), ruled_out)
            if not self._no_no.search(folded, 0, match.start()):
                yield from self._each(last) if match["either"] else (last,)

    def _each(self, listed: Period) -> Iterator[Period]:
        """Take "5. eller 12. januar" apart, each day with its month."""
        *days, last = self._listing.split(listed.words)
        month = self._month_behind.search(last)
        if month:
            for day in days:
                yield replace(listed, words=f"{day.rstrip('.')}{month[0]}")
        yield replace(listed, words=last)

    def each_month(self, folded: str) -> Iterator[re.Match[str]]:
        """Give what says that a weekday is meant once a month, which no course is kept by."""
        return self._each_month.finditer(folded)

    def left_over(self, folded: str) -> Iterator[re.Match[str]]:
        """Give words of time that belong to no period, where the periods were taken out."""
        return self._left_over.finditer(folded)


def _any_of(phrases: list[str]) -> str:
    return f"(?:{'|'.join(map(phrase_pattern, sorted(phrases, key=len, reverse=True)))})"
