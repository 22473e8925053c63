"""Dates as people in Denmark read them: stored in UTC, shown in Danish time."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

DANISH_TIME = ZoneInfo("Europe/Copenhagen")


def local(at: datetime) -> datetime:
    """Give a time in Danish time."""
    return at.astimezone(DANISH_TIME)


def local_day(at: datetime) -> date:
    """Give the Danish calendar day of a time."""
    return local(at).date()


def midnight(on: date) -> datetime:
    """Give the time at which a Danish calendar day begins."""
    return datetime.combine(on, time(), DANISH_TIME)


def day(at: datetime, language: str = "da") -> str:
    """Write "22. november" or "22 November"."""
    pattern = "d. MMMM" if language == "da" else "d MMMM"
    return format_date(local(at), pattern, locale=language)


def weekday_and_day(at: datetime, language: str = "da") -> str:
    """Write "søndag den 22. november" or "Sunday 22 November"."""
    pattern = "EEEE 'den' d. MMMM" if language == "da" else "EEEE d MMMM"
    return format_date(local(at), pattern, locale=language)


def named_day(on: date, language: str = "da") -> str:
    """Write "fredag 4. december" or "Friday 4 December"."""
    return format_date(on, "EEEE d. MMMM" if language == "da" else "EEEE d MMMM", locale=language)


def moment(at: datetime, language: str = "da") -> str:
    """Write "22. nov. 2026 14.05" in the way of the language."""
    return format_datetime(
        local(at), "d. MMM y HH.mm" if language == "da" else "d MMM y HH:mm", locale=language
    )


def weekday_and_moment(at: datetime, language: str = "da") -> str:
    """Write "tirsdag 1. dec. 2026 17.00" or "Tuesday 1 Dec 2026 17:00"."""
    return f"{format_date(local(at), 'EEEE', locale=language)} {moment(at, language)}"


def short_start(at: datetime, language: str = "da") -> str:
    """Write "tirs. 1. dec. kl. 17.00" or "Tue 1 Dec 17:00"."""
    pattern = "EEE d. MMM 'kl.' HH.mm" if language == "da" else "EEE d MMM HH:mm"
    return format_datetime(local(at), pattern, locale=language)


def clock(at: time, language: str = "da") -> str:
    """Write a time of the day as "16.30" or "16:30"."""
    return f"{at:%H.%M}" if language == "da" else f"{at:%H:%M}"


def calendar_day(on: date | None, language: str = "da") -> str:
    """Write a calendar day as "1. dec. 2026" or "1 Dec 2026"; nothing for None."""
    if on is None:
        return ""
    return format_date(on, "d. MMM y" if language == "da" else "d MMM y", locale=language)
