"""Reads when a course should start from a nurse's words, such as "inden jul" or "efter den 12.".

Danish and English. Here are the words around days: before, after, between, within. Pure: today is
told, as the calendar in Denmark has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from referrals.courses.day_words import BARE_DAY, COUNT, MONTH, TODAY_PART, UNIT
from referrals.courses.when_days import counted, days_of, is_feast
from referrals.denmark.calendar_days import DAY

Span = tuple[date | None, date | None]
"""First and last day, both included; None for an open end."""

NOTHING: Span = (None, None)

_LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "’": "'", "–": "-"}
_STOPS = re.compile(r"[,!?;»«\"]|(?<!\d)\.|\.(?=\s*$)|\.(?=\s+(?:og|and|til|to)\b)")
_PART_OF_DAY = re.compile(
    r"\b(?:om |in the )?(?:formiddag|eftermiddag|aften|morning|afternoon|evening)(?:en)?\b"
    r"|\b(?:kl|klokken|at) \d{1,2}(?:[.:]\d{2})?(?: ?[ap]m)?\b"
)
_LEADING = re.compile(
    r"^(?:(?:og|and|hvad med|what about|starter?|starts?|starting|begynder|begins?|hele|all of"
    r"|i loebet af(?! \d| de | den naeste )|during|throughout|gennem|her|nu(?= i )|allerede"
    r"|already) )+"
)
_STARTS = re.compile(
    rf"^(tidligst|senest|fra|efter|foer|inden|from|after|before|by) (?:med )?(?:opstart|begynder?"
    rf"|begins?|start(?:er|e|s|ing)?(?! {MONTH})) (?!af |of )"
)
_MID = re.compile(r"\b(mid|early|late)-(?=[a-z])")


def resolve(text: str, today: date) -> Span:
    """Give the days that ``text`` means, counted from ``today`` in Denmark.

    Words that name no time give ``NOTHING``; so does a span that would end before it begins.
    """
    words = _clean(text)
    for pattern, read in _FRAMES:
        match = pattern.fullmatch(words)
        if match and (span := read(match, today)) is not None:
            return _in_order(span)
    if days := days_of(words, today):
        return _in_order(days)
    for joint in _JOINTS.finditer(words):
        if span := _joined(words[: joint.start()], words[joint.end() :], today):
            return _in_order(span)
    return NOTHING


def _clean(text: str) -> str:
    words = "".join(_LETTERS.get(letter, letter) for letter in text.lower())
    words = _MID.sub(r"\1 ", " ".join(_STOPS.sub(" ", words).split()))
    if not re.search(rf"\b(?:{TODAY_PART})\b", words):
        words = _PART_OF_DAY.sub(" ", words)
    return _STARTS.sub(r"\1 ", _LEADING.sub("", " ".join(words.split())))


def _in_order(span: Span) -> Span:
    first, last = span
    return NOTHING if first and last and last < first else span


def _turn_of_the_year(words: str) -> str:
    """Read "efter det nye år" as after New Year, not as after the whole year."""
    return re.sub(r"^(?:det nye aar|the new year)$", "nytaar", words)


def _after(match: re.Match[str], today: date) -> Span | None:
    days = days_of(_turn_of_the_year(match["days"]), today)
    return (days[1] + DAY, None) if days else None


def _from(match: re.Match[str], today: date) -> Span | None:
    days = days_of(match["days"], today)
    return (days[0], None) if days else None


def _before(match: re.Match[str], today: date) -> Span | None:
    """Give the days before the first; "inden slutningen af januar" means all of that month."""
    days = days_of(_turn_of_the_year(match["days"]), today)
    if days and re.match(r"(?:the )?end |slut|ultimo|udgangen|aarets ", match["days"]):
        return (None, days[1])
    return (None, days[0] - DAY) if days else None


def _by(match: re.Match[str], today: date) -> Span | None:
    days = days_of(_turn_of_the_year(match["days"]), today)
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


def _by_counted(match: re.Match[str], today: date) -> Span | None:
    last = counted(match, today)
    return (None, last) if last else None


def _between(match: re.Match[str], today: date) -> Span | None:
    return _joined(match["first"], match["last"], today)


def _joined(first: str, last: str, today: date) -> Span | None:
    """Give both ends with what is between them; between feasts, the days that are neither.

    A first end lacks what only the last says: "4.-20. januar", "uge 3 til 5". A number behind a
    date is the next such day: "fra 20. december til den 10.".
    """
    if re.fullmatch(BARE_DAY, first):
        if month := re.search(rf"\b{MONTH}\b|(?<=\d)[./] ?\d{{1,2}}(?:[./-] ?(?:20)?\d\d)?$", last):
            day = re.sub(r"(?<=\d)(?:\.|st|nd|rd|th)$", "", first)
            first = f"{day}{'' if month[0][0] in './' else '. '}{month[0]}"
    elif re.fullmatch(rf"(?:i |in |til )?{MONTH}\.?", first) and (
        year := re.search(r" 20\d\d$", last)
    ):
        first += year[0]
    begin = days_of(first, today)
    if begin is None:
        return None
    end = days_of(last, begin[0]) if re.fullmatch(BARE_DAY, last) else days_of(last, today)
    if end is None:
        return None
    if is_feast(first) and is_feast(last):
        if today < end[0] < begin[0]:  # the first is just over
            return (today, end[0] - DAY)
        following = end if begin[0] < end[0] else days_of(last, begin[1])
        return (begin[1] + DAY, following[0] - DAY) if following else None
    if today <= end[1] < begin[0] and re.fullmatch(rf"(?:i |in |til )?{MONTH}", first):
        return (today, end[1])  # "oktober-december" is running
    return (begin[0], end[1])


_JOINTS = re.compile(
    r" ?- ?(?=\D|\d{1,2}\D)| ?/ ?(?=[a-z])| (?:og|eller|samt|til|indtil|and|or|to|through|till) "
)
_FROM = r"(?:fra og med|fra|from|tidligst|since|siden)"
_Frame = Callable[[re.Match[str], date], "Span | None"]
_FRAMES: tuple[tuple[re.Pattern[str], _Frame], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        ((rf"(?:{_FROM} )?(?P<days>.+?) (?:og frem|og fremefter|og fremover|fremover|og opefter"
          r"|og derefter|eller derefter|eller senere|og senere|(?:and )?onwards?|(?:or|and) later"
          r"|or after|af|tidligst|at the earliest|at earliest)"), _from),
        (r"(?P<days>.+?) (?:er (?:slut|ovre|forbi|overstaaet)|(?:is|are) over|has ended)", _after),
        ((r"(?P<days>.+?) (?:eller foer|eller tidligere|or before|or earlier|senest"
          r"|at(?: the)? latest)"), _by),
        ((r"(?:mellem|between|fra|from) (?P<first>.+?) (?:og|and|til|to|indtil|until|-)"
          r" (?P<last>.+)"), _between),
        ((rf"(?P<first>{BARE_DAY}) ?(?:-|til|to|og|eller|and|or)"
          r" ?(?P<last>(?:den |d\.? ?)?\d{1,2}.+)"), _between),
        ((rf"(?:inden for|indenfor|inden|i loebet af|within|over|i)(?: de| the| den)?"
          rf"(?: naeste| next| foerste| kommende)? {COUNT} {UNIT}(?: tid| time)?"), _within),
        ((r"(?:inden for|indenfor|inden|i loebet af|within|over)(?: den| det| the)?"
          r" (?:naeste|next|kommende) (?P<one>uge|maaned|week|month)"), _within_the_next),
        (rf"(?:in )?(?:de |the )?(?:naeste|next|kommende|coming) {COUNT} {UNIT}", _within),
        ((r"(?:tidligst om|foerst om|om mindst|om tidligst|not for|ikke foer om|(?:in )?at least)"
          rf" {COUNT} {UNIT}(?: tid| time)?"), _later_than),
        (rf"(?:senest om|om hoejst|in at most) {COUNT} {UNIT}(?: tid| time)?", _by_counted),
        (r"(?:omkring|around|about|cirka|ca\.?) (?P<days>.+)", _around),
        ((r"(?:(?:ikke|not|no) (?:senere end|later than)|ikke efter|not after)(?: the(?= \d))?"
          r" (?P<days>.+)"), _by),
        ((r"(?:ikke|not|no) (?:foer|before|tidligere end|earlier than|until)(?: the(?= \d))?"
          r" (?P<days>.+)"), _from),
        ((r"(?:lige |kort |straks |just |shortly )?(?:efter|after|senere end|later than"
          r"|paa den anden side af)(?: the(?= \d))? (?P<days>.+)"), _after),
        (rf"(?:{_FROM})(?: the(?= \d))? (?P<days>.+)", _from),
        ((r"(?:inden|op til|frem mod|(?:lige |kort |just |shortly )?(?:foer|before)"
          r"|tidligere end|earlier than|ahead of)(?: the(?= \d))? (?P<days>.+)"), _before),
        ((r"(?:senest|til og med|frem til|indtil|by|until|till|no later than|at the latest)"
          r"(?: the(?= \d))? (?P<days>.+)"), _by),
    )
)  # fmt: skip
