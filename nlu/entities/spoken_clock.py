"""Hours in words, written as figures: "halv fem" is 16:30, "klokken ti" is kl 10.

Works on folded text. An hour from one to six is one of the afternoon: nobody is called, and nobody
meets, at four at night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBERS = (
    ("et", "en", "one"), ("to", "two"), ("tre", "three"), ("fire", "four"), ("fem", "five"),
    ("seks", "six"), ("syv", "seven"), ("otte", "eight"), ("ni", "nine"), ("ti", "ten"),
    ("elleve", "eleven"), ("tolv", "twelve"),
)  # fmt: skip
_HOUR_OF = {word: hour for hour, words in enumerate(_NUMBERS, start=1) for word in words}
_ARTICLES = frozenset(_NUMBERS[0])
"""What counts as well as it tells the hour: "efter en uge"."""
_WORD = "|".join(sorted(_HOUR_OF, key=len, reverse=True))
_NOT_FIGURES = "|".join(word for word in _HOUR_OF if word not in _ARTICLES)
_COUNTED = (
    r"(?! ?-?(?:aar|years?|uger?|weeks?|dag|day|maaned|month|time|hour|minut|gang|stk|cig"
    r"|pakke|pack"
    r"|person|deltager|plads|mg|stop|smoeg|om ugen|a week|forsoeg|attempt|other|andre"
    r"|af |of ))"
)
_PART_OF_HOUR = {
    "halv": -30, "half past": 30, "kvart over": 15, "quarter past": 15, "kvart i": -15,
    "quarter to": -15, "a quarter past": 15, "a quarter to": -15,
}  # fmt: skip
_MARK = r"(?:efter|foer|inden|omkring|ved|indtil|after|before|around|until|till|by)"
_BOUND = r"(?:efter|foer|inden|indtil|senest|tidligst|after|before|until|till|by)"
_NOON = r"(?:middag(?:stid|en|stiden)?|frokost(?:tid|en)?|noon|midday|lunch(?:time)?)"
_SPOKEN = re.compile(
    rf"(?<![a-z0-9])(?:(?P<part>{'|'.join(sorted(_PART_OF_HOUR, key=len, reverse=True))})"
    rf" (?P<of>{_WORD}|1[0-2]|[1-9])(?![a-z0-9]){_COUNTED}"
    rf"|(?P<at>kl\.? ?|klokken )(?P<told>{_WORD})(?![a-z]){_COUNTED}"
    rf"|(?P<clock>{_WORD}) o'?clock\b"
    rf"|(?P<about>{_WORD}|1\d|2[0-3]|[1-9])[ -]?tiden(?![a-z])"
    rf"|(?P<before_noon>{_BOUND} )(?:the )?{_NOON}(?![a-z])"
    rf"|(?P<around_noon>(?:^|(?:ved|omkring|cirka|ca\.?|kl\.?|at|around|about) ){_NOON}"
    r"(?=$|[ .,!?](?!er)))"
    r"|(?P<by_day>(?:(?:i|om|in the|during the|helst) )?"
    r"(?:dagtimer(?:ne)?|dagtid(?:en)?|daytime))(?![a-z])"
    rf"|(?P<mark>(?:mellem|between|fra|from)) (?P<first>{_NOT_FIGURES})"
    rf" (?P<and>og|til|and|to) (?P<last>{_NOT_FIGURES})(?![a-z]){_COUNTED}(?! [a-z]+er\b)"
    rf"|(?P<bound>{_MARK} )(?P<hour>{_NOT_FIGURES})(?![a-z]){_COUNTED}(?= ?(?:$|[,.;!?]|og |and |"
    r"er |is |om |saa |so |men |but |kan |tak|please|hver|i |paa |on )))"
)
_FIRST_AS_SAID = 7


def in_figures(folded: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and figures of each hour that is told in words."""
    for match in _SPOKEN.finditer(folded):
        yield *match.span(), _figures(match)


def _figures(match: re.Match[str]) -> str:
    told = match.groupdict()
    if told["part"]:
        minutes = _number(told["of"]) * 60 + _PART_OF_HOUR[told["part"]]
        minutes += 12 * 60 if minutes < _FIRST_AS_SAID * 60 else 0
        return f"{minutes // 60}:{minutes % 60:02}"
    if told["before_noon"]:
        return f"{told['before_noon']}kl 12"
    if told["around_noon"] is not None:
        return "kl 11-13"
    if told["by_day"]:
        return "foer kl 17"
    if told["about"]:
        return f"kl {_hour(told['about'])}"
    if told["mark"]:
        return f"{told['mark']} {_hour(told['first'])} {told['and']} {_hour(told['last'])}"
    if told["bound"]:
        return f"{told['bound']}kl {_hour(told['hour'])}"
    return f"kl {_hour(told['told'] or told['clock'])}"


def _hour(word: str) -> int:
    hour = _number(word)
    return hour + 12 if hour < _FIRST_AS_SAID else hour


def _number(word: str) -> int:
    return _HOUR_OF.get(word) or int(word)
