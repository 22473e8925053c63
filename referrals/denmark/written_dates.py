"""Dates as people write them: "5. december", "d. 12.1.27", "femte januar", "2026-12-05". Pure.

Danish and English, day before month, with æøå or without. Reads only what names a day and a month:
"på fredag" and "den 12." are no written dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    "januar": 1, "january": 1, "jan": 1, "februar": 2, "february": 2, "feb": 2, "marts": 3,
    "march": 3, "mar": 3, "april": 4, "apr": 4, "maj": 5, "may": 5, "juni": 6, "june": 6,
    "jun": 6, "juli": 7, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9,
    "sep": 9, "oktober": 10, "october": 10, "okt": 10, "oct": 10, "november": 11, "nov": 11,
    "december": 12, "dec": 12,
}  # fmt: skip
WEEKDAYS = {
    "mandag": 0, "tirsdag": 1, "onsdag": 2, "torsdag": 3, "fredag": 4, "loerdag": 5, "soendag": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6,
}  # fmt: skip
_ONES = {
    "foerste": 1, "anden": 2, "tredje": 3, "tredie": 3, "fjerde": 4, "femte": 5, "sjette": 6,
    "syvende": 7, "ottende": 8, "niende": 9, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
ORDINALS = {
    **_ONES, "tiende": 10, "ellevte": 11, "tolvte": 12, "trettende": 13, "fjortende": 14,
    "femtende": 15, "sekstende": 16, "syttende": 17, "attende": 18, "nittende": 19, "tyvende": 20,
    "enogtyvende": 21, "toogtyvende": 22, "treogtyvende": 23, "fireogtyvende": 24,
    "femogtyvende": 25, "seksogtyvende": 26, "syvogtyvende": 27, "otteogtyvende": 28,
    "niogtyvende": 29, "tredivte": 30, "enogtredivte": 31, "tenth": 10, "eleventh": 11,
    "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "thirty first": 31, **{f"twenty {one}": 20 + _ONES[one] for one in list(_ONES)[10:]},
}  # fmt: skip
_SPELLINGS = (("ae", "(?:æ|ae)"), ("oe", "(?:ø|oe|o)"), ("aa", "(?:å|aa)"), (" ", "[ -]"))


def any_of(words: Mapping[str, object]) -> str:
    """Write a pattern for the words, the longest first, spelt with æøå or without."""
    pattern = "|".join(sorted(words, key=len, reverse=True))
    for plain, spelt in _SPELLINGS:
        pattern = pattern.replace(plain, spelt)
    return pattern


JUST_OVER = timedelta(weeks=8)
"""A day without a year that was so lately is meant as that one: "udskrevet 30/11" on 1 December."""
DAY_NUMBER = r"0?[1-9]|[12]\d|3[01]"
_DAY = rf"(?P<day>{DAY_NUMBER})"
_MONTH = rf"(?P<month>{any_of(MONTHS)})\b\.?"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_YEAR = r"(?:,? ?(?P<year>(?:19|20)\d\d)(?!\d))?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<by>[-/.]){_NUMBER}(?P=by){_DAY}(?!\d)",
        (
            rf"(?<![\d.,:/-])(?<!\d )(?<!kl )(?<!kl\.)(?<!kl\. ){_DAY} ?[./-] ?{_NUMBER}"
            r"(?: ?[./-] ?(?P<year>(?:19|20)\d\d|\d\d))?(?![\d:]|[./-]\d)"
        ),
        rf"(?<![\d.:/-]){_DAY}(?:\.| ?(?:st|nd|rd|th)\b)? ?(?:of )?{_MONTH}{_YEAR}",
        rf"\b(?P<ordinal>{any_of(ORDINALS)}) (?:of )?{_MONTH}{_YEAR}",
        rf"\b{_MONTH} (?:the )?{_DAY}(?: ?(?:st|nd|rd|th))?\b(?![.:]\d){_YEAR}",
        rf"\b{_MONTH} (?:the )?(?P<ordinal>{any_of(ORDINALS)})\b{_YEAR}",
    )
)


@dataclass(frozen=True)
class WrittenDate:
    """A date and where it stands: ``text[start:end]``. ``year`` is None where none is written."""

    day: int
    month: int
    year: int | None
    start: int
    end: int

    def coming(self, today: date) -> date | None:
        """Give the day: the next such day where no year is written, today included.

        None for a day that the calendar does not have, such as 31 February.
        """
        year = self.year or today.year
        try:
            found = date(year, self.month, self.day)
            if self.year or found >= today:
                return found
            return date(year + 1, self.month, self.day)
        except ValueError:
            return None

    def just_over(self, today: date) -> date | None:
        """Give the day where it was in the last eight weeks: nobody means the next one by it."""
        years = (self.year,) if self.year else (today.year, today.year - 1)
        for year in years:
            try:
                found = date(year, self.month, self.day)
            except ValueError:
                continue
            if today - JUST_OVER <= found < today:
                return found
        return None


def written_dates(text: str) -> Iterator[WrittenDate]:
    """Give each date that is written in a text, in the order of the text."""
    at = 0
    while found := [match for shape in _SHAPES if (match := shape.search(text, at))]:
        match = min(found, key=lambda one: (one.start(), -one.end()))
        yield _read(match)
        at = match.end()


def written_date(text: str) -> WrittenDate | None:
    """Give the first date that is written in a text, None if there is none."""
    return next(written_dates(text), None)


def _read(match: re.Match[str]) -> WrittenDate:
    told = match.groupdict()
    month, year = told["month"].lower(), told["year"]
    day = ORDINALS[_plain(told["ordinal"])] if told.get("ordinal") else int(told["day"])
    return WrittenDate(
        day,
        int(month) if month.isdigit() else MONTHS[month],
        (int(year) + 2000 if len(year) == 2 else int(year)) if year else None,
        match.start(),
        match.end(),
    )


def _plain(ordinal: str) -> str:
    plain = ordinal.lower().replace("ø", "oe").replace("-", " ")
    return "foerste" if plain == "forste" else plain
