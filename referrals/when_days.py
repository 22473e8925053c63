"""Reads days out of words, such as "næste tirsdag", "om 14 dage" or "den 3. maj". Pure.

The words come lower-case, with ae, oe and aa for æøå, without punctuation between words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

import dateparser

from referrals.calendar_days import (
    DAY,
    Days,
    Feast,
    feast,
    month,
    months_later,
    next_day_numbered,
    next_working_day,
    week,
    weeks_numbered,
)

NUMBERS = {
    "en": 1, "et": 1, "een": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7,
    "otte": 8, "ni": 9, "ti": 10, "fjorten": 14, "et par": 2, "nogle faa": 3, "a": 1, "one": 1,
    "a couple of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "fourteen": 14,
}  # fmt: skip
ORDINALS = {
    "foerste": 1, "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "syvende": 7,
    "ottende": 8, "niende": 9, "tiende": 10, "ellevte": 11, "tolvte": 12, "trettende": 13,
    "fjortende": 14, "femtende": 15, "tyvende": 20, "tredivte": 30,
}  # fmt: skip
_WEEKDAYS = {
    "mandag": 0, "tirsdag": 1, "onsdag": 2, "torsdag": 3, "fredag": 4, "loerdag": 5, "soendag": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6,
}  # fmt: skip
_MONTHS = {
    "januar": 1, "january": 1, "jan": 1, "februar": 2, "february": 2, "feb": 2, "marts": 3,
    "march": 3, "april": 4, "apr": 4, "maj": 5, "may": 5, "juni": 6, "june": 6, "juli": 7,
    "july": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10,
    "october": 10, "okt": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
_FEASTS = {
    "juleaften": Feast.CHRISTMAS, "juledagene": Feast.CHRISTMAS, "julen": Feast.CHRISTMAS,
    "jul": Feast.CHRISTMAS, "christmas": Feast.CHRISTMAS, "xmas": Feast.CHRISTMAS,
    "nytaarsaften": Feast.NEW_YEAR, "nytaaret": Feast.NEW_YEAR, "nytaar": Feast.NEW_YEAR,
    "aarsskiftet": Feast.NEW_YEAR, "new year's": Feast.NEW_YEAR, "new year": Feast.NEW_YEAR,
    "paaskeferien": Feast.EASTER,
    "paasken": Feast.EASTER, "paaske": Feast.EASTER, "easter": Feast.EASTER,
    "kristi himmelfartsdag": Feast.ASCENSION, "kristi himmelfart": Feast.ASCENSION,
    "pinsen": Feast.WHITSUN, "pinse": Feast.WHITSUN, "whitsun": Feast.WHITSUN,
    "pentecost": Feast.WHITSUN,
}  # fmt: skip
_BETWEEN_THE_YEARS = r"juleferien|the holidays|the christmas holidays"
_SCHOOL_HOLIDAYS = {
    "vinterferien": (7, 7), "sommerferien": (27, 32), "efteraarsferien": (42, 42),
    "the winter break": (7, 7), "winter break": (7, 7), "the summer holidays": (27, 32),
    "summer holidays": (27, 32), "autumn break": (42, 42), "the autumn break": (42, 42),
}  # fmt: skip
_SEASONS = {
    "foraaret": 3, "foraar": 3, "spring": 3, "sommeren": 6, "sommer": 6, "summer": 6,
    "efteraaret": 9, "efteraar": 9, "autumn": 9, "fall": 9, "vinteren": 12, "vinter": 12,
    "winter": 12,
}  # fmt: skip
_WEEKS = {
    "foerste": 1, "1": 1, "1.": 1, "first": 1, "anden": 2, "2": 2, "2.": 2, "second": 2,
    "tredje": 3, "3": 3, "3.": 3, "third": 3,
}  # fmt: skip

TODAY_PART = r"i (?:aften|eftermiddag|formiddag|nat)|tonight|this (?:morning|afternoon|evening)"
_MOST_DAYS = 366


def any_of(words: dict[str, int] | dict[str, Feast] | dict[str, tuple[int, int]]) -> str:
    """Write a pattern for the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


COUNT = rf"(?P<count>\d{{1,3}}|{any_of(NUMBERS)})"
UNIT = (
    r"(?P<unit>hverdag|dag|uge|maaned|working day|day|week|month|fortnight)(?:erne|ene|er|e|r|s)*"
)
MONTH = rf"(?P<month>{any_of(_MONTHS)})"
_WEEKDAY = rf"(?P<weekday>{any_of(_WEEKDAYS)})(?:en)?"
_COMING = r"(?:nxt|naeste|next|kommende|coming|following)"
_THIS = r"(?:denne|dette|this|den her|indevaerende)"
_PARTS = {
    "first_half": r"(?:i )?(?:foerste|1\.?) halvdel af|(?:the )?first half of",
    "last_half": r"(?:i )?(?:anden|sidste|2\.?) halvdel af|(?:the )?second half of",
    "begin": (
        r"(?:i )?(?:starten|begyndelsen) af|start|foerst (?:i|paa)|primo|early(?: in)?"
        r"|(?:the )?beginning of"
    ),
    "middle": r"(?:i )?midten af|midt (?:i|paa)|medio|mid|(?:the )?middle of",
    "end": r"(?:i )?slutningen af|slut|sidst (?:i|paa)|ultimo|late(?: in)?|(?:the )?end of",
}
_PART = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in _PARTS.items())


def days_of(words: str, today: date) -> Days | None:
    """Give the first and the last day that ``words`` name, or None for words that name none."""
    for pattern, read in _READERS:
        match = pattern.fullmatch(words)
        if match and (days := read(match, today)) is not None:
            return days
    return _plain_date(words, today)


def counted(match: re.Match[str], today: date) -> date | None:
    """Give the day that lies so many days, weeks or months ahead; None beyond reason."""
    written, unit = match["count"], match["unit"]
    number = int(written) if written.isdigit() else NUMBERS[written]
    if not 0 < number <= _MOST_DAYS:
        return None
    if unit in ("hverdag", "working day"):
        for _ in range(number):
            today = next_working_day(today)
        return today
    if unit in ("maaned", "month"):
        return months_later(today, number)
    days = {"uge": 7, "week": 7, "fortnight": 14}.get(unit, 1)
    return today + number * days * DAY


def is_feast(words: str) -> bool:
    """Tell whether ``words`` name a feast and nothing else."""
    return words in _FEASTS


def _not_past(days: Days | None, today: date) -> Days | None:
    """Leave out the days that are over."""
    return (max(days[0], min(today, days[1])), days[1]) if days else None


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None


def _in_some_time(match: re.Match[str], today: date) -> Days | None:
    """Read "om 3 dage" as the day, "om 14 dage" or "om en måned" as the week around it."""
    day = counted(match, today)
    if day is None:
        return None
    by_days = match["unit"] in ("dag", "day", "hverdag", "working day")
    return _one(day) if by_days and (day - today).days % 7 else week(day)


def _coming_weekday(match: re.Match[str], today: date) -> Days | None:
    return _one(today + ((_WEEKDAYS[match["weekday"]] - today.weekday() - 1) % 7 + 1) * DAY)


def _weekday_of_next_week(match: re.Match[str], today: date) -> Days | None:
    return _one(week(today + 7 * DAY)[0] + _WEEKDAYS[match["weekday"]] * DAY)


def _weekend(weeks: int) -> _Reader:
    def read(_match: re.Match[str], today: date) -> Days | None:
        sunday = week(today + weeks * 7 * DAY)[1]
        return _not_past((sunday - DAY, sunday), today)

    return read


def _named_month(match: re.Match[str], today: date) -> Days | None:
    number = _MONTHS[match["month"]]
    year = int(match["year"] or today.year + (number < today.month))
    return _part_of_month(match, *month(year, number), today)


def _this_month(match: re.Match[str], today: date) -> Days | None:
    return _part_of_month(match, *month(today.year, today.month), today)


def _part_of_month(match: re.Match[str], first: date, last: date, today: date) -> Days | None:
    if match["first_half"]:
        return (first, first + 14 * DAY)
    if match["last_half"]:
        return (first + 15 * DAY, last)
    if match["begin"]:
        return (first, first + 9 * DAY)
    if match["middle"]:
        return (first + 10 * DAY, first + 19 * DAY)
    if match["end"]:
        return (first + 20 * DAY, last)
    return _not_past((first, last), today)


def _week_of_month(match: re.Match[str], today: date) -> Days | None:
    number = _MONTHS[match["month"]]
    first, last = month(today.year + (number < today.month), number)
    if match["which"] in ("sidste", "last"):
        return (last - 6 * DAY, last)
    begin = first + 7 * (_WEEKS[match["which"]] - 1) * DAY
    return (begin, begin + 6 * DAY)


def _season(match: re.Match[str], today: date) -> Days | None:
    first = _SEASONS[match["season"]]
    years = (today.year - 1, today.year, today.year + 1)
    spans = ((month(year, first)[0], month(year, first + 2)[1]) for year in years)
    return next(_not_past(span, today) for span in spans if span[1] >= today)


_Reader = Callable[[re.Match[str], date], "Days | None"]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"i ?dag|today|{TODAY_PART}", lambda _, today: _one(today)),
        (r"i ?morgen|tomorrow", lambda _, today: _one(today + DAY)),
        (r"i ?over ?morgen|(?:the )?day after tomorrow", lambda _, today: _one(today + 2 * DAY)),
        (rf"(?:om|in)(?: ca| cirka| about)? {COUNT} {UNIT}(?: tid| time)?", _in_some_time),
        ((rf"(?:i |in )?(?:den |the )?(?P<which>{any_of(_WEEKS)}|sidste|last)"
          rf" (?:uge|week) (?:i|af|in|of) {MONTH}"), _week_of_month),
        (rf"(?:{_PART}) (?:maaneden|(?:the |this )?month)", _this_month),
        (rf"{COUNT} {UNIT} (?:from now|fra nu)", _in_some_time),
        (rf"(?:i |in )?{_THIS} (?:uge|week)", lambda _, today: _not_past(week(today), today)),
        (rf"(?:i |in )?(?:the |den )?{_COMING} (?:uge|week)",
         lambda _, today: week(today + 7 * DAY)),
        (r"(?:i )?ugen efter|(?:in )?the week after(?: next)?",
         lambda _, today: week(today + 14 * DAY)),
        (rf"(?:i |in )?{_THIS} (?:maaned|month)",
         lambda _, today: _not_past(month(today.year, today.month), today)),
        (rf"(?:i |in )?(?:the |den )?{_COMING} (?:maaned|month)",
         lambda _, today: month(today.year, today.month + 1)),
        (r"i aar|this year", lambda _, today: (today, month(today.year, 12)[1])),
        (rf"(?:(?:i |til |in )?{_COMING} (?:aar|year)|(?:i |in )?(?:det nye aar|the new year))",
         lambda _, today: (month(today.year, 13)[0], month(today.year + 1, 12)[1])),
        (rf"(?:i |in )?(?:{_THIS} )?(?:the )?weekend(?:en)?", _weekend(0)),
        (rf"(?:i |in )?(?:the )?{_COMING} weekend", _weekend(1)),
        (rf"(?:i |paa |on )?{_COMING} {_WEEKDAY}", _weekday_of_next_week),
        (rf"(?:paa )?{_WEEKDAY} (?:i )?{_COMING} (?:uge|week)", _weekday_of_next_week),
        (rf"(?:nu )?(?:paa |on |this |denne |foerstkommende |den )*{_WEEKDAY}", _coming_weekday),
        (rf"(?:i |in |til |hen i )?(?:(?:{_PART}) )?{MONTH}(?: maaned)?(?: (?P<year>20\d\d))?",
         _named_month),
        ((r"(?:i |in )?(?:uge|week)(?:r|rne|s)?(?: nr| number)? ?(?P<number>\d{1,2})"
          r"(?: ?(?:-|eller|og|til|or|and|to) ?(?P<to>\d{1,2}))?"),
         lambda m, today: weeks_numbered(int(m["number"]), int(m["to"] or m["number"]), today)),
        (rf"(?:i |in |over )?(?:{_BETWEEN_THE_YEARS})",
         lambda _, today: (feast(Feast.CHRISTMAS, today)[0], feast(Feast.NEW_YEAR, today)[1])),
        (rf"(?:i |in |til |at |over |omkring |around )?(?P<feast>{any_of(_FEASTS)})",
         lambda m, today: feast(_FEASTS[m["feast"]], today)),
        (rf"(?:i |in )?(?P<off>{any_of(_SCHOOL_HOLIDAYS)})",
         lambda m, today: weeks_numbered(*_SCHOOL_HOLIDAYS[m["off"]], today)),
        ((rf"(?:til |i |in |hen paa |hen i )?(?:this |the |denne |next |naeste )?"
          rf"(?P<season>{any_of(_SEASONS)})"), _season),
        (r"(?:paa )?(?:den )?(?:d |the )?(?P<number>\d{1,2})(?:\.|st|nd|rd|th)?",
         lambda m, today: _one(next_day_numbered(int(m["number"]), today))),
        (r"(?:paa )?(?:den )?(?:foerste|naeste|foerstkommende|first|next) (?:hverdag|working day)",
         lambda _, today: _one(next_working_day(today))),
    )
)  # fmt: skip


def _plain_date(words: str, today: date) -> Days | None:
    """Read a date with day and month, and a year perhaps; the next such day if no year is told."""
    words = re.sub(rf"^(?:paa |on )?(?:(?:{any_of(_WEEKDAYS)}) )?(?:den |d |the )?", "", words)
    words = re.sub(r"\b(\d{1,2})[./-](\d{1,2})\.?(?=$|[ ./-])", r"\1/\2", words)
    words = words.replace(" of ", " ").strip(" .")
    if not re.match(rf"\d{{1,2}}(?:\D|$)|(?:{any_of(_MONTHS)})\b.*\d", words):
        return None
    read = dateparser.parse(
        words,
        languages=["da", "en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": ["day", "month"],
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
        },
    )
    return _one(read.date()) if read else None
