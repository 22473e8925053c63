"""Finds what a question about courses asks for: places with their part, days, form, wishes.

Gazetteers and grammar only, no learning. Works on folded text whose slips were repaired and whose
sealed values are written as that many bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nlu.entities.periods import PeriodFinder
from nlu.entities.postcodes import find_postcodes
from nlu.entities.weekdays import WeekdayFinder
from nlu.text.lookups import PhraseMatcher, read_values

YES = "yes"
_HOSPITAL = re.compile(r"[\s-]*(?:og gentofte )?(?:hospital|sygehus)|[\s-]+gentofte hosp")
_UNKNOWN_PLACE = re.compile(
    r"\b(?:i|ved|naer|taet paa|omkring|in|near|around)(?: \w+ i)? (\|{20,})"
)
_NEARBY = re.compile(r"\b(?:i naerheden(?! af)|naerheden deraf|nearby|close by|close to there)\b")
_FROM = re.compile(r"\b(?:fra|from) $")
_YEARS = r"(?: ?aar\b|[ -]?aarig\w*|[ -]years?(?:[ -]old)?\b| ?yo\b)"
_AGE = re.compile(
    rf"(?:(?:paa|er|kun|bare|is|aged?|only|just|an?) (\d\d){_YEARS}|\b(?:en|et) paa (\d\d)\b"
    r"|(\d\d)(?:[ -]?aarig\w*|[ -]years?[ -]old\b| ?yo\b)|\b(?:alder|age|aged) (\d\d)\b)"
)
_WEEK_OF_PREGNANCY = re.compile(r"\b(?:gravid|pregnant)(?: i| in)? (?:uge|week) \d{1,2}\b")
_COUNTED = (
    r"(?:uge|week|dag|day|maaned|month|gang|time|minut|cigaret|smoeg|pakke|pack|stk|kg|kr|mg)"
)
_AGE_BEHIND = re.compile(
    r"(?: er| is| paa|,)?(?: kun| bare| only| just)? (\d\d)\b"
    rf"(?! ?[./:-]?\d| ?\.? ?{_COUNTED}|\. )"
)
_YOUNG = range(12, 25)
_WORD = re.compile(r"\S+")
_ROLE_REACH = 5
"""So many words before a place may say what the place is."""
_NOT_THERE = re.compile(
    r"\b(?:ikke|ik|ikk|ej|undtagen|not|except)(?: (?:i|in|ved|naer|near|paa|til))? $"
)
_SEALED = re.compile(r"\|{20,}")
_UNWANTED = re.compile(
    r"\b(?:skal|maa|vil|helst|oensker|must|should|would|does|do|will)(?: \w+)?"
    r" (?:ikke|not|rather not)(?: \w+){0,3} $"
)
_CAN_BE_RULED_OUT = ("course_format", "audience")
_NOT = "not_"
"""Before a value that is ruled out: "ikke online" is ``not_digital``."""
_NOT_WANTED = re.compile(
    r"\b(?:ikke|ik|ikk|ej|ingen|intet|undtagen|bortset fra|andet end|paa naer|frem for"
    r"|i stedet for|not|no|nothing|never|except|without|anything but|other than|rather than"
    r"|instead of|don't want)"
    r"(?: (?P<only>kun|bare|only|just|noedvendigvis|necessarily))?"
    r"(?: (?:noget|nogen|nogle|er|is|are|det|et|en|som|for|til|paa|via|med|om|be|vaere|any|an?|the"
    r"|that's|that is|in|kurser|kursus|hold|courses?|der er|which is|which are|specielt"
    r"|specially|be))* $"
)
_NOR = re.compile(r" ?(?:,|eller|og|or|nor|and) (?:for |til |paa )?")
_NO_REACH = 30
_OPPOSITE = {"group": "individual", "individual": "group"}


@dataclass(frozen=True)
class CourseEntity:
    """One thing asked for; ``start`` and ``end`` are offsets in the text that was searched."""

    entity: str
    value: str
    start: int
    end: int


class CourseEntityFinder:
    """Finds course entities. Reads its lookups once, when it is made."""

    def __init__(self) -> None:
        self._periods = PeriodFinder()
        self._municipalities = PhraseMatcher(read_values("municipalities"))
        self._towns = PhraseMatcher(read_values("towns"))
        self._roles = PhraseMatcher(read_values("place_roles"))
        self._people = PhraseMatcher(read_values("people"))
        self._weekdays = WeekdayFinder()
        self._wishes = PhraseMatcher(read_values("course_wishes"))
        self._no_behind = PhraseMatcher({"no": read_values("periods")["not_behind"]})
        self._gazetteers = tuple(
            (entity, PhraseMatcher(read_values(lookup)))
            for entity, lookup in (
                ("course_format", "course_formats"),
                ("audience", "audiences"),
                ("clears", "clearings"),
                ("position", "positions"),
                ("course_noun", "course_nouns"),
            )
        )

    def find(self, folded: str) -> list[CourseEntity]:
        """Return what the text asks for, in no order. Nothing else is found within a period."""
        expecting = [match.span() for match in _WEEK_OF_PREGNANCY.finditer(folded)]
        spans = [*self._weekdays.spans(folded)]
        free = _without(folded, [(one.start, one.end) for one in spans] + expecting)
        periods = [
            CourseEntity("not_period" if p.ruled_out else "period", p.words, p.start, p.end)
            for p in self._periods.find(free)
        ]
        rest = _without(free, [(one.start, one.end) for one in periods])
        found = [*periods, *_not_ruled_out(self._places(rest), rest), *self._ages(rest)]
        found += (
            CourseEntity("weekday", day, start, end)
            for day, start, end in self._weekdays.wanted(rest, spans)
        )
        for entity, gazetteer in self._gazetteers:
            found += _values(entity, gazetteer, rest)
        found = list(self._as_wanted(found, rest))
        found += (
            CourseEntity(wish, YES, match.start(), match.end())
            for match, wishes in self._wishes.find(rest)
            for wish in wishes
        )
        known = [(one.start, one.end) for one in found if one.entity != "position"]
        found += self._unread(_without(rest, known), free)
        return found

    def _as_wanted(self, found: list[CourseEntity], text: str) -> Iterator[CourseEntity]:
        """Tell forms and people that are ruled out from those that are asked for.

        "Skal ikke være en gruppe" asks for the other form; "ikke kun online" rules out nothing.
        """
        last: CourseEntity | None = None
        for one in sorted(found, key=lambda each: each.start):
            if one.entity not in _CAN_BE_RULED_OUT:
                yield one
                continue
            no = _NOT_WANTED.search(text, 0, one.start)
            behind = self._no_behind.find(text[one.end : one.end + _NO_REACH])
            joined = last is not None and _NOR.fullmatch(text, last.end, one.start)
            unwanted = bool(_UNWANTED.search(text, 0, one.start))
            if unwanted and one.value in _OPPOSITE:
                yield replace(one, value=_OPPOSITE[one.value])
            elif no and no["only"]:
                continue
            elif no or joined or unwanted or any(match.start() <= 2 for match, _ in behind):
                start = no.start() if no else one.start
                last = replace(one, value=_NOT + one.value, start=start)
                yield last
            else:
                yield one

    def _unread(self, rest: str, text: str) -> Iterator[CourseEntity]:
        """Give what says when but is not understood, so that it can be said."""
        at_times = list(self._periods.each_month(text))
        rest = _without(rest, [match.span() for match in at_times])
        for match in (*at_times, *self._periods.left_over(rest)):
            yield CourseEntity("unread", _SEALED.sub("…", match.group()), *match.span())

    def _ages(self, text: str) -> Iterator[CourseEntity]:
        """Read an age for which there are courses of their own, as in "en mand på 22 år"."""
        after = (_AGE_BEHIND.match(text, match.end()) for match, _ in self._people.find(text))
        for match in (*_AGE.finditer(text), *filter(None, after)):
            if int(next(filter(None, match.groups()))) in _YOUNG:
                yield CourseEntity("audience", "under_25", *match.span())

    def _places(self, text: str) -> Iterator[CourseEntity]:
        """Read each place by its part: where a course is, is near, or where the patient lives."""
        near_places: list[tuple[int, int]] = []
        for match, postcodes in self._towns.find(text):
            role = self.role(text, match.start())
            if role == "near" or (role != "lives_in" and _NEARBY.search(text, match.end())):
                near_places.append(match.span())
                yield CourseEntity("near", postcodes[0], *match.span())
        for match, codes in self._municipalities.find(text):
            if match.span() in near_places or _HOSPITAL.match(text, match.end()):
                continue
            lives = self.role(text, match.start()) == "lives_in"
            for code in codes:
                yield CourseEntity("lives_in" if lives else "place", code, *match.span())
        for match in find_postcodes(text):
            if match.group(1).startswith("0"):
                continue
            lives = self.role(text, match.start()) == "lives_in"
            yield CourseEntity("lives_at" if lives else "near", match.group(1), *match.span())
        for match in _UNKNOWN_PLACE.finditer(text):
            yield CourseEntity("unknown_place", YES, *match.span(1))
        if not near_places:
            yield from self._near_alone(text)

    def _near_alone(self, text: str) -> Iterator[CourseEntity]:
        """Read "tæt på hjemmet": near, but nothing is named."""
        for match, roles in self._roles.find(text):
            if "near" in roles and re.match(
                r" (?:hjem\w*|home|bopael\w*|hvor h\w+ bor|patienten|where \w+ lives)\b",
                text[match.end() :],
            ):
                yield CourseEntity("near", "home", *match.span())

    def role(self, text: str, at: int) -> str:
        """Tell the part of the place at ``at`` by the nearest words before it that say one."""
        words = list(_WORD.finditer(text[:at]))[-_ROLE_REACH:]
        before = text[words[0].start() : at] if words else ""
        said = [(match.start(), roles[-1]) for match, roles in self._roles.find(before)]
        role_at, role = said[-1] if said else (-1, "of_course")
        people_at = [match.start() for match, _ in self._people.find(before)]
        people_at += [match.start() for match in _AGE.finditer(before)]
        comes_from = _FROM.search(before) and people_at and max(people_at) > role_at
        return "lives_in" if comes_from else role


def _not_ruled_out(places: Iterable[CourseEntity], text: str) -> Iterator[CourseEntity]:
    """Leave out "ikke herlev"; where no other place is named, that is not understood."""
    named = False
    ruled_out = []
    for place in places:
        if no := _NOT_THERE.search(text, 0, place.start):
            ruled_out.append(
                CourseEntity("unread", text[no.start() : place.end], no.start(), place.end)
            )
        else:
            named = True
            yield place
    if not named:
        yield from ruled_out


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "#" * (end - start) + text[end:]
    return text


def _values(entity: str, gazetteer: PhraseMatcher, text: str) -> Iterator[CourseEntity]:
    for match, values in gazetteer.find(text):
        for value in values:
            yield CourseEntity(entity, value, match.start(), match.end())
