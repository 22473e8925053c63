"""Finds where somebody lives or lies: streets without a type word, homes, rooms, beds. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.sealing.told_names import name_words
from referrals.denmark.identifiers import FLOOR, house_end
from referrals.denmark.sensitive_words import ANY_NUMBER_WORD


def _any(group: str) -> str:
    return "|".join(map(re.escape, sorted(name_words()[group])))


_ROOM = re.compile(
    rf"\b(?:{_any('rooms')})\s?(?:nr\.?\s?)?(?P<hidden>\d{{1,3}}(?:\s?[a-zæøå])?\b|{ANY_NUMBER_WORD})(?![.:]\d)",
    re.IGNORECASE,
)
_HOME = re.compile(
    rf"\b(?:{_any('homes')})\s(?P<hidden>(?!(?:{_any('between')})\b)[^\W\d_]{{3,}}(?:\s[^\W\d_]{{3,}})?)",
    re.IGNORECASE,
)
_LIVES_AT = re.compile(
    rf"\b(?:{_any('living')})\b[\s:]+(?:(?:på|i|ved|hos|er|is|at|in|on)\s)?"
    r"(?P<hidden>(?:(?!(?:med|om|af|til|kl|uge|alene|sammen|with|alone|number)\b)[^\W\d_]+\.?,?\s){1,4}?"
    rf"\d{{1,3}}(?:\s?[a-zæøå]\b)?(?!\d)(?!\s\d\d\s\d\d)(?!\s*(?:{_any('counted')})){FLOOR})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d+")


def hidden_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Give what is to be hidden, from start to end, and its kind; nothing overlaps."""
    last = 0
    found = [
        (match.span("hidden"), kind)
        for pattern, kind in ((_LIVES_AT, "address"), (_HOME, "address"), (_ROOM, "word"))
        for match in pattern.finditer(text)
    ]
    for (start, end), kind in sorted(found):
        figures = _FIGURES.search(text, start, end)
        until: int | None = end
        if figures:
            until = house_end(text, figures.span(), end, surely=False, stop=len(text))
        if start >= last and until is not None:
            yield start, until, kind
            last = until
