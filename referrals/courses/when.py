"""Reads when a course should start from a nurse's words, such as "inden jul" or "efter den 12.".

Danish and English. Here are the words around days: before, after, between, within. Pure: today is
told, as the calendar in Denmark has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from referrals.calendar_days import DAY
from referrals.when_days import (
    COUNT,
    MONTH,
    ORDINALS,
    TODAY_PART,
    UNIT,
    counted,
    days_of,
    is_feast,
)

Span = tuple[date | None, date | None]
"""First and last day, both included; None for an open end."""

NOTHING: Span = (None, None)

_LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "’": "'"}
_STOPS = re.compile(r"[,!?;»«\"]|(?<!\d)\.|\.(?=\s*$)|\.(?=\s+(?:og|and|til|to)\b)")
_PART_OF_DAY = re.compile(
    r"\b(?:om |in the )?(?:formiddag|eftermiddag|aften|morning|afternoon|evening)(?:en)?\b"
    r"|\b(?:kl|klokken|at) \d{1,2}(?:[.:]\d{2})?(?: ?[ap]m)?\b"
)
_LEADING = re.compile(r"^(?:(?:og|and|hvad med|what about|starter?|starts?|starting|begynder) )+")


def resolve(text: str, today: date) -> Span:
    """Give the days that ``text`` means, counted from ``today`` in Denmark.

    Words that name no time give ``NOTHING``; so does a span that would end before it begins.
    """
    words = _clean(text)
    for pattern, read in _FRAMES:
        match = pattern.fullmatch(words)
        if match and (span := read(match, today)) is not None:
            return _in_order(span)
    days = days_of(words, today)
    return _in_order(days) if days else NOTHING


def _clean(text: str) -> str:
    words = "".join(_LETTERS.get(letter, letter) for letter in text.lower())
    words = " ".join(_STOPS.sub(" ", words).split())
    if not re.search(rf"\b(?:{TODAY_PART})\b", words):
        words = " ".join(_PART_OF_DAY.sub(" ", words).split())
    for ordinal, number in ORDINALS.items():
        words = re.sub(rf"\bden {ordinal}\b(?! (?:hverdag|uge))", f"den {number}", words)
    return _LEADING.sub("", words)


def _in_order(span: Span) -> Span:
    first, last = span
    return NOTHING if first and last and last < first else span


def _after(match: re.Match[str], today: date) -> Span | None:
    days = days_of(match["days"], today)
    return (days[1] + DAY, None) if days else None


def _from(match: re.Match[str], today: date) -> Span | None:
    days = days_of(match["days"], today)
    return (days[0], None) if days else None


def _before(match: re.Match[str], today: date) -> Span | None:
    """Give the days before the first; "inden slutningen af januar" means all of that month."""
    days = days_of(match["days"], today)
    if days and re.match(r"(?:the )?end |slut|ultimo", match["days"]):
        return (None, days[1])
    return (None, days[0] - DAY) if days else None


def _by(match: re.Match[str], today: date) -> Span | None:
    days = days_of(match["days"], today)
    return (None, days[1]) if days else None


def _around(match: re.Match[str], today: date) -> Span | None:
    days = days_of(match["days"], today)
    return (days[0] - 7 * DAY, days[1] + 7 * DAY) if days else None


def _within(match: re.Match[str], today: date) -> Span | None:
    last = counted(match, today)
    return (today, last) if last else None


def _within_the_next(match: re.Match[str], today: date) -> Span | None:
    one = re.fullmatch(rf"{COUNT} {UNIT}", f"en {match['one']}")
    last = counted(one, today) if one else None
    return (today, last) if last else None


def _later_than(match: re.Match[str], today: date) -> Span | None:
    first = counted(match, today)
    return (first, None) if first else None


def _between(match: re.Match[str], today: date) -> Span | None:
    """Give both ends with what is between them; between feasts, the days that are neither."""
    first, last = match["first"], match["last"]
    month_behind = re.search(rf"\b{MONTH}\b", last)
    if month_behind and re.fullmatch(r"(?:den |d |the )?\d{1,2}\.?(?:st|nd|rd|th)?", first):
        first = f"{first.rstrip('.')}. {month_behind[0]}"
    begin, end = days_of(first, today), days_of(last, today)
    if begin is None or end is None:
        return None
    if is_feast(first) and is_feast(last):
        return (begin[1] + DAY, end[0] - DAY)
    return (begin[0], end[1])


_Frame = Callable[[re.Match[str], date], "Span | None"]
_FRAMES: tuple[tuple[re.Pattern[str], _Frame], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"(?:mellem|between|fra|from) (?P<first>.+?) (?:og|and|til|to|indtil) (?P<last>.+)",
         _between),
        (r"(?P<first>(?:den )?\d{1,2}\.?) ?(?:-|til|to) ?(?P<last>\d{1,2}.+)", _between),
        ((rf"(?:inden for|indenfor|inden|i loebet af|within|over|i)(?: de| the| den)?"
          rf"(?: naeste| next| foerste| kommende)? {COUNT} {UNIT}"), _within),
        ((r"(?:inden for|indenfor|inden|i loebet af|within|over)(?: den| det| the)?"
          r" (?:naeste|next|kommende) (?P<one>uge|maaned|week|month)"), _within_the_next),
        (rf"(?:in )?(?:de |the )?(?:naeste|next|kommende|coming) {COUNT} {UNIT}", _within),
        (rf"(?:tidligst om|foerst om|om mindst|not for|ikke foer om) {COUNT} {UNIT}", _later_than),
        (r"(?:omkring|around) (?P<days>.+)", _around),
        (r"(?:lige |kort )?(?:efter|after|ikke foer|not before)(?: the(?= \d))? (?P<days>.+)",
         _after),
        (r"(?:fra og med|fra|from|tidligst|starting) (?P<days>.+)", _from),
        (r"(?P<days>.+?) (?:og frem|og fremefter|eller senere|(?:and )?onwards?|or later)", _from),
        (r"(?:inden|op til|(?:lige )?foer|before) (?P<days>.+)", _before),
        (r"(?:senest|til og med|frem til|indtil|by|until|no later than) (?P<days>.+)", _by),
    )
)  # fmt: skip
