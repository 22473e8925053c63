"""Reads days out of words, such as "næste tirsdag", "om 14 dage" or "den 3. maj". Pure.

The words come lower-case, with ae, oe and aa for æøå, without punctuation between words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from referrals.courses.day_words import (
    BETWEEN_THE_YEARS,
    COMING,
    COUNT,
    FEASTS,
    MONTH,
    MONTHS_OF_PART,
    NUMBERS,
    ORDINAL,
    PART,
    PARTS,
    SCHOOL_HOLIDAYS,
    SEASONS,
    THIS,
    TODAY_PART,
    UNIT,
    WEEKDAY,
    WHOLE_YEAR,
    YEAR,
)
from referrals.denmark.calendar_days import (
    DAY,
    Days,
    Feast,
    feast,
    month,
    months_later,
    next_day_numbered,
    next_working_day,
    numbered_weekday,
    week,
    weeks_numbered,
)
from referrals.denmark.written_dates import MONTHS, ORDINALS, WEEKDAYS, any_of, written_date

_HOLIDAY = re.compile(
    rf"(?:the )?(?P<off>{any_of(SCHOOL_HOLIDAYS)})(?:n| break| holidays?| vacation)?"
    r"(?<!winter)(?<!summer)(?<!autumn)"
)
_MOST_DAYS = 366
_SEASON_RUNS_OUT = 14
"""So many days before its end nobody who says "til efteråret" means this one."""


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
    """Tell whether ``words`` name a feast or a holiday and nothing else."""
    return words in FEASTS or bool(_HOLIDAY.fullmatch(words))


def _not_past(days: Days | None, today: date) -> Days | None:
    """Leave out the days that are over."""
    return (max(days[0], min(today, days[1])), days[1]) if days else None


def _next(spans: list[Days], today: date) -> Days:
    """Give what is left of the first of some spans that is not over."""
    return next((max(first, today), last) for first, last in spans if last >= today)


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None


def _is_day(unit: str) -> bool:
    return unit in ("dag", "day", "hverdag", "working day")


def _in_some_time(match: re.Match[str], today: date) -> Days | None:
    """Read "om 3 dage" as the day, "om 14 dage" or "om en måned" as the week around it."""
    day = counted(match, today)
    if day is None:
        return None
    return _one(day) if _is_day(match["unit"]) and (day - today).days % 7 else week(day)


def _in_some_to_some_time(match: re.Match[str], today: date) -> Days | None:
    ends = [
        re.fullmatch(rf"{COUNT} {UNIT}", f"{number} {match['unit']}")
        for number in (match["least"], match["count"])
    ]
    first, last = (counted(one, today) if one else None for one in ends)
    if first is None or last is None:
        return None
    return (first, last) if _is_day(match["unit"]) else (week(first)[0], week(last)[1])


def _some_time_from(match: re.Match[str], today: date) -> Days | None:
    """Read "to uger efter nytår": the day, or the week that begins on it."""
    days = days_of(match["what"], today)
    if days is None:
        return None
    after = match["side"] in ("efter", "after")
    if after:
        day = counted(match, days[1])
    else:
        length = counted(match, days[0])
        day = days[0] - (length - days[0]) if length else None
    if day is None:
        return None
    return _one(day) if _is_day(match["unit"]) else (day, day + 6 * DAY)


def _week_beside(match: re.Match[str], today: date) -> Days | None:
    """Read "ugen efter nytår" and "sidste uge inden jul" as the seven days beside it."""
    days = days_of(match["what"], today)
    if days is None:
        return None
    if match["side"] in ("efter", "after"):
        return (days[1] + DAY, days[1] + 7 * DAY)
    return (days[0] - 7 * DAY, days[0] - DAY)


def _coming_weekday(match: re.Match[str], today: date) -> Days | None:
    return _one(today + ((WEEKDAYS[match["weekday"]] - today.weekday() - 1) % 7 + 1) * DAY)


def _weekday_of_next_week(match: re.Match[str], today: date) -> Days | None:
    return _one(week(today + 7 * DAY)[0] + WEEKDAYS[match["weekday"]] * DAY)


def _weekday_of_week(match: re.Match[str], today: date) -> Days | None:
    days = weeks_numbered(int(match["number"]), int(match["number"]), today)
    return _one(days[0] + WEEKDAYS[match["weekday"]] * DAY) if days else None


def _weekday_of_month(match: re.Match[str], today: date) -> Days | None:
    """Read "første mandag i januar"; the month comes again where that day is over."""
    whole, which = days_of(match["whole"], today), _number(match["which"])
    if whole is None or which is None or match["whole"] in ("maaneden", "the month"):
        return None  # "i måneden" is each month
    for year in (whole[0].year, whole[0].year + 1):
        day = numbered_weekday(year, whole[0].month, WEEKDAYS[match["weekday"]], which)
        if day is None or day >= today:
            return _one(day)
    return None


def _weekend(weeks: int) -> _Reader:
    def read(_match: re.Match[str], today: date) -> Days | None:
        sunday = week(today + weeks * 7 * DAY)[1]
        return _not_past((sunday - DAY, sunday), today)

    return read


def _named_month(match: re.Match[str], today: date) -> Days | None:
    number, told = MONTHS[match["month"]], match["year"]
    years = (_year(told, today),) if told else (today.year, today.year + 1)
    parts = [_part_of_month(match, *month(year, number), today) for year in years]
    return next((part for part in parts if part[1] >= today), parts[0])


def _year(told: str, today: date) -> int:
    return int(told) if told.isdigit() else today.year + 1


def _part_of_month(match: re.Match[str], first: date, last: date, today: date) -> Days:
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
    return (max(first, min(today, last)), last)


def _part_of_year(match: re.Match[str], today: date) -> Days | None:
    """Read "starten af 2027"; of a year that is not told, the next such part."""
    part = next(name for name in PARTS if match[name])
    first, last = MONTHS_OF_PART[part]
    told = match["whole"]
    if told in ("aaret", "the year"):
        years: tuple[int, ...] = (today.year, today.year + 1)
    else:
        years = (int(told) if told.isdigit() else today.year + 1,)
    spans = [(month(year, first)[0], month(year, last)[1]) for year in years]
    return _next(spans, today) if spans[-1][1] >= today else None


def _half_year(match: re.Match[str], today: date) -> Days | None:
    first, last = (1, 6) if match["first_half"] else (7, 12)
    return _months(first, last, match["year"], today)


def _quarter(match: re.Match[str], today: date) -> Days | None:
    number = _number(match["q"] or match["number"] or match["which"])
    if number is None or not 1 <= number <= 4:
        return None
    return _months(3 * number - 2, 3 * number, match["year"], today)


def _this_or_next_quarter(match: re.Match[str], today: date) -> Days | None:
    first = 3 * ((today.month - 1) // 3) + 1 + (3 if match["next"] else 0)
    return _not_past((month(today.year, first)[0], month(today.year, first + 2)[1]), today)


def _months(first: int, last: int, told: str | None, today: date) -> Days | None:
    """Give some months of the year that is told, or of the next one in which they are not over."""
    years = (_year(told, today),) if told else (today.year, today.year + 1)
    spans = [(month(year, first)[0], month(year, last)[1]) for year in years]
    return _next(spans, today) if spans[-1][1] >= today else None


def _rest(match: re.Match[str], today: date) -> Days | None:
    unit = match["unit"]
    if unit in ("ugen", "uge", "week"):
        return (today, week(today)[1])
    if unit in ("aaret", "aar", "year"):
        return (today, month(today.year, 12)[1])
    return (today, month(today.year, today.month)[1])


def _third_or_half(match: re.Match[str], today: date) -> Days | None:
    """Read a part of anything else that has days, such as "slutningen af næste måned"."""
    days = days_of(match["whole"], today)
    if days is None:
        return None
    first, last = days
    if re.search("maaned|month", match["whole"]):  # of all of it, though some days are over
        parts = [
            _part_of_month(match, *month(last.year, last.month + ahead), today) for ahead in (0, 1)
        ]
        return next((part for part in parts if part[1] >= today), parts[0])
    length = (last - first).days + 1
    half, third = (length + 1) // 2 * DAY, max(1, length // 3) * DAY
    if match["first_half"]:
        return (first, first + half - DAY)
    if match["last_half"]:
        return (last - half + DAY, last)
    if match["begin"]:
        return (first, first + third - DAY)
    return (last - third + DAY, last) if match["end"] else (first + third, last - third)


def _weeks(match: re.Match[str], today: date) -> Days | None:
    first, last = int(match["number"]), int(match["to"] or match["number"])
    if match["year"]:  # its first week holds 4 January
        today = date(int(match["year"]), 1, 4)
    return weeks_numbered(first, last, today)


def _week_of_month(match: re.Match[str], today: date) -> Days | None:
    """Read the first, second or last seven days of a month; of some weeks, so many.

    Where they are over, of the month that comes next by the same name.
    """
    whole, which = days_of(match["whole"], today), _number(match["which"])
    if whole is None or which is None:
        return None
    again = 1 if re.search("maaned|month", match["whole"]) else 12
    months = [month(whole[0].year, whole[0].month + ahead) for ahead in (0, again)]
    if re.search(r"\d{4}", match["whole"]):
        months = months[:1]
    more = (7 * (NUMBERS.get(match["count"] or "", 0) or int(match["count"] or 1)) - 1) * DAY
    begins = [last - more if which < 0 else first + 7 * (which - 1) * DAY for first, last in months]
    spans = [(begin, begin + more) for begin in begins]
    return _next(spans, today) if spans[-1][1] >= today else spans[0]


def _season(match: re.Match[str], today: date) -> Days | None:
    """Give the coming season or what is left of this one, unless that is hardly anything."""
    first = SEASONS[match["season"]]
    years = (
        [_year(match["year"], today)] if match["year"] else range(today.year - 1, today.year + 3)
    )
    spans = [(month(year, first)[0], month(year, first + 2)[1]) for year in years]
    if match["coming"]:
        spans = [span for span in spans if span[0] > today]
    left = 0 * DAY if match["this"] else _SEASON_RUNS_OUT * DAY
    return next((_not_past(span, today) for span in spans if span[1] >= today + left), None)


def _number(written: str) -> int | None:
    """Give the number of an ordinal, -1 for the last."""
    if written in ("sidste", "last"):
        return -1
    if digits := re.match(r"\d+", written):
        return int(digits[0])
    return {**ORDINALS, "foerst": 1, "andet": 2}.get(written.replace("-", " "))


_Reader = Callable[[re.Match[str], date], "Days | None"]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"i ?dag|today|{TODAY_PART}", lambda _, today: _one(today)),
        (r"i ?morgen|tomorrow", lambda _, today: _one(today + DAY)),
        (r"i ?over ?morgen|(?:the )?day after tomorrow", lambda _, today: _one(today + 2 * DAY)),
        (rf"(?:om|in)(?: ca| cirka| about)? {COUNT} {UNIT}(?: tid| time)?", _in_some_time),
        ((rf"(?:om|in)(?: ca| cirka| about)? (?P<least>\d{{1,3}}|{any_of(NUMBERS)})"
          rf" ?(?:-|til|eller|to|or) ?{COUNT} {UNIT}"), _in_some_to_some_time),
        ((rf"{COUNT} {UNIT}(?: tid)? (?P<side>efter|foer|inden|after|before) (?P<what>.+)"),
         _some_time_from),
        (rf"{COUNT} {UNIT} (?:from now|fra nu)", _in_some_time),
        ((r"(?:i |in )?(?:ugen|(?:den )?(?:foerste|sidste) uge|the (?:first |last )?week)"
          r" (?P<side>efter|foer|inden|after|before) (?P<what>.+)"), _week_beside),
        ((rf"(?:i |in )?(?:den |de |the )?{ORDINAL}(?: (?P<count>\d|{any_of(NUMBERS)}))?"
          rf" (?:uger?|weeks?) (?:i|af|in|of) (?P<whole>.+)"), _week_of_month),
        ((rf"(?:paa |on )?(?:den |the )?{ORDINAL} {WEEKDAY} (?:(?:i|in|of|af) )?(?P<whole>.+)"),
         _weekday_of_month),
        (rf"(?:i |in )?{THIS} (?:uge|week)", lambda _, today: _not_past(week(today), today)),
        (rf"(?:i |in )?(?:the |den )?{COMING} (?:uge|week)",
         lambda _, today: week(today + 7 * DAY)),
        (r"(?:i )?ugen efter|(?:in )?the week after(?: next)?",
         lambda _, today: week(today + 14 * DAY)),
        (rf"(?:i |in )?{THIS} (?:maaned|month)|maaneden|the month",
         lambda _, today: _not_past(month(today.year, today.month), today)),
        (rf"(?:i |in )?(?:the |den )?{COMING} (?:maaned|month)",
         lambda _, today: month(today.year, today.month + 1)),
        ((r"(?:i |in )?(?:resten af|(?:the )?rest of|senere|later)(?: i| paa| in)?(?: denne| dette"
          r"| this| the)? (?P<unit>ugen?|maaned(?:en)?|aar(?:et)?|week|month|year)"), _rest),
        (r"i aar|this year", lambda _, today: (today, month(today.year, 12)[1])),
        (r"aarets (?:udgang|slutning|afslutning)",
         lambda _, today: (month(today.year, 12)[0], month(today.year, 12)[1])),
        (rf"(?:(?:i |til |in )?{COMING} (?:aar|year)|(?:i |in )?(?:det nye aar|the new year))",
         lambda _, today: (month(today.year, 13)[0], month(today.year + 1, 12)[1])),
        (r"(?:i |in )?(?P<year>20\d\d)", lambda m, today: _months(1, 12, m["year"], today)),
        (rf"(?:i |in )?(?:the )?(?:{THIS} )?weekend(?:en)?", _weekend(0)),
        (rf"(?:i |in )?(?:the )?{COMING} weekend", _weekend(1)),
        (rf"(?:i |paa |on )?{COMING} {WEEKDAY}", _weekday_of_next_week),
        (rf"(?:paa )?{WEEKDAY} (?:i )?{COMING} (?:uge|week)", _weekday_of_next_week),
        (rf"(?:paa |on )?{WEEKDAY} (?:i |in |of )?(?:uge|week) ?(?P<number>\d{{1,2}})",
         _weekday_of_week),
        (rf"(?:nu )?(?:paa |on |this |denne |foerstkommende |den )*{WEEKDAY}", _coming_weekday),
        ((rf"(?:i |in |til |hen i |hen paa )*(?:(?:resten af|(?:the )?rest of|{PART}) )?"
          rf"(?:i |in )?{MONTH}\.?(?: maaned)?(?: (?:i |in )?{YEAR})?"), _named_month),
        (rf"(?:i |in )?(?:{PART})(?: i| in)? {WHOLE_YEAR}", _part_of_year),
        ((rf"(?:i |in )?(?:(?P<first_half>foerste|1\.?|first)|andet|sidste|2\.?|second)"
          rf" (?:halvaar|half year)(?: (?:i |in |of |af )?{YEAR})?"), _half_year),
        ((rf"(?:i |in )?(?:the )?(?:(?:{ORDINAL}|(?P<number>[1-4])) ?(?:kvartal|quarter)"
          rf"|q ?(?P<q>[1-4]))(?: (?:i |in |of |af )?{YEAR})?"),
         _quarter),
        (rf"(?:i |in )?(?:(?P<next>{COMING})|{THIS}) (?:kvartal|quarter)", _this_or_next_quarter),
        ((r"(?:i |in )?(?:uge|week)(?:r|rne|s)?(?: nr| number)?\.? ?(?P<number>\d{1,2})"
          r"(?: \d{1,2})*(?: ?(?:-|eller|og|til|or|and|to) ?(?:uge |week )?(?P<to>\d{1,2}))?"
          r"(?: (?:i |in |of )?(?P<year>20\d\d))?"), _weeks),
        (rf"(?:i |in |over )?(?:{BETWEEN_THE_YEARS})",
         lambda _, today: (feast(Feast.CHRISTMAS, today)[0], feast(Feast.NEW_YEAR, today)[1])),
        (rf"(?:i |in |til |at |over |omkring |around )?(?P<feast>{any_of(FEASTS)})",
         lambda m, today: feast(FEASTS[m["feast"]], today)),
        (rf"(?:i |in )?{_HOLIDAY.pattern}",
         lambda m, today: weeks_numbered(*SCHOOL_HOLIDAYS[m["off"]], today)),
        ((rf"(?:til |i |in |hen paa |hen i )*(?:the )?"
          rf"(?:(?P<this>{THIS}) |(?P<coming>{COMING}) )?"
          rf"(?P<season>{any_of(SEASONS)})(?:en|et)?(?: {YEAR})?"), _season),
        ((r"(?:paa |on )?(?:\w+(?:dag|day) )?(?:den )?(?:d |d\. |the )?(?P<number>\d{1,2})"
          r"(?:\.| ?(?:st|nd|rd|th))?"),
         lambda m, today: _one(next_day_numbered(int(m["number"]), today))),
        (rf"(?:paa |on )?(?:den |the |d )(?P<which>{any_of(ORDINALS)})",
         lambda m, today: _one(next_day_numbered(_number(m["which"]) or 0, today))),
        (r"(?:paa )?(?:den )?(?:foerste|naeste|foerstkommende|first|next) (?:hverdag|working day)",
         lambda _, today: _one(next_working_day(today))),
        (rf"(?:i |in )?(?:{PART})(?: i| in)? (?P<whole>.+)", _third_or_half),
    )
)  # fmt: skip
_BEFORE_DATE = re.compile(rf"(?:paa |on )?(?:(?:{any_of(WEEKDAYS)})(?:en)? )?(?:den |d\.? ?|the )?")


def _plain_date(words: str, today: date) -> Days | None:
    """Read a date with day and month, and a year perhaps; the next such day if no year is told."""
    found = written_date(words)
    if found is None or words[found.end :].strip(" ."):
        return None
    return _one(found.coming(today)) if _BEFORE_DATE.fullmatch(words[: found.start]) else None
