"""Which parts of the day the hours of a message mean, and what of a time nobody keeps. Pure.

Parts are the codes of the best time to call: morning, afternoon, evening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from referrals.denmark.written_dates import WEEKDAYS, any_of

_NOON, _EVENING_FROM, _FIRST_HOUR, _LAST_HOUR = 12, 17, 6, 23
_SPAN = re.compile(
    r"(?<!\d)(\d{1,2})(?!\d)(?:[.:](\d{2}))?(?: ?(?:-|–|til|to|og|and) ?(?:kl\.? ?)?(\d{1,2}))?"
)
_DAY = rf"(?:{any_of(WEEKDAYS)}|hverdag|weekend|week ?day)"
_BEFORE = r"(?:(?:men|dog|bare|kun|undtagen|p(?:å|aa)|om|hver|but|except|only|on|every|i|in|the) )*"
_NOT = r"(?:(?:ikke|ej|aldrig|not|never) )?"
_DAYS = re.compile(
    rf"\b(?:{_BEFORE}{_NOT}{_BEFORE})?(?:{_DAY}(?:e|en|er|ene|s)?\b|{_DAY}s(?=form|efterm|aft|morg))"
    rf"(?:(?:,| og| eller| and| or|-| til| to) ?(?:ikke |not )?{_DAY}(?:e|en|er|ene|s)?\b)*",
    re.IGNORECASE,
)
_DENIED_HOURS = re.compile(
    r"\b(?:ikke|not|tidligst|senest|earliest|latest)(?: (?:f(?:ø|oe)r|efter|mellem|before|after"
    r"|between))? (?:kl\.? ?)?\d[\d.:]*(?: ?(?:-|og|and) ?\d[\d.:]*)?",
    re.IGNORECASE,
)


def parts_of(every: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the parts of the day that the hours among the entities reach into, in their order."""
    spans = [*every.get("clock", ()), *every.get("unread", ())]
    return list(dict.fromkeys(part for span in spans for part in _parts(span)))


_HOURS = re.compile(
    r"\b(?:kl\.?|klokken|efter|f(?:ø|oe)r|mellem|fra|omkring|at|after|before|between|from)"
    r" ?\d[\d.:]*(?: ?[ap]m)?"
    r"(?: ?(?:-|–|til|to|og|and|eller|or) ?(?:kl\.? ?)?\d[\d.:]*(?: ?[ap]m)?)*",
    re.IGNORECASE,
)


def hours_named(text: str) -> list[str]:
    """Give the words for hours."""
    return [found[0].strip() for found in _HOURS.finditer(text)]


def days_left_out(text: str) -> list[str]:
    """Give the words for weekdays, and for hours that are ruled out: nothing keeps them."""
    found = [*_DAYS.finditer(text), *_DENIED_HOURS.finditer(text)]
    return [one[0].strip() for one in sorted(found, key=lambda one: one.start())]


def _parts(span: str) -> Iterator[str]:
    for found in _SPAN.finditer(span):
        first = int(found[1])
        if not _FIRST_HOUR <= first <= _LAST_HOUR:
            continue
        yield _part(first)
        if found[3] and first < int(found[3]) <= _LAST_HOUR:
            yield _part(int(found[3]) - 1)


def _part(hour: int) -> str:
    if hour < _NOON:
        return "morning"
    return "afternoon" if hour < _EVENING_FROM else "evening"
