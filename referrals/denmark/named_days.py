"""One day that a sentence names: "5. december", "i morgen", "på fredag", "den 12.". Pure.

Danish and English. Where a day stands can be asked without knowing today, by who seals it.
"""

from __future__ import annotations

import re
from datetime import date

from referrals.denmark.calendar_days import DAY, next_day_numbered, week
from referrals.denmark.written_dates import DAY_NUMBER, WEEKDAYS, any_of, written_dates

_DAYS_AHEAD = {
    "i dag": 0, "idag": 0, "today": 0, "i morgen": 1, "imorgen": 1, "tomorrow": 1,
    "i overmorgen": 2, "iovermorgen": 2, "the day after tomorrow": 2,
    "i gaar": -1, "igaar": -1, "yesterday": -1, "i forgaars": -2, "iforgaars": -2,
    "the day before yesterday": -2,
}  # fmt: skip
_NUMBERS = {"en": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "one": 1, "two": 2, "three": 3}
_LETTERS = (("ø", "oe"), ("å", "aa"), ("æ", "ae"))
_SPOKEN = re.compile(
    rf"\b(?:(?P<ahead>{any_of(_DAYS_AHEAD)})"
    rf"|(?P<next>n(?:æ|ae)ste |next )?(?P<weekday>{any_of(WEEKDAYS)})"
    r"(?P<next_week> (?:i )?(?:n(?:æ|ae)ste uge|next week))?"
    rf"|(?:om|in) (?P<count>\d{{1,2}}|{any_of(_NUMBERS)}) (?:dage?|days?)"
    rf"|(?:den|d\.?|the) (?P<number>{DAY_NUMBER})(?:\.|st|nd|rd|th)?(?![\d:/-]|[.]\d))(?!\w)",
    re.IGNORECASE,
)


def day_span(text: str) -> tuple[int, int] | None:
    """Tell where a text names its first day, a written date before any other; None if nowhere."""
    found = next(written_dates(text), None)
    if found:
        return (found.start, found.end)
    spoken = _SPOKEN.search(text)
    return spoken.span() if spoken else None


def named_day(text: str, today: date) -> date | None:
    """Give the day that a text names: the first that is not over, else one that just was.

    None if it names none. A written date is believed before a weekday beside it.
    """
    dates = list(written_dates(text))
    over = [day for one in dates if (day := one.just_over(today))]
    coming = [day for one in dates if not one.just_over(today) and (day := one.coming(today))]
    if coming or over:
        return next((day for day in coming if day >= today), next(iter(over), None))
    spoken = _SPOKEN.search(text)
    return _spoken(spoken, today) if spoken else None


_SAYS_MORE = re.compile(
    r"\d|\b(?:eller|or|m(?:å|aa)ske|maybe|perhaps|uge|week|om|f(?:ø|oe)r|before|efter|after|tidligst"
    r"|senest|ikke|not|n(?:æ|ae)ste|next)\b",
    re.IGNORECASE,
)


def only_day(text: str, today: date) -> date | None:
    """Give the day that a phrase names; None where it names several, or says more about when."""
    span = day_span(text)
    if span is None:
        return None
    rest, day = f"{text[: span[0]]} {text[span[1] :]}", named_day(text[slice(*span)], today)
    beside = {WEEKDAYS[word] for word in re.findall(r"[a-z]+", _plain(rest)) if word in WEEKDAYS}
    if day is None or _SAYS_MORE.search(rest) or beside - {day.weekday()}:
        return None
    return day


def _spoken(match: re.Match[str], today: date) -> date | None:
    told = {name: _plain(value) for name, value in match.groupdict().items() if value}
    if "ahead" in told:
        return today + _DAYS_AHEAD[told["ahead"]] * DAY
    if "count" in told:
        return today + (_NUMBERS.get(told["count"]) or int(told["count"])) * DAY
    if "number" in told:
        return next_day_numbered(int(told["number"]), today)
    weekday = WEEKDAYS[told["weekday"]]
    if "next" in told or "next_week" in told:
        return week(today + 7 * DAY)[0] + weekday * DAY
    return today + ((weekday - today.weekday() - 1) % 7 + 1) * DAY


def _plain(written: str) -> str:
    plain = written.lower()
    for letter, letters in _LETTERS:
        plain = plain.replace(letter, letters)
    return plain
