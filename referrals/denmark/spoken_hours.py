"""What of a time to call nobody keeps: days, and hours that a part of the day is wider than. Pure.

Parts are the codes of the best time to call: morning, afternoon, evening.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from referrals.denmark.written_dates import WEEKDAYS, any_of

Span = tuple[int, int]

_PARTS = {
    "morning": ("00:00", "12:00"),
    "afternoon": ("12:00", "17:00"),
    "evening": ("17:00", "24:00"),
}
_DAY = rf"(?:{any_of(WEEKDAYS)}|hverdag|weekend|week ?day)"
_DAYS = re.compile(
    rf"\b(?:{_DAY}(?:e|en|er|ene|s)?\b|{_DAY}s(?=form|efterm|aft|morg))", re.IGNORECASE
)
_BEFORE = re.compile(
    r"(?<!\w)(?:(?:men|dog|but|undtagen|except)\s+)?(?:(?:bare|kun|helst|gerne|p(?:å|aa)|om|hver|fra"
    r"|den|d\.|ikke|ik|ej|aldrig|f(?:ø|oe)r|f(?:ø|oe)rst|tidligst|senest|efter|indtil|only|on|every"
    r"|in|the|kan|can|can['’]?t|cannot|not|never|before|after|until|from|i|alle|any|all|dage?|days?|undtagen|except)\s+)*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s+(?:kan (?:hun|han|pt|patienten|de) (?:ikke|ik)|(?:g(?:å|aa)r|du[e]?r|passer) (?:ikke|ik)"
    r"|er (?:d(?:å|aa)rligt?|umuligt?)|(?:is|are) (?:bad|out|no good|not good)"
    r"|(?:she|he|they) (?:can['’]t|cannot)|(?:don['’]t|doesn['’]t|won['’]t) work)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"\s*(?:,|og|eller|el\.?|and|or|-|–|til|to)?\s*(?:ikke|not|om|p(?:å|aa)|on|i|in|kl\.?)?\s*",
    re.IGNORECASE,
)


def phrases(text: str, spans: Iterable[Span]) -> list[Span]:
    """Give the words of times in full: what stands before them, and joined ones as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        before, behind = _BEFORE.search(text, 0, start), _BEHIND.match(text, end)
        end = behind.end() if behind else end
        start = before.start() if before and before[0] else start
        if found and (start <= found[-1][1] or _JOINED.fullmatch(text, found[-1][1], start)):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def weekdays_named(text: str) -> Iterator[Span]:
    """Tell where weekdays are named, also in "tirsdagsformiddag"."""
    return (found.span() for found in _DAYS.finditer(text))


def keeps(part: str, hours: str) -> bool:
    """Tell whether whoever calls in this part of the day calls within the hours, "16:00-18:00"."""
    first, _, last = hours.partition("-")
    begins, ends = _PARTS.get(part, ("00:00", "24:00"))
    return (first or "00:00") <= begins and ends <= (last or "24:00")
