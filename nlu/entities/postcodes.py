"""Tells a postcode from other four digits: a clock time, a year, a price. Works on folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FOUR = re.compile(r"(?<![\w-])(?<!\d )(\d{4})(?![\w-])(?! \d| ?(?:kr|kroner|mg|ml|g)\b)")
_TIME_BEFORE = re.compile(
    r"\b(?:kl\.?|klokken|mellem|between|siden|since|efter|after|foer|before|inden|aar|aaret|year|anno"
    r"|(?:mellem|between) \d{4} (?:og|and)) $"
)
_YEARS = range(1900, 2100)
_PLACE_BEFORE = re.compile(
    r"\b(?:post ?(?:nr\.?|nummer\w*|code|kode)|zip|bor|boende|lives?|living|bopael)"
    r"(?: (?:er|is|i|in|paa|at))*:? $"
)
_PLACE_BEHIND = re.compile(r" (?:frederiksberg|frb|fred|koebenhavn|kobenhavn|kbh|copenhagen)\b")


def find_postcodes(folded: str) -> Iterator[re.Match[str]]:
    """Give four digits that stand for a place; group 1 holds them.

    What can be a year is one, unless words for a home or a town stand beside it.
    """
    for match in _FOUR.finditer(folded):
        before = folded[: match.start()]
        if _TIME_BEFORE.search(before):
            continue
        is_place = _PLACE_BEFORE.search(before) or _PLACE_BEHIND.match(folded, match.end())
        if int(match[1]) not in _YEARS or is_place or match[1] == folded.strip():
            yield match
