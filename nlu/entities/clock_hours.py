"""Finds the hours of the day that a course should begin in: "efter kl 17", "mellem 16 og 18".

Works on folded text. An hour from one to six is one of the afternoon: nobody meets at four at
night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DAY_BEGINS, DAY_ENDS = 0, 24 * 60
PARTS = {
    "morning": (DAY_BEGINS, 12 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, DAY_ENDS),
}
"""Minutes of the day between which each part of it lies."""

_FIRST_AS_SAID = 7
_HOUR = r"(?:(?:[01]?\d|2[0-3])(?:[.:]?[0-5]\d)?(?![\d/])(?!\.\d))"
_HALF_DAY = r"(?: ?[ap]\.?m\b\.?| ?o'?clock\b)?"
_AT = r"(?:kl\.? ?|klokken |at )"
_NOT_COUNTED = (
    r"(?! ?(?:\.(?! *$)|\|{20,}|aar|years?|yo\b|uger?|weeks?|dage?|days?|maaned|months?|personer"
    r"|deltagere|pladser|gange|min|kr|cig|pakke|stk|mg|om dagen|a day|january?|february?"
    r"|march|april|may|june?|july?"
    r"|august|september|october|november|december|jan|feb|mar|apr|maj|aug|sep|okt|nov|dec))"
)
_ON = r"(?:og frem|og senere|eller senere|onwards?|or later|and later)"
_END = rf"(?![\w/-]){_NOT_COUNTED}"
_RANGE = re.compile(
    rf"(?<![\w./-])(?P<sure>(?:mellem|mlm\.?|ml\.?|between|fra|from|kl\.?|klokken) ?(?:{_AT})?)?"
    rf"(?P<first>{_HOUR})(?P<first_half>{_HALF_DAY})"
    rf"(?: ?- ?| (?:og|and|til|to|until|till) )(?:{_AT})?"
    rf"(?P<last>{_HOUR})(?P<last_half>{_HALF_DAY}){_END}"
)
_AFTER = re.compile(
    r"(?<![\w-])(?:efter|fra|tidligst|senere end|after|from|later than|past|no earlier than) "
    rf"(?P<at>{_AT})?(?P<hour>{_HOUR})(?P<half>{_HALF_DAY})(?: {_ON})?{_END}"
)
_LATER = re.compile(
    rf"(?<![\w-])(?P<at>{_AT})(?P<hour>{_HOUR})(?P<half>{_HALF_DAY})"
    rf" {_ON}\b"
)
_BEFORE = re.compile(
    r"(?<![\w-])(?:foer|inden|senest|tidligere end|before|by|until|till|earlier than"
    rf"|no later than) (?P<at>{_AT})?(?P<hour>{_HOUR})(?P<half>{_HALF_DAY}){_END}"
)
_NO = re.compile(
    r"(?P<before>^|[ ,.;])(?:ikke|ik|ikk|ej|aldrig|undtagen|not|never|except|don't)"
    r"(?: (?:starte\w*|begynde\w*|moede\w*|ringe?\w*|starts?|begins?|call))? $"
)
_POINT = re.compile(
    r"(?<![a-z0-9])(?:"
    r"(?:kl\.?|klokken|omkring|ca\.?|cirka|ved|at|around|about|efter|foer|for|inden|mellem|mlm\.?|ml\.?"
    r"|fra|after|before|between|from) ?(?:kl\.? ?|klokken )?(?P<marked>\d{1,2}(?:[.:]\d{2})?)(?!\d)"
    r"(?! ?[/-]\d|\.\d)(?P<half> ?[ap]\.?m\b)?"
    r"|(?<![.,:/-])(?P<figures>\d{1,2}[.:]\d{2})(?!\d|[.:]\d)(?P<of_day> ?[ap]\.?m\b)?"
    r"|(?P<half_only>\d{1,2}) ?(?P<only>[ap])\.?m\b"
    r"|(?:kl\.?|klokken) ?(?P<whole>\d{4})(?!\d))"
    rf"{_NOT_COUNTED}"
)
_FIRST_HOUR, _LAST_HOUR = 6, 23


@dataclass(frozen=True)
class Hours:
    """Minutes of the day between which to begin, the last not included, and where it is said.

    ``ruled_out``: any other hours will do, "ikke mellem 12 og 13", which is no one span.
    """

    first: int
    last: int
    start: int
    end: int
    ruled_out: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Give the parts of the day that are meant, the likeliest first: one where that is clear.

        "Efter 16" begins in the afternoon and "før 12" is the morning; "efter 10" and "før 16"
        may be either of two.
        """
        open_end = self.last == DAY_ENDS
        reached = [
            part for part, (first, last) in PARTS.items() if first < self.last and self.first < last
        ]
        if open_end and self.first > DAY_BEGINS:
            return tuple(reached[:1]) if self.first >= PARTS["afternoon"][0] else tuple(reached[:2])
        return tuple(reached[:2])

    @property
    def value(self) -> str:
        """Write them as ``16:00-18:00``; an end that is the day's is left out."""
        ends = (
            "" if at in (DAY_BEGINS, DAY_ENDS) else f"{at // 60:02}:{at % 60:02}"
            for at in (self.first, self.last)
        )
        return "-".join(ends)


def find_hours(folded: str) -> Iterator[Hours]:
    """Give each span of hours that is said. One alone, as in "kl 18", is a part of the day."""
    taken = 0
    for match in sorted(_matches(folded), key=lambda one: (one.start(), -one.end())):
        if match.start() >= taken and (ends := _ends(match)):
            no = _NO.search(folded, 0, match.start())
            one_end = DAY_BEGINS in ends or DAY_ENDS in ends
            first, last = _turned(*ends) if no and one_end else ends
            if first < last:
                taken = match.end()
                start = no.start() + len(no["before"]) if no else match.start()
                yield Hours(first, last, start, match.end(), bool(no) and not one_end)


def find_points(folded: str, spans: Sequence[Hours]) -> Iterator[Hours]:
    """Give each hour that is told by itself, "kl 14" or "omkring 9", outside spans of hours."""
    for match in _POINT.finditer(folded):
        written = match["marked"] or match["figures"] or match["half_only"] or match["whole"]
        at = _minutes(written, match["half"] or match["of_day"] or match["only"] or "")
        apart = not any(one.start < match.end() and match.start() < one.end for one in spans)
        if apart and _FIRST_HOUR * 60 <= at < _LAST_HOUR * 60 + 60:
            no = _NO.search(folded, 0, match.start())
            start = no.start() + len(no["before"]) if no else match.start()
            yield Hours(at, at + 1, start, match.end(), bool(no))


def narrowed(said: Sequence[Hours]) -> Hours | None:
    """Give what all spans of hours have in common, None for nothing."""
    first, last = max(each.first for each in said), min(each.last for each in said)
    start, end = min(each.start for each in said), max(each.end for each in said)
    return Hours(first, last, start, end) if first < last else None


def hours_but(part: str, start: int, end: int) -> Hours | None:
    """Give the hours of the day outside a part of it; None for what lies in the middle."""
    first, last = PARTS[part]
    if first == DAY_BEGINS:
        return Hours(last, DAY_ENDS, start, end)
    return Hours(DAY_BEGINS, first, start, end) if last == DAY_ENDS else None


def _matches(folded: str) -> Iterator[re.Match[str]]:
    for pattern in (_RANGE, _AFTER, _LATER, _BEFORE):
        yield from pattern.finditer(folded)


def _ends(match: re.Match[str]) -> tuple[int, int] | None:
    told = match.groupdict()
    if match.re is _RANGE:
        first, last = told["first"], told["last"]
        sure = bool(told["sure"] or told["first_half"] or told["last_half"])
        if not sure and not re.search(r"[.:]|\d{3}", first + last) and int(first) < _FIRST_AS_SAID:
            return None
        half = told["first_half"] or ("" if "o" in told["last_half"] else told["last_half"])
        return _minutes(first, half), _minutes(last, told["last_half"])
    hour, sure = told["hour"], bool(told["at"] or told["half"])
    if not sure and re.match(r"(?:fra|from) \d{4}", match[0]):
        return None  # "fra 1620" is where somebody comes from
    if not sure and match.re is _BEFORE and int(re.split(r"[.:]", hour)[0]) < _FIRST_AS_SAID:
        return None
    minutes = _minutes(hour, told["half"])
    return (DAY_BEGINS, minutes) if match.re is _BEFORE else (minutes, DAY_ENDS)


def _minutes(written: str, half: str) -> int:
    digits = re.split(r"[.:]", written)
    if len(digits) == 1 and len(written) > 2:
        digits = [written[:-2], written[-2:]]
    hour = int(digits[0])
    if (half.strip().startswith("p") and hour < 12) or (
        not half.strip().startswith("a") and 0 < hour < _FIRST_AS_SAID
    ):
        hour += 12
    return hour * 60 + int(digits[1] if len(digits) > 1 else 0)


def _turned(first: int, last: int) -> tuple[int, int]:
    """Read "ikke før kl 16" as from four on, "ikke efter 18" as before six."""
    return (last, DAY_ENDS) if first == DAY_BEGINS else (DAY_BEGINS, first)
